// SPDX-License-Identifier: MIT
#include "resolver/dns/host.h"

#include <stdlib.h>
#include <string.h>

#include "config/array.h"

void host_clear(struct host *host)
{
	for (size_t i = 0; i < host->alias_count; i++)
		free(host->aliases[i]);
	free(host->aliases);
	free(host->addresses);
	free(host->name);
	*host = (struct host){ 0 };
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
	char **aliases = array_grown(host->aliases, host->alias_count, 1, sizeof *aliases);
	if (!aliases)
		return false;
	host->aliases = aliases;
	char *copy = strdup(alias);
	if (!copy)
		return false;
	aliases[host->alias_count++] = copy;
	return true;
}

bool host_add_address(struct host *host, const struct address *address)
{
	struct address *addresses = array_grown(host->addresses, host->address_count, 1, sizeof *addresses);
	if (!addresses)
		return false;
	host->addresses = addresses;
	addresses[host->address_count++] = *address;
	return true;
}
