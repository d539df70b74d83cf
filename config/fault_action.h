// SPDX-License-Identifier: MIT
// The table of actions of faults: their words, values and the combinations that are possible.
#pragma once

#include <stdbool.h>

#include "config/fault.h"

struct strbuf;

struct fault_action {
	const char *word;  // ends in '=' if a value follows
	enum fault_bit bit;
	bool (*read)(const char *value, struct fault *fault);
	void (*write)(const struct fault *fault, struct strbuf *line);
	const char *value, *range;  // for messages: the format of the value, and what it may be
};

// The action that a word begins, with *value after its '='; NULL if there is none.
const struct fault_action *fault_action_find(const char *word, const char **value);

// Adds an address or a network to those of `answer`. False if it is neither, or if there are FAULT_ADDRESSES_MAX.
bool fault_action_add_address(const char *text, struct fault *fault);

// Can the action be added to those before (of enum fault_bit)? If not, writes to text what is expected instead.
bool fault_action_is_compatible(unsigned before, enum fault_bit bit, struct strbuf *text);

// Writes the actions of the fault, separated by blanks.
void fault_action_write(const struct fault *fault, struct strbuf *line);

// Writes the words of all actions and the format of their values, for messages.
void fault_action_write_all(struct strbuf *text);
