// SPDX-License-Identifier: MIT
// Words, kept in the order in which they came.
#pragma once

#include <stddef.h>

// All zero is a valid empty one.
struct word_list {
	char **words;  // owned, each and all
	size_t count;
};

// Adds a copy. Without memory the word is forgotten.
void word_list_add(struct word_list *list, const char *word);
void word_list_clear(struct word_list *list);
