// SPDX-License-Identifier: MIT
// Names in letters of all scripts, as users write them in settings, in the form in which they are looked up (RFC 5890).
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct name;

// Writes word with each label that is not ASCII as its A-label, "xn--" and Punycode (RFC 3492), to text, which holds
// size bytes. Capitals of the Latin, Greek, Cyrillic and Armenian scripts are made small; nothing else is mapped, and
// names with combining marks are refused, because they have a composed form (NFC) as well. A label with a backslash
// stays as it is. False, with text undefined, also for what is no UTF-8, or too long.
bool punycode_write_name(const char *word, char *text, size_t size);

// name_read of what that gives.
bool punycode_read_name(const char *word, struct name *out);

// Are all bytes ASCII?
bool punycode_is_ascii(const char *word);
