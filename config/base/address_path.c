// SPDX-License-Identifier: MIT
#include "config/base/address_path.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct known_path {
	struct known_path *next;
	char text[];
};

static _Atomic(struct known_path *) known_paths;

// Two threads that add a path at the same time may add it twice: the addresses of one server then differ, and it has
// two states, which is harmless.
const char *address_path_keep(const char *path)
{
	for (const struct known_path *known = known_paths; known != NULL; known = known->next)
		if (strcmp(known->text, path) == 0)
			return known->text;
	struct known_path *added = malloc(sizeof *added + strlen(path) + 1);
	if (added == NULL)
		return NULL;
	strcpy(added->text, path);
	added->next = known_paths;
	while (!atomic_compare_exchange_weak(&known_paths, &added->next, added))
		;
	return added->text;
}
