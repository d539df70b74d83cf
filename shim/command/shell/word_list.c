// SPDX-License-Identifier: MIT
#include "shim/command/shell/word_list.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"

void word_list_add(struct word_list *list, const char *word)
{
	char **words = array_grown(list->words, list->count, 1, sizeof(*words));
	if (words == NULL)
		return;
	list->words = words;
	words[list->count] = strdup(word);
	list->count += words[list->count] != NULL;
}

void word_list_clear(struct word_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->words[i]);
	free(list->words);
	*list = (struct word_list){.words = NULL};
}
