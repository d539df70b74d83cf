// SPDX-License-Identifier: MIT
// Converts internationalized domain names (RFC 5890) in directives from UTF-8 to ASCII.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct name;

// Writes word to text (size bytes) with each non-ASCII label as an A-label: "xn--" and Punycode (RFC 3492). Latin,
// Greek, Cyrillic and Armenian capitals become lower case; no other mapping is made. A label with a backslash is copied
// unchanged. False, with text undefined, for invalid UTF-8, a result that is too long, and combining marks, because
// such names would need normalization (NFC).
bool punycode_write_name(const char *word, char *text, size_t size);

// name_read of the result of punycode_write_name; fails as either does.
bool punycode_read_name(const char *word, struct name *out);

// Are all bytes ASCII?
bool punycode_is_ascii(const char *word);
