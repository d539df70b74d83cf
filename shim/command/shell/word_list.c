// SPDX-License-Identifier: MIT
#include "shim/command/shell/word_list.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"

void word_list_add(struct word_list *list, const char *word)
{
	char *copy = strdup(word);
	if (copy != NULL && !array_append(&list->words, &list->count, &copy, sizeof(copy)))
		free(copy);
}

void word_list_clear(struct word_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->words[i]);
	free(list->words);
	*list = (struct word_list){.words = NULL};
}
