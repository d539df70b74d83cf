// SPDX-License-Identifier: MIT
// Texts of errno values for logs and messages.
#pragma once

// A constant English text; "error" for values that are not in the table. Replaces strerror(3), which translates and may
// allocate, and strerrordesc_np(3), which musl lacks.
const char *error_text(int error);

// The errno with that text; 0 without one.
int error_number(const char *text);
