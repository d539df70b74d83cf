// SPDX-License-Identifier: MIT
// gethostbyname(3) and its kin.
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "config/config.h"
#include "resolver/lookup.h"
#include "shim/hostent_call.h"
#include "shim/libc.h"
#include "shim/shim.h"

// Only digits and dots, and more strictly than getaddrinfo reads them: no hexadecimal, no dot at the end.
static bool is_dotted_ipv4(const char *name)
{
	size_t length = strspn(name, "0123456789.");
	return isdigit((unsigned char)name[0]) && !name[length] && name[length - 1] != '.';
}

static bool read_literal(const char *name, int family, struct address *address)
{
	if (family == AF_INET)
		return is_dotted_ipv4(name) && lookup_literal(name, address);
	struct in6_addr bytes;
	if (inet_pton(AF_INET6, name, &bytes) != 1)
		return false;
	*address = address_from_bytes(AF_INET6, &bytes);
	return true;
}

static enum outcome from_literal(const char *name, const struct address *address, struct host *host)
{
	host->source = SOURCE_LITERAL;
	if (host_set_name(host, name) && host_add_address(host, address))
		return OUTCOME_FOUND;
	host->error = ENOMEM;
	return OUTCOME_ERROR;
}

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

// `sortlist` of resolv.conf(5): a stable insertion sort, since there are few.
static void apply_sortlist(const struct config *config, struct host *host)
{
	if (!config->sort_range_count || host->source != SOURCE_SERVER)
		return;
	for (size_t i = 1; i < host->address_count; i++) {
		struct address moved = host->addresses[i];
		size_t j = i;
		for (; j > 0 && sort_rank(config, &host->addresses[j - 1]) > sort_rank(config, &moved); j--)
			host->addresses[j] = host->addresses[j - 1];
		host->addresses[j] = moved;
	}
}

static enum outcome look_up(struct shim_call *call, const struct hostent_query *query, struct host *host)
{
	struct address literal;
	if (!*query->name)
		return OUTCOME_NO_RECOVERY;
	if (read_literal(query->name, query->family, &literal))
		return from_literal(query->name, &literal, host);
	sa_family_t family = (sa_family_t)query->family;
	enum outcome outcome = lookup_host(call->resolver, &call->terms, query->name, family, 0, host);
	if (outcome == OUTCOME_FOUND && family == AF_INET)
		apply_sortlist(call->terms.config, host);
	return outcome;
}

static struct hostent_query query_of(const char *function, enum hostent_slot slot, const char *name, int family)
{
	return (struct hostent_query){
		.function = function,
		.slot = slot,
		.name = name,
		.family = family,
		.look_up = look_up,
	};
}

// What gethostbyname2 and its _r form say to a family that they do not know.
static bool is_known_family(int family)
{
	if (family == AF_INET || family == AF_INET6)
		return true;
	errno = EAFNOSUPPORT;
	return false;
}

static const char *libc_name(const struct hostent_query *query)
{
	return query->libc_name ? query->libc_name : query->name;
}

static struct hostent *by_name(const char *function, enum hostent_slot slot, const char *name, int family)
{
	struct hostent_query query = query_of(function, slot, name, family);
	struct hostent *entry;
	if (hostent_call(&query, &entry) == HOSTENT_IS_LIBCS)
		entry = libc_gethostbyname2(libc_name(&query), family);
	free(query.libc_name);
	return entry;
}

struct hostent *gethostbyname(const char *name)
{
	return by_name("gethostbyname", HOSTENT_BY_NAME, name, AF_INET);
}

struct hostent *gethostbyname2(const char *name, int family)
{
	if (is_known_family(family))
		return by_name("gethostbyname2", HOSTENT_BY_NAME2, name, family);
	h_errno = NO_DATA;
	return NULL;
}

static int by_name_r(const char *function, const char *name, int family, const struct hostent_buffer *buffer)
{
	struct hostent_query query = query_of(function, HOSTENT_SLOTS, name, family);
	int code;
	if (hostent_call_r(&query, buffer, &code) == HOSTENT_IS_LIBCS)
		code = libc_gethostbyname2_r(libc_name(&query), family, buffer->entry, buffer->bytes, buffer->size,
		                             buffer->found, buffer->h_errno_out);
	free(query.libc_name);
	return code;
}

int gethostbyname_r(const char *name, struct hostent *entry, char *buffer, size_t size, struct hostent **found,
                    int *h_errno_out)
{
	return by_name_r("gethostbyname_r", name, AF_INET,
	                 &(struct hostent_buffer){ entry, buffer, size, found, h_errno_out });
}

int gethostbyname2_r(const char *name, int family, struct hostent *entry, char *buffer, size_t size,
                     struct hostent **found, int *h_errno_out)
{
	const struct hostent_buffer arguments = { entry, buffer, size, found, h_errno_out };
	if (is_known_family(family))
		return by_name_r("gethostbyname2_r", name, family, &arguments);
	*found = NULL;
	*h_errno_out = NO_DATA;
	return EAFNOSUPPORT;
}
