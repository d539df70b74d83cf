// SPDX-License-Identifier: MIT
// Allocated texts.
#pragma once

// As asprintf(3), but returns the text, which the caller frees; NULL for lack of memory.
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
