// SPDX-License-Identifier: MIT
// Extended DNS Errors (RFC 8914): why a server answered as it did, in its own words.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define EXTENDED_ERROR_TEXT_SIZE 256

// What the code means in the words of IANA's registry; NULL for one that stands for nothing there.
const char *extended_error_word(uint16_t code);

// Writes all those of a message (size bytes) into text, which has EXTENDED_ERROR_TEXT_SIZE bytes, and returns it:
// "DNSSEC Bogus: no signature; Stale Answer", "error 49152: what the server said". The server's text stands there with
// its controls escaped as \xHH; what is too long is cut and ends in "...". NULL for a message that has none, or is
// malformed before the first one.
char *extended_error_write(const uint8_t *message, size_t size, char *text);
