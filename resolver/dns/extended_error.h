// SPDX-License-Identifier: MIT
// Extended DNS Errors (RFC 8914) as text.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define EXTENDED_ERROR_TEXT_SIZE 256

// The purpose of an info-code in IANA's registry; NULL for an unassigned code.
const char *extended_error_word(uint16_t code);

// Writes all extended errors of a message of size bytes into text (EXTENDED_ERROR_TEXT_SIZE bytes) and returns it, e.g.
// "DNSSEC Bogus: no signature; Stale Answer" or "error 49152: EXTRA-TEXT". Control characters of the EXTRA-TEXT are
// escaped as \xHH; a longer text is cut and ends in "...". NULL if the message has none or is malformed before the
// first.
char *extended_error_write(const uint8_t *message, size_t size, char *text);
