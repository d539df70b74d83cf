// SPDX-License-Identifier: MIT
// The table of actions and conditions of faults: their words and values.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/fault.h"

struct strbuf;

struct fault_part {
	const char *word;           // begins the part; empty for SHARE%, which ends in its word
	const char *value, *range;  // for messages: the format of the value, NULL if there is none, and what it may be
	enum fault_bit bit;
	bool (*read)(const char *value, struct fault *fault);
	void (*write)(const struct fault *fault, struct strbuf *line);
	size_t member;  // without read and write: the offset of a uint32_t in struct fault
	uint32_t least, most;
};

// All, in the order in which a fault is written.
extern const struct fault_part fault_parts[];
extern const size_t fault_part_count;

// Reads the value of a part that has one; several addresses for `answer`, which adds them. False if it is invalid.
bool fault_part_read(const struct fault_part *part, const char *value, struct fault *fault);

// Writes the word and the value.
void fault_part_write(const struct fault_part *part, const struct fault *fault, struct strbuf *line);
