// SPDX-License-Identifier: MIT
// Untrusted text in an HTML page.
#pragma once

#include <stdio.h>

// Writes text with its special characters as entities; control characters and invalid UTF-8 become \xHH. Text that may
// change the direction of what surrounds it is isolated.
void page_put_text(FILE *out, const char *text);

// The same with blanks for newlines and other control characters.
void page_put_line(FILE *out, const char *text);

// The same for the value of an attribute in double quotes, which cannot isolate.
void page_put_attribute(FILE *out, const char *text);

// Writes the lines of text as page_put_text does, keeping the newlines.
void page_put_lines(FILE *out, const char *text);
