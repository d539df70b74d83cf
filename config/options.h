// SPDX-License-Identifier: MIT
// The table of options: the words of the `options` directive, of resolv.conf(5) and of RES_OPTIONS.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options;

#define OPTION_COUNT 26

enum option_kind {
	OPTION_NUMBER,  // "word:N"
	OPTION_FLAG,
	OPTION_IGNORED,  // obsolete in resolv.conf(5): accepted without effect
};

// A new option needs a row, a member of struct options, and its entry in withdns.conf.5.
struct option {
	const char *word;
	enum option_kind kind;
	size_t offset;             // of the member in struct options: unsigned for a number, bool for a flag
	uint32_t lowest, highest;  // other numbers are clamped, as in glibc
	bool in_glibc;             // glibc implements it: resolv.conf and RES_OPTIONS may contain it
};

extern const struct option option_table[OPTION_COUNT];

// Parses "ndots:3" or "rotate": returns the row, and the number in *value (1 for a flag). NULL if it is no option.
const struct option *option_read(const char *text, uint32_t *value);

// Sets the option's member to a value of option_read, or to the lowest value of the row if that is larger.
void option_set(const struct option *option, uint32_t value, struct options *options);

// False for rows without effect, and for synonyms of an earlier row.
bool option_is_setting(const struct option *option);

// Writes the option's current value as `options` has it: "ndots:3", "rotate"; "" for a flag that is off. Returns text,
// which holds OPTION_TEXT_SIZE bytes.
#define OPTION_TEXT_SIZE 40
char *option_write(const struct option *option, const struct options *options, char *text);
