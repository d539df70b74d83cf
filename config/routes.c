// SPDX-License-Identifier: MIT
#include "config/routes.h"

#include <stdlib.h>

#include "config/base/array.h"
#include "config/base/hash.h"

// The suffix of a name from byte start on.
struct suffix {
	const struct name *name;
	unsigned start;
};

static bool is_route_for(const void *things, uint32_t number, const void *key)
{
	const struct config *config = things;
	const struct suffix *suffix = key;
	const struct name *domain = &config->routes[number].domain;
	return name_end_is(suffix->name, suffix->start, domain->wire, domain->length);
}

static uint64_t hash_of(const void *things, uint32_t number)
{
	const struct config *config = things;
	return name_hash_end(&config->routes[number].domain, 0, HASH_START);
}

// The index of the route for exactly this suffix, or HASH_INDEX_NONE.
static uint32_t find(const struct config *config, const struct name *name, unsigned start)
{
	const struct suffix suffix = {name, start};
	return hash_index_find(&config->route_index, name_hash_end(name, start, HASH_START), is_route_for, config, &suffix);
}

static bool add(struct config *config, const struct name *domain)
{
	const struct route route = {.domain = *domain};
	if (!array_append(&config->routes, &config->route_count, &route, sizeof route))
		return false;
	if (hash_index_add(&config->route_index, hash_of, config))
		return true;
	config->route_count--;
	return false;
}

bool routes_open(struct config *config)
{
	struct name root;
	return name_read(".", &root) && add(config, &root);
}

ptrdiff_t routes_add(struct config *config, const struct name *domain)
{
	const uint32_t found = find(config, domain, 0);
	if (found != HASH_INDEX_NONE)
		return (ptrdiff_t)found;
	return add(config, domain) ? (ptrdiff_t)config->route_count - 1 : -1;
}

const struct route *routes_find(const struct config *config, const struct name *name)
{
	if (config->route_count > 1) {
		for (unsigned start = 0; start < name->length; start += name->wire[start] + 1u) {
			const uint32_t found = find(config, name, start);
			if (found != HASH_INDEX_NONE && config->routes[found].server_count > 0)
				return &config->routes[found];
		}
	}
	return &config->routes[0];
}
