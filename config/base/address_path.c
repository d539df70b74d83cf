// SPDX-License-Identifier: MIT
#include "config/base/address_path.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "config/base/address.h"

// A path that addresses refer to. The list only grows: addresses are copied freely, and configurations name few paths.
struct known_path {
	struct known_path *next;
	char text[];
};

static _Atomic(struct known_path *) known_paths;

static const struct known_path *find_path(const char *path)
{
	for (const struct known_path *known = known_paths; known != NULL; known = known->next)
		if (strcmp(known->text, path) == 0)
			return known;
	return NULL;
}

// Two threads that add a path at the same time may add it twice: the addresses of one server then differ, and it has
// two states, which is harmless. NULL without memory.
static const struct known_path *keep_path(const char *path)
{
	const struct known_path *known = find_path(path);
	if (known != NULL)
		return known;
	struct known_path *added = malloc(sizeof *added + strlen(path) + 1);
	if (added == NULL)
		return NULL;
	strcpy(added->text, path);
	added->next = known_paths;
	while (!atomic_compare_exchange_weak(&known_paths, &added->next, added))
		;
	return added;
}

const char *address_path(const struct address *address)
{
	const struct known_path *known;
	memcpy(&known, address->bytes, sizeof known);
	return known->text;
}

bool address_path_read(const char *path, struct address *out)
{
	struct address address = {.family = AF_UNIX};
	if (path[0] != '/' || strlen(path) >= sizeof((struct sockaddr_un *)NULL)->sun_path)
		return false;
	const struct known_path *known = keep_path(path);
	memcpy(address.bytes, &known, sizeof known);
	if (known != NULL)
		*out = address;
	return known != NULL;
}
