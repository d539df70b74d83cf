// SPDX-License-Identifier: MIT
#include "resolver/source/peers.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "config/clock.h"
#include "config/config.h"

#define EDNS_PAUSE (15 * 60 * INT64_C(1000000))  // microseconds

struct peer {
	struct address address;
	_Atomic int64_t no_edns_until;  // clock_now
};

struct peers {
	size_t count;
	struct peer list[];
};

static size_t count_servers(const struct config *config)
{
	size_t count = 0;
	for (size_t i = 0; i < config->route_count; i++)
		count += config->routes[i].server_count;
	return count;
}

struct peers *peers_open(const struct config *config)
{
	struct peers *peers = calloc(1, sizeof(*peers) + count_servers(config) * sizeof(struct peer));
	if (!peers)
		return NULL;
	for (size_t i = 0; i < config->route_count; i++)
		for (size_t j = 0; j < config->routes[i].server_count; j++)
			peers->list[peers->count++].address = config->routes[i].servers[j].address;
	return peers;
}

void peers_close(struct peers *peers)
{
	free(peers);
}

// The place of a server in the list; peers->count for one that is not there.
static size_t find(const struct peers *peers, const struct address *server)
{
	size_t i = 0;
	while (i < peers->count && !address_equal(&peers->list[i].address, server))
		i++;
	return i;
}

bool peers_know_edns(const struct peers *peers, const struct address *server)
{
	size_t i = find(peers, server);
	return i == peers->count || peers->list[i].no_edns_until <= clock_now();
}

void peers_remember_no_edns(struct peers *peers, const struct address *server)
{
	size_t i = find(peers, server);
	if (i < peers->count)
		peers->list[i].no_edns_until = clock_now() + EDNS_PAUSE;
}
