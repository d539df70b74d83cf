// SPDX-License-Identifier: MIT
// A list of words in the order of insertion.
#pragma once

#include <stddef.h>

// All zero is an empty list.
struct word_list {
	char **words;  // the array and each word are owned
	size_t count;
};

// Adds a copy. For lack of memory the word is dropped.
void word_list_add(struct word_list *list, const char *word);
void word_list_clear(struct word_list *list);
