// SPDX-License-Identifier: MIT
#include "resolver/dns/host.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/compiler.h"
#include "config/base/random.h"

void host_clear(struct host *host)
{
	for (size_t i = 0; i < host->alias_count; i++)
		free(host->aliases[i]);
	free(host->aliases);
	free(host->addresses);
	free(host->name);
	*host = (struct host){0};
}

bool host_set_name(struct host *host, const char *name)
{
	char *copy = strdup(name);
	if (!copy)
		return false;
	free(host->name);
	host->name = copy;
	return true;
}

bool host_add_alias(struct host *host, const char *alias)
{
	char *copy = strdup(alias);
	if (copy && array_append(&host->aliases, &host->alias_count, &copy, sizeof copy))
		return true;
	free(copy);
	return false;
}

bool host_add_address(struct host *host, const struct address *address)
{
	return array_append(&host->addresses, &host->address_count, address, sizeof *address);
}

enum outcome host_set_literal(struct host *host, const char *name, const struct address *address)
{
	host->source = SOURCE_LITERAL;
	if (host_set_name(host, name) && host_add_address(host, address))
		return OUTCOME_FOUND;
	return host_no_memory(host);
}

static bool is_more_than(uint32_t *count, uint32_t most)
{
	return most && ++*count > most;
}

static void limit(struct host *host)
{
	uint32_t all = 0, ipv4 = 0, ipv6 = 0;
	size_t kept = 0;
	for (size_t i = 0; i < host->address_count; i++) {
		const struct address *address = &host->addresses[i];
		const bool is_ipv4 = address->family == AF_INET || address_is_mapped(address);
		const bool is_cut = is_ipv4 ? is_more_than(&ipv4, host->faults_drawn.most_ipv4)
									: is_more_than(&ipv6, host->faults_drawn.most_ipv6);
		if (!is_cut && !is_more_than(&all, host->faults_drawn.most))
			host->addresses[kept++] = *address;
	}
	host->address_count = kept;
}

void host_alter(struct host *host)
{
	const struct host_alteration *drawn = &host->faults_drawn;
	if (UNLIKELY(drawn->shuffle))
		random_shuffle(host->addresses, host->address_count, sizeof(*host->addresses), drawn->shuffle);
	if (UNLIKELY(drawn->most || drawn->most_ipv4 || drawn->most_ipv6))
		limit(host);
}
