// SPDX-License-Identifier: MIT
// Letters and digits of ASCII: the functions of ctype.h and strcasecmp follow the program's locale.
#pragma once

#include <stdbool.h>
#include <stdint.h>

static inline bool ascii_is_digit(int byte)
{
	return byte >= '0' && byte <= '9';
}

static inline int ascii_lower(int byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte;
}

static inline bool ascii_is_letter(int byte)
{
	const int lower = ascii_lower(byte);
	return lower >= 'a' && lower <= 'z';
}

static inline bool ascii_is_blank(int byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

static inline bool ascii_equal(const char *one, const char *other)
{
	for (; ascii_lower(*one) == ascii_lower(*other); one++, other++) {
		if (*one == '\0')
			return true;
	}
	return false;
}

// Reads a decimal number of digits alone; what is larger than maximum counts as maximum. False for anything else.
static inline bool ascii_read_number(const char *text, uint32_t maximum, uint32_t *out)
{
	uint64_t number = 0;
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (!ascii_is_digit(*text))
			return false;
		number = number * 10 + (uint64_t)(*text - '0');
		if (number > maximum)
			number = (uint64_t)maximum + 1;
	}
	*out = number > maximum ? maximum : (uint32_t)number;
	return true;
}
