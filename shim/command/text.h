// SPDX-License-Identifier: MIT
// Allocated texts, and untrusted ones.
#pragma once

#include <stdio.h>

#include "config/base/strbuf.h"

// As asprintf(3), but returns the text, which the caller frees; NULL for lack of memory.
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Writes text with control characters, and bytes that are not UTF-8, escaped for terminals; or in that style.
void text_escape(const char *text, FILE *out);
void text_escape_as(const char *text, enum escape_style style, FILE *out);
