// SPDX-License-Identifier: MIT
// The table of the words behind `options`.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options;

#define OPTION_COUNT 26

enum option_kind {
	OPTION_NUMBER,  // "word:N"
	OPTION_FLAG,
	OPTION_IGNORED,  // once known to resolv.conf(5), without effect
};

// One row. A new option is a new row, its member in struct options, and its line in withdns.conf.5.
struct option {
	const char *word;
	enum option_kind kind;
	size_t offset;             // of the member in struct options: unsigned for a number, bool for a flag
	uint32_t lowest, highest;  // numbers outside are brought inside, as glibc does
	bool in_glibc;             // does the installed glibc act on it? Only these count in resolv.conf and RES_OPTIONS
};

extern const struct option option_table[OPTION_COUNT];

// The row of "ndots:3" or "rotate" with its number in *value (1 for a flag). NULL for what is none of them.
const struct option *option_read(const char *text, uint32_t *value);

void option_set(const struct option *option, uint32_t value, struct options *options);

// Does the row stand for a setting? One without effect does not, nor does another word for the setting of an earlier
// row.
bool option_is_setting(const struct option *option);

// Writes the setting in the words by which it is made: "ndots:3", "rotate"; "" for a flag that is off. text holds
// OPTION_TEXT_SIZE bytes and is returned.
#define OPTION_TEXT_SIZE 40
char *option_write(const struct option *option, const struct options *options, char *text);
