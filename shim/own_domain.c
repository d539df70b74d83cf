// SPDX-License-Identifier: MIT
#include "shim/own_domain.h"

#include <limits.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "resolver/lookup.h"
#include "shim/shim.h"

// A copy of the part after the first dot; NULL if there is none, or out of memory.
static char *domain_part(const char *name)
{
	const char *dot = name ? strchr(name, '.') : NULL;
	return dot ? strdup(dot + 1) : NULL;
}

static char *domain_of_name(struct shim_call *call, const char *name)
{
	struct host host = {0};
	lookup_host(call->resolver, &call->lookup, &(struct lookup_request){name, AF_INET, 0}, &host);
	char *domain = domain_part(host.name);
	host_clear(&host);
	return domain;
}

static char *domain_of_loopback(struct shim_call *call)
{
	struct host host = {0};
	struct in_addr loopback = {htonl(INADDR_LOOPBACK)};
	struct address address = address_from_bytes(AF_INET, &loopback);
	lookup_address(call->resolver, &call->lookup, &address, &host);
	char *domain = domain_part(host.name);
	host_clear(&host);
	return domain;
}

static char *find(struct shim_call *call)
{
	char name[HOST_NAME_MAX + 1] = "";
	char *domain = domain_of_name(call, "localhost");
	if (domain || gethostname(name, sizeof(name) - 1) != 0)
		return domain;
	if ((domain = domain_part(name)) || (domain = domain_of_name(call, name)))
		return domain;
	return domain_of_loopback(call);
}

const char *own_domain(struct shim_call *call)
{
	static _Atomic(char *) known;
	static char none[] = "";
	char *domain = atomic_load(&known);
	if (!domain) {
		char *found = find(call), *expected = NULL;
		domain = found ? found : none;
		if (!atomic_compare_exchange_strong(&known, &expected, domain)) {
			free(found);
			domain = expected;
		}
	}
	return *domain ? domain : NULL;
}
