// SPDX-License-Identifier: MIT
// getnetbyname(3), getnetbyaddr and their _r forms.
#include <arpa/inet.h>
#include <netdb.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "resolver/network_lookup.h"
#include "shim/hostent_call.h"
#include "shim/libc.h"
#include "shim/shim.h"

// A network is handled as a host with one address, the network number, because names, aliases, buffers and error codes
// work the same way.

// Returns out; NULL if entry is NULL.
static struct netent *network_of_host(const struct hostent *entry, struct netent *out)
{
	uint32_t number;
	if (!entry)
		return NULL;
	memcpy(&number, entry->h_addr_list[0], sizeof(number));
	*out = (struct netent){
		.n_name = entry->h_name,
		.n_aliases = entry->h_aliases,
		.n_addrtype = AF_INET,
		.n_net = ntohl(number),
	};
	return out;
}

// The number stays valid until the thread's next call.
static void host_of_network(const struct netent *network, struct hostent *out)
{
	static __thread uint32_t number;
	static __thread char *numbers[2];
	number = htonl(network->n_net);
	numbers[0] = (char *)&number;
	*out = (struct hostent){
		.h_name = network->n_name,
		.h_aliases = network->n_aliases,
		.h_addrtype = AF_INET,
		.h_length = sizeof(number),
		.h_addr_list = numbers,
	};
}

static enum outcome look_up(struct shim_call *call, struct hostent_query *query, struct host *host)
{
	const char *name = query->slot == HOSTENT_NETWORK_BY_NAME ? query->name : NULL;
	const struct network_query wanted = {name, query->network, query->family};
	return network_lookup(call->resolver, &call->lookup, &wanted, host);
}

static int ask_libc(const struct hostent_query *query, const struct hostent_buffer *buffer)
{
	struct netent network, *found = NULL;
	int code = query->slot == HOSTENT_NETWORK_BY_NAME
		? libc_getnetbyname_r(query->libc_name, &network, &found, buffer)
		: libc_getnetbyaddr_r(query->network, query->family, &network, &found, buffer);
	if (!found)
		return code;
	host_of_network(found, buffer->entry);
	*buffer->found = buffer->entry;
	return code;
}

static struct hostent_query query_by_name(const char *function, const char *name)
{
	return (struct hostent_query){
		.function = function,
		.slot = HOSTENT_NETWORK_BY_NAME,
		.name = name,
		.least_size = hostent_least_size(AF_INET),  // that of the shortest name
		.look_up = look_up,
		.ask_libc = ask_libc,
	};
}

static struct hostent_query query_by_number(const char *function, uint32_t number, int family, char *text)
{
	const uint32_t bytes = htonl(number);
	inet_ntop(AF_INET, &bytes, text, INET_ADDRSTRLEN);
	struct hostent_query query = query_by_name(function, text);
	query.slot = HOSTENT_NETWORK_BY_NUMBER;
	query.network = number;
	query.family = family;
	return query;
}

struct netent *getnetbyname(const char *name)
{
	static __thread struct netent network;
	struct hostent_query query = query_by_name("getnetbyname", name);
	return network_of_host(hostent_call(&query), &network);
}

int getnetbyname_r(
	const char *name, struct netent *entry, char *buffer, size_t size, struct netent **found, int *h_errno_out)
{
	struct hostent_query query = query_by_name("getnetbyname_r", name);
	struct hostent host, *found_host;
	int code = hostent_call_r(&query, &(struct hostent_buffer){&host, buffer, size, &found_host, h_errno_out, NULL});
	*found = network_of_host(found_host, entry);
	return code;
}

struct netent *getnetbyaddr(uint32_t number, int family)
{
	static __thread struct netent network;
	char text[INET_ADDRSTRLEN];
	struct hostent_query query = query_by_number("getnetbyaddr", number, family, text);
	return network_of_host(hostent_call(&query), &network);
}

int getnetbyaddr_r(uint32_t number, int family, struct netent *entry, char *buffer, size_t size, struct netent **found,
	int *h_errno_out)
{
	char text[INET_ADDRSTRLEN];
	struct hostent_query query = query_by_number("getnetbyaddr_r", number, family, text);
	struct hostent host, *found_host;
	int code = hostent_call_r(&query, &(struct hostent_buffer){&host, buffer, size, &found_host, h_errno_out, NULL});
	*found = network_of_host(found_host, entry);
	return code;
}
