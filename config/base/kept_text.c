// SPDX-License-Identifier: MIT
#include "config/base/kept_text.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct known_text {
	struct known_text *next;
	char text[];
};

static _Atomic(struct known_text *) known_texts;

// Two threads that add a text at the same time may add it twice: the addresses of one server then differ, and it has
// two states, which is harmless.
const char *kept_text(const char *text)
{
	for (const struct known_text *known = known_texts; known != NULL; known = known->next)
		if (strcmp(known->text, text) == 0)
			return known->text;
	struct known_text *added = malloc(sizeof *added + strlen(text) + 1);
	if (added == NULL)
		return NULL;
	strcpy(added->text, text);
	added->next = known_texts;
	while (!atomic_compare_exchange_weak(&known_texts, &added->next, added))
		;
	return added->text;
}
