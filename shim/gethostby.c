// SPDX-License-Identifier: MIT
// gethostbyname(3), gethostbyname2 and their _r forms.
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "config/base/network.h"
#include "config/config.h"
#include "resolver/interfaces.h"
#include "resolver/lookup.h"
#include "shim/hostent_call.h"
#include "shim/libc.h"
#include "shim/literal.h"
#include "shim/shim.h"

static unsigned sort_rank(const struct config *config, const struct address *address)
{
	for (unsigned i = 0; i < config->sort_range_count; i++) {
		const struct sort_range *range = &config->sort_ranges[i];
		bool inside = true;
		for (int j = 0; j < 4; j++)
			inside &= (address->bytes[j] & range->mask[j]) == range->network.bytes[j];
		if (inside)
			return i;
	}
	return (unsigned)config->sort_range_count;
}

// `sortlist` of resolv.conf(5): a stable sort by the index of the first range that matches. Leaves the order if out of
// memory.
static void apply_sortlist(const struct config *config, struct host *host)
{
	size_t placed = 0;
	if (!config->sort_range_count || (host->source != SOURCE_SERVER && host->source != SOURCE_CACHE))
		return;
	struct address *sorted = calloc(host->address_count, sizeof(*sorted));
	if (!sorted)
		return;
	for (unsigned rank = 0; rank <= config->sort_range_count; rank++)
		for (size_t i = 0; i < host->address_count; i++)
			if (sort_rank(config, &host->addresses[i]) == rank)
				sorted[placed++] = host->addresses[i];
	memcpy(host->addresses, sorted, placed * sizeof(*sorted));
	free(sorted);
}

static bool is_near(const struct interfaces *interfaces, const struct address *address)
{
	for (size_t i = 0; i < interfaces->count; i++) {
		const struct interface_address *own = &interfaces->addresses[i];
		const struct address mapped = address_from_bytes(AF_INET6, own->bytes);
		const struct network network = {address_from_bytes(AF_INET, own->bytes + 12), own->prefix_length};
		if (address_is_mapped(&mapped) && network_contains(&network, address))
			return true;
	}
	return false;
}

static size_t first_near(const struct host *host)
{
	struct interfaces interfaces = {0};
	size_t i = 0;
	if (!interfaces_read(&interfaces))
		return 0;
	while (i < host->address_count && !is_near(&interfaces, &host->addresses[i]))
		i++;
	interfaces_clear(&interfaces);
	return i < host->address_count ? i : 0;
}

// `reorder on` of host.conf(5): swaps the first address that is in a local network with the first address.
static void apply_reorder(const struct config *config, struct host *host)
{
	if (!config->host_conf.is_reordered || host->address_count < 2)
		return;
	size_t near = first_near(host);
	struct address first = host->addresses[0];
	host->addresses[0] = host->addresses[near];
	host->addresses[near] = first;
}

static enum outcome look_up(struct shim_call *call, struct hostent_query *query, struct host *host)
{
	struct address literal;
	if (!*query->name)
		return OUTCOME_NO_RECOVERY;
	enum outcome outcome = literal_read(query->name, query->family, &literal);
	if (outcome == OUTCOME_FOUND)
		return host_set_literal(host, query->name, &literal);
	if (outcome != OUTCOME_PASS)
		return outcome;
	const struct lookup_request request = {.name = query->name, .family = (sa_family_t)query->family};
	outcome = lookup_host(call->resolver, &call->lookup, &request, host);
	if (outcome != OUTCOME_FOUND)
		return outcome;
	if (request.family == AF_INET) {
		apply_sortlist(call->lookup.config, host);
		apply_reorder(call->lookup.config, host);
	}
	host_alter(host);
	return OUTCOME_FOUND;
}

// gethostbyname2 accepts only AF_INET and AF_INET6, not AF_UNSPEC.
static enum outcome look_up_strange(struct shim_call *call, struct hostent_query *query, struct host *host)
{
	return lookup_host(call->resolver, &call->lookup, &(struct lookup_request){query->name, AF_MAX, 0}, host);
}

static int ask_libc(const struct hostent_query *query, const struct hostent_buffer *buffer)
{
	return libc_gethostbyname2_r(query->libc_name, query->family, buffer);
}

static size_t least_size(const char *name, int family)
{
	size_t room = literal_room(name), least = hostent_least_size(family);
	return room > least ? room : least;
}

static struct hostent_query query_of(const char *function, enum hostent_slot slot, const char *name, int family)
{
	return (struct hostent_query){
		.function = function,
		.slot = slot,
		.name = name,
		.family = family,
		.least_size = least_size(name, family),
		.look_up = family == AF_INET || family == AF_INET6 ? look_up : look_up_strange,
		.ask_libc = ask_libc,
	};
}

static struct hostent *by_name(const char *function, enum hostent_slot slot, const char *name, int family)
{
	struct hostent_query query = query_of(function, slot, name, family);
	return hostent_call(&query);
}

struct hostent *gethostbyname(const char *name)
{
	return by_name("gethostbyname", HOSTENT_BY_NAME, name, AF_INET);
}

struct hostent *gethostbyname2(const char *name, int family)
{
	return by_name("gethostbyname2", HOSTENT_BY_NAME2, name, family);
}

static int by_name_r(const char *function, const char *name, int family, struct hostent_buffer *buffer)
{
	struct hostent_query query = query_of(function, HOSTENT_SLOTS, name, family);
	return hostent_call_r(&query, buffer);
}

int gethostbyname_r(
	const char *name, struct hostent *entry, char *buffer, size_t size, struct hostent **found, int *h_errno_out)
{
	struct hostent_buffer out = {entry, buffer, size, found, h_errno_out, NULL};
	return by_name_r("gethostbyname_r", name, AF_INET, &out);
}

int gethostbyname2_r(const char *name, int family, struct hostent *entry, char *buffer, size_t size,
	struct hostent **found, int *h_errno_out)
{
	struct hostent_buffer out = {entry, buffer, size, found, h_errno_out, NULL};
	return by_name_r("gethostbyname2_r", name, family, &out);
}
