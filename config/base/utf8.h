// SPDX-License-Identifier: MIT
// Decodes UTF-8 (RFC 3629).
#pragma once

#include <stddef.h>
#include <stdint.h>

// Decodes the character at text, which ends in NUL. Returns its length in bytes; 0, with *point undefined, for invalid
// UTF-8: broken or overlong sequences, surrogates, numbers above 10FFFF.
size_t utf8_read(const char *text, uint32_t *point);
