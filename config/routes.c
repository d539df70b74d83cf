// SPDX-License-Identifier: MIT
#include "config/routes.h"

#include <stdlib.h>

#include "config/array.h"
#include "config/digest.h"
#include "config/progress.h"

// Places in the index for as many routes as there are; twice as many, so that chains stay short.
static size_t place_count(size_t routes)
{
	return 2 * array_capacity(routes);
}

// The place of the route for the domain that name ends in from byte start on, or the empty place where it would be.
static size_t place_of(const struct config *config, const struct name *name, unsigned start)
{
	const size_t mask = place_count(config->route_count) - 1;
	size_t place = name_digest_end(name, start, DIGEST_START) & mask;
	while (config->route_index[place] != 0) {
		const struct name *domain = &config->routes[config->route_index[place] - 1].domain;
		if (name_end_is(name, start, domain->wire, domain->length))
			break;
		place = (place + 1) & mask;
	}
	return place;
}

static void enter(struct config *config, size_t route)
{
	config->route_index[place_of(config, &config->routes[route].domain, 0)] = (uint32_t)route + 1;
}

// Anew where it is full. False without memory.
static bool enter_last(struct config *config)
{
	const size_t count = config->route_count, places = place_count(count);
	if (config->route_index != NULL && places == place_count(count - 1)) {
		enter(config, count - 1);
		return true;
	}
	uint32_t *index = calloc(places, sizeof *index);
	if (index == NULL)
		return false;
	free(config->route_index);
	config->route_index = index;
	for (size_t i = 0; i < count; i++)
		enter(config, i);
	return true;
}

static bool add(struct config *config, const struct name *domain)
{
	const size_t count = config->route_count;
	unsigned *ranks = array_grown(config->progress->route_ranks, count, 1, sizeof *ranks);
	if (ranks == NULL)
		return false;
	config->progress->route_ranks = ranks;
	struct route *routes = array_grown(config->routes, count, 1, sizeof *routes);
	if (routes == NULL)
		return false;
	config->routes = routes;
	ranks[count] = 0;
	routes[count] = (struct route){.domain = *domain};
	config->route_count = count + 1;
	if (enter_last(config))
		return true;
	config->route_count = count;
	return false;
}

bool routes_open(struct config *config)
{
	struct name root;
	return name_read(".", &root) && add(config, &root);
}

void routes_close(struct config *config)
{
	for (size_t i = 0; i < config->route_count; i++)
		free(config->routes[i].servers);
	free(config->routes);
	free(config->route_index);
}

ptrdiff_t routes_of(struct config *config, const struct name *domain)
{
	const size_t place = place_of(config, domain, 0);
	if (config->route_index[place] != 0)
		return (ptrdiff_t)config->route_index[place] - 1;
	return add(config, domain) ? (ptrdiff_t)config->route_count - 1 : -1;
}

const struct route *config_route(const struct config *config, const struct name *name)
{
	if (config->route_count > 1) {
		for (unsigned start = 0; start < name->length; start += name->wire[start] + 1u) {
			const uint32_t found = config->route_index[place_of(config, name, start)];
			if (found != 0 && config->routes[found - 1].server_count > 0)
				return &config->routes[found - 1];
		}
	}
	return &config->routes[0];
}
