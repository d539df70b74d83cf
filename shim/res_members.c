// SPDX-License-Identifier: MIT
#include "shim/res_members.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/older_headers.h"

// Maps the bits of state->options to members of struct options.
static const struct {
	unsigned long bit;
	size_t member;
	bool is_inverted;
} bits[] = {
	{RES_USEVC, offsetof(struct options, use_vc), false},
	{RES_IGNTC, offsetof(struct options, ignore_truncation), false},
	{RES_RECURSE, offsetof(struct options, no_recursion), true},
	{RES_DEFNAMES, offsetof(struct options, no_default_names), true},
	{RES_DNSRCH, offsetof(struct options, no_search), true},
	{RES_ROTATE, offsetof(struct options, rotate), false},
	{RES_USE_EDNS0, offsetof(struct options, edns0), false},
	{RES_SNGLKUP, offsetof(struct options, single_request), false},
	{RES_SNGLKUPREOP, offsetof(struct options, single_request_reopen), false},
	{RES_USE_DNSSEC, offsetof(struct options, dnssec_ok), false},
	{RES_NOTLDQUERY, offsetof(struct options, no_tld_query), false},
	{RES_NORELOAD, offsetof(struct options, no_reload), false},
	{RES_TRUSTAD, offsetof(struct options, trust_ad), false},
	{RES_NOAAAA, offsetof(struct options, no_aaaa), false},
};

static bool *member_of(struct options *options, size_t row)
{
	return (bool *)((char *)options + bits[row].member);
}

#define RETRANS_MAX 3600
#define RETRY_MAX 16

static unsigned bounded(int number, unsigned otherwise, unsigned most)
{
	if (number <= 0)
		return otherwise;
	return (unsigned)number < most ? (unsigned)number : most;
}

static void read_options(const struct __res_state *state, struct options *options)
{
	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		*member_of(options, i) = !(state->options & bits[i].bit) == bits[i].is_inverted;
	options->ndots = state->ndots;
	// A program may write any values; the bounds keep a lookup possible and finite.
	options->timeout = bounded(state->retrans, RES_TIMEOUT, RETRANS_MAX);
	options->attempts = bounded(state->retry, 0, RETRY_MAX);
}

// Adds the configuration's options to libc's defaults or to the program's options. The configuration never clears a
// bit.
static void add_options(const struct options *options, struct __res_state *state)
{
	struct options copy = *options;
	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (*member_of(&copy, i) && !bits[i].is_inverted)
			state->options |= bits[i].bit;
	state->ndots = options->ndots & 15;
	if (options->has_timeout)
		state->retrans = (int)options->timeout;
	if (options->has_attempts)
		state->retry = (int)options->attempts;
}

// An IPv6 server is in _u._ext.nsaddrs; its entry in nsaddr_list has family 0.
static struct address read_server(const struct __res_state *state, int i)
{
	const struct sockaddr_in *ipv4 = &state->nsaddr_list[i];
	const struct sockaddr_in6 *ipv6 = state->_u._ext.nsaddrs[i];
	struct address address = {0};
	if (ipv4->sin_family == AF_INET) {
		address = address_from_bytes(AF_INET, &ipv4->sin_addr);
		address.port = ntohs(ipv4->sin_port);
	} else if (ipv4->sin_family == 0 && ipv6 && ipv6->sin6_family == AF_INET6) {
		address = address_from_bytes(AF_INET6, &ipv6->sin6_addr);
		address.port = ntohs(ipv6->sin6_port);
		address.scope = ipv6->sin6_scope_id;
	}
	return address;
}

static void read_servers(const struct __res_state *state, struct res_context *storage)
{
	size_t count = 0;
	for (int i = 0; i < state->nscount && i < MAXNS; i++) {
		struct server server = {SERVER_ADDRESS, read_server(state, i)};
		if (server.address.family)
			storage->servers[count++] = server;
	}
	storage->default_route = (struct route){.domain = {1, {0}}, .servers = storage->servers, .server_count = count};
}

static size_t read_search(const struct __res_state *state, struct res_context *storage)
{
	size_t count = 0;
	while (count < MAXDNSRCH && state->dnsrch[count]) {
		storage->search[count] = state->dnsrch[count];
		count++;
	}
	return count;
}

void res_members_apply(const struct __res_state *state, struct res_context *storage, struct lookup_context *lookup)
{
	storage->options = *lookup->options;
	read_options(state, &storage->options);
	lookup->options = &storage->options;
	lookup->search_count = read_search(state, storage);
	lookup->search = storage->search;
	if (!lookup->config->servers_chosen) {
		read_servers(state, storage);
		lookup->default_route = &storage->default_route;
	}
	lookup_context_start(lookup, lookup->begun);
}

static bool write_server(const struct address *address, struct __res_state *state, int i)
{
	struct sockaddr_in6 **ipv6 = &state->_u._ext.nsaddrs[i];
	struct sockaddr_storage storage;
	socklen_t length = address_to_sockaddr(address, &storage);
	memset(&state->nsaddr_list[i], 0, sizeof(state->nsaddr_list[i]));
	*ipv6 = NULL;
	if (address->family == AF_INET) {
		memcpy(&state->nsaddr_list[i], &storage, length);
		return true;
	}
	// Freed by res_state_close or libc's __res_nclose.
	if (!(*ipv6 = malloc(sizeof(**ipv6))))
		return false;
	memcpy(*ipv6, &storage, length);
	return true;
}

// Initialises all of _u._ext: libc closes and frees what it finds there.
static bool write_servers(const struct route *plain, struct __res_state *state)
{
	state->nscount = 0;
	for (size_t i = 0; i < MAXNS; i++) {
		state->_u._ext.nsaddrs[i] = NULL;
		state->_u._ext.nssocks[i] = -1;
	}
	for (size_t i = 0; i < plain->server_count && state->nscount < MAXNS; i++) {
		const struct server *server = &plain->servers[i];
		// A state has no place for the path of a Unix socket: it then shows no server.
		if (server->kind != SERVER_ADDRESS || server->address.family == AF_UNIX)
			continue;
		if (!write_server(&server->address, state, state->nscount))
			return false;
		state->nscount++;
	}
	return true;
}

// Stores the domains in defdname, NUL-separated, as many as fit.
static void write_search(const struct config *config, struct __res_state *state)
{
	char *at = state->defdname, *end = at + sizeof(state->defdname);
	size_t count = 0;
	state->defdname[0] = '\0';
	for (size_t i = 0; i < config->search_count && count < MAXDNSRCH; i++) {
		size_t size = strlen(config->search[i]) + 1;
		if (size > (size_t)(end - at))
			break;
		state->dnsrch[count++] = memcpy(at, config->search[i], size);
		at += size;
	}
	state->dnsrch[count] = NULL;
}

static void write_sort_list(const struct config *config, struct __res_state *state)
{
	state->nsort = 0;
	for (size_t i = 0; i < config->sort_range_count && i < MAXRESOLVSORT; i++) {
		memcpy(&state->sort_list[i].addr, config->sort_ranges[i].network.bytes, 4);
		memcpy(&state->sort_list[i].mask, config->sort_ranges[i].mask, 4);
		state->nsort = (unsigned)(i + 1) & 15;
	}
}

void res_members_write_settings(const struct config *config, struct __res_state *state)
{
	add_options(&config->options, state);
	write_search(config, state);
}

bool res_members_write_servers(const struct config *config, struct __res_state *state)
{
	write_sort_list(config, state);
	return write_servers(&config->routes[0], state);
}
