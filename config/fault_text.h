// SPDX-License-Identifier: MIT
// A fault as text: parses a `fault` directive and writes it back.
#pragma once

#include <stdbool.h>

#include "config/fault.h"

struct words;

// Why a line is no fault.
struct fault_mistake {
	char expected[384];  // for "expected ..., got ..."
	const char *got;     // the offending word, borrowed from the words; NULL: a word is missing
};

// Parses a line; words->word[0] is "fault". On failure false with *mistake filled, *fault undefined.
bool fault_text_read(const struct words *words, struct fault *fault, struct fault_mistake *mistake);

// Writes the pattern as the directive has it: "*.example/AAAA". Returns text, which holds FAULT_PATTERN_SIZE bytes.
#define FAULT_PATTERN_SIZE (NAME_TEXT_SIZE + 16)
char *fault_text_write_pattern(const struct fault *fault, char *text);

// Writes the actions, share and conditions as the directive has them: "servfail 30% first=2". Returns text, which holds
// FAULT_TEXT_SIZE bytes.
#define FAULT_TEXT_SIZE 1024
char *fault_text_write(const struct fault *fault, char *text);
