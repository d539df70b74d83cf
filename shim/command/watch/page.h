// SPDX-License-Identifier: MIT
// Untrusted text in an HTML page.
#pragma once

#include <stdio.h>

// Writes markup, in which each $ stands for the next of the texts, with its special characters as entities; NULL is
// empty. Control characters and invalid UTF-8 become \xHH. Text that may change the direction of what surrounds it is
// isolated. Attributes are in double quotes.
void page_write(FILE *out, const char *markup, ...);

// Writes "20 ms", "1.5 s".
void page_write_duration(FILE *out, double milliseconds);

// "s", for a count other than 1.
static inline const char *page_plural(size_t count)
{
	return count == 1 ? "" : "s";
}
