// SPDX-License-Identifier: MIT
// ASCII characters, words and numbers, independent of the locale, which ctype.h and strcasecmp(3) obey. ascii_span and
// ascii_until replace strspn(3) and strcspn(3), whose tables cost page faults in the first lookup of a process.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
	const int lower = byte | ('a' ^ 'A');
	return lower >= 'a' && lower <= 'z';
}

static inline bool ascii_is_blank(int byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

// isspace(3) in the C locale.
static inline bool ascii_is_space(int byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static inline bool ascii_equal(const char *one, const char *other)
{
	for (; ascii_lower(*one) == ascii_lower(*other); one++, other++)
		if (*one == '\0')
			return true;
	return false;
}

// The same for size bytes each.
static inline bool ascii_equal_bytes(const void *one, const void *other, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (ascii_lower(((const uint8_t *)one)[i]) != ascii_lower(((const uint8_t *)other)[i]))
			return false;
	return true;
}

static inline bool ascii_is_among(char byte, const char *set)
{
	while (*set != '\0' && *set != byte)
		set++;
	return *set != '\0';
}

// Length of the prefix of text that consists of bytes in set (strspn(3)).
static inline size_t ascii_span(const char *text, const char *set)
{
	size_t length = 0;
	while (text[length] != '\0' && ascii_is_among(text[length], set))
		length++;
	return length;
}

// Length of the prefix of text that has no byte in set (strcspn(3)).
static inline size_t ascii_until(const char *text, const char *set)
{
	size_t length = 0;
	while (text[length] != '\0' && !ascii_is_among(text[length], set))
		length++;
	return length;
}

// Copies length bytes to out, which holds size bytes, and a NUL. False if they do not fit.
static inline bool ascii_copy(char *out, size_t size, const char *text, size_t length)
{
	if (length >= size)
		return false;
	memcpy(out, text, length);
	out[length] = '\0';
	return true;
}

// Returns the next word of *text, terminated in place, and advances *text past it. An empty word at the end.
static inline char *ascii_take_word(char **text, const char *blanks)
{
	char *word = *text + ascii_span(*text, blanks);
	char *end = word + ascii_until(word, blanks);
	*text = *end != '\0' ? end + 1 : end;
	*end = '\0';
	return word;
}

// The first byte of word that is in bytes and has no backslash before it; NULL if there is none.
static inline const char *ascii_find_unescaped(const char *word, const char *bytes)
{
	for (; *word != '\0'; word++) {
		if (*word == '\\' && word[1] != '\0')
			word++;
		else if (strchr(bytes, *word) != NULL)
			return word;
	}
	return NULL;
}

// Reads the decimal number, without sign or blanks, that *text begins with, and advances *text past it. False, with
// both unchanged, if there is none, or a larger one than most.
static inline bool ascii_take_number(const char **text, uint64_t most, uint64_t *out)
{
	const char *at = *text;
	uint64_t number = 0;
	for (; ascii_is_digit(*at); at++) {
		const uint64_t digit = (uint64_t)(*at - '0');
		if (digit > most || number > (most - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	if (at == *text)
		return false;
	*text = at;
	*out = number;
	return true;
}

// Reads a decimal number without sign or blanks; larger numbers give maximum. False for anything else.
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

// The same for a number from least to most. False, with *out unchanged, for anything else.
static inline bool ascii_read_between(const char *text, uint32_t least, uint32_t most, uint32_t *out)
{
	uint32_t number;
	if (!ascii_read_number(text, UINT32_MAX, &number) || number < least || number > most)
		return false;
	*out = number;
	return true;
}
