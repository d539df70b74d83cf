// SPDX-License-Identifier: MIT
#include "shim/res_state.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/digest.h"
#include "shim/libc.h"

// What glibc knows by a bit of state->options, and we by a member.
static const struct {
	unsigned long bit;
	size_t member;
	bool is_inverted;
} bits[] = {
	{ RES_USEVC, offsetof(struct options, use_vc), false },
	{ RES_IGNTC, offsetof(struct options, ignore_truncation), false },
	{ RES_RECURSE, offsetof(struct options, no_recursion), true },
	{ RES_DEFNAMES, offsetof(struct options, no_default_names), true },
	{ RES_DNSRCH, offsetof(struct options, no_search), true },
	{ RES_ROTATE, offsetof(struct options, rotate), false },
	{ RES_USE_EDNS0, offsetof(struct options, edns0), false },
	{ RES_SNGLKUP, offsetof(struct options, single_request), false },
	{ RES_SNGLKUPREOP, offsetof(struct options, single_request_reopen), false },
	{ RES_USE_DNSSEC, offsetof(struct options, dnssec_ok), false },
	{ RES_NOTLDQUERY, offsetof(struct options, no_tld_query), false },
	{ RES_NORELOAD, offsetof(struct options, no_reload), false },
	{ RES_TRUSTAD, offsetof(struct options, trust_ad), false },
	{ RES_NOAAAA, offsetof(struct options, no_aaaa), false },
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
	// A program may write anything there; a lookup still takes some time, and ends.
	options->timeout = bounded(state->retrans, RES_TIMEOUT, RETRANS_MAX);
	options->attempts = bounded(state->retry, 0, RETRY_MAX);
}

// Adds what the configuration says to what libc, or libc's defaults, have put there: a program's own options stay. No
// configuration takes any of the defaults away.
static void add_options(const struct options *options, struct __res_state *state)
{
	struct options copy = *options;
	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (*member_of(&copy, i) && !bits[i].is_inverted)
			state->options |= bits[i].bit;
	if (options->ndots != 1)
		state->ndots = options->ndots & 15;
	if (options->timeout != RES_TIMEOUT)
		state->retrans = (int)options->timeout;
	if (options->attempts != RES_DFLRETRY)
		state->retry = (int)options->attempts;
}

// An IPv6 server stands in an extension, and leaves its place in the list empty.
static struct address read_server(const struct __res_state *state, int i)
{
	const struct sockaddr_in *ipv4 = &state->nsaddr_list[i];
	const struct sockaddr_in6 *ipv6 = state->_u._ext.nsaddrs[i];
	struct address address = { 0 };
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

static void read_servers(const struct __res_state *state, struct res_terms *storage)
{
	size_t count = 0;
	for (int i = 0; i < state->nscount && i < MAXNS; i++) {
		struct server server = { SERVER_ADDRESS, read_server(state, i) };
		if (server.address.family)
			storage->servers[count++] = server;
	}
	storage->plain = (struct route){ .domain = { 1, { 0 } }, .servers = storage->servers, .server_count = count };
}

static size_t read_search(const struct __res_state *state, struct res_terms *storage)
{
	size_t count = 0;
	while (count < MAXDNSRCH && state->dnsrch[count]) {
		storage->search[count] = state->dnsrch[count];
		count++;
	}
	return count;
}

void res_state_apply(const struct __res_state *state, struct res_terms *storage, struct terms *terms)
{
	storage->options = *terms->options;
	read_options(state, &storage->options);
	terms->options = &storage->options;
	terms->search_count = read_search(state, storage);
	terms->search = storage->search;
	if (!terms->config->servers_chosen) {
		read_servers(state, storage);
		terms->plain = &storage->plain;
	}
	terms_start(terms);
}

// Of what a program may change.
static uint64_t checksum(const struct __res_state *state)
{
	uint64_t sum = DIGEST_START;
	const unsigned numbers[] = { (unsigned)state->retrans, (unsigned)state->retry, (unsigned)state->nscount,
		                         state->ndots };
	sum = digest_bytes(sum, numbers, sizeof(numbers));
	sum = digest_bytes(sum, &state->options, sizeof(state->options));
	sum = digest_bytes(sum, state->nsaddr_list, sizeof(state->nsaddr_list));
	for (int i = 0; i < MAXNS; i++)
		if (!state->nsaddr_list[i].sin_family && state->_u._ext.nsaddrs[i])
			sum = digest_bytes(sum, state->_u._ext.nsaddrs[i], sizeof(*state->_u._ext.nsaddrs[i]));
	for (int i = 0; i < MAXDNSRCH && state->dnsrch[i]; i++)
		sum = digest_bytes(sum, state->dnsrch[i], strlen(state->dnsrch[i]) + 1);
	return sum;
}

// Of this thread's _res when it was filled; 0: it was not.
static __thread uint64_t filled;

static __thread unsigned filled_from;  // the generation of that configuration; 0: not filled here
static __thread bool holds_chosen;

bool res_state_is_ours(void)
{
	return holds_chosen && __res_state()->options & RES_INIT;
}

void res_state_adopt(void)
{
	const struct __res_state *state = __res_state();
	if (!filled && state->options & RES_INIT)
		filled = checksum(state);
}

bool res_state_is_changed(void)
{
	const struct __res_state *state = __res_state();
	if (!(state->options & RES_INIT))
		return false;
	res_state_adopt();
	return checksum(state) != filled;
}

// libc fills the extension only for the servers that it found itself, and closes and frees by what stands there.
static void forget_servers(struct __res_state *state)
{
	for (int i = 0; i < MAXNS; i++) {
		if (i < state->nscount)
			free(state->_u._ext.nsaddrs[i]);
		else
			state->_u._ext.nssocks[i] = -1;
		state->_u._ext.nsaddrs[i] = NULL;
	}
	state->nscount = 0;
}

static bool write_server(const struct address *address, struct __res_state *state, int i)
{
	struct sockaddr_in6 **ipv6 = &state->_u._ext.nsaddrs[i];
	struct sockaddr_storage storage;
	socklen_t length = address_to_sockaddr(address, &storage);
	memset(&state->nsaddr_list[i], 0, sizeof(state->nsaddr_list[i]));
	if (address->family == AF_INET) {
		memcpy(&state->nsaddr_list[i], &storage, length);
		return true;
	}
	// libc's __res_nclose frees it.
	if (!(*ipv6 = malloc(sizeof(**ipv6))))
		return false;
	memcpy(*ipv6, &storage, length);
	return true;
}

static bool write_servers(const struct route *plain, struct __res_state *state)
{
	forget_servers(state);
	for (size_t i = 0; i < plain->server_count && state->nscount < MAXNS; i++) {
		if (plain->servers[i].kind != SERVER_ADDRESS)
			continue;
		if (!write_server(&plain->servers[i].address, state, state->nscount))
			return false;
		state->nscount++;
	}
	return true;
}

static bool has_search(const struct __res_state *state, const struct config *config)
{
	size_t i = 0;
	for (; i < config->search_count && i < MAXDNSRCH; i++)
		if (!state->dnsrch[i] || strcmp(state->dnsrch[i], config->search[i]) != 0)
			return false;
	return !state->dnsrch[i];
}

// The domains stand one behind the other in defdname, as many as fit.
static void write_search(const struct config *config, struct __res_state *state)
{
	char *at = state->defdname, *end = at + sizeof(state->defdname);
	size_t count = 0;
	if (has_search(state, config))
		return;
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

bool res_state_fill(struct __res_state *state, const struct config *config, unsigned generation)
{
	const struct route *plain = &config->routes[0];
	bool is_libcs = !config->servers_chosen || plain->servers[0].kind == SERVER_SYSTEM;
	bool is_filled = is_libcs || write_servers(plain, state);
	write_search(config, state);
	add_options(&config->options, state);
	if (state == __res_state()) {
		filled = checksum(state);
		filled_from = generation;
		holds_chosen = !is_libcs;
	}
	return is_filled;
}

// A state as libc has it before it reads a file.
static struct __res_state default_state(void)
{
	return (struct __res_state){
		.options = RES_DEFAULT | RES_INIT,
		.retrans = RES_TIMEOUT,
		.retry = RES_DFLRETRY,
		.ndots = 1,
		._vcsock = -1,
	};
}

// What was put into a state that the program emptied since then (its options, as a rule) is still ours to free.
static void free_servers(const struct __res_state *state)
{
	for (int i = 0; i < MAXNS; i++)
		free(state->_u._ext.nsaddrs[i]);
}

// What __res_ninit fills, without reading the file again. libc then takes the state for one that the program changed,
// and does not reload it: that is done here. With `nameserver system` it has no servers, and libc gets one that libc
// has filled.
void res_state_open(const struct config *config, unsigned generation)
{
	struct __res_state *state = __res_state();
	bool is_filled = state->options & RES_INIT;
	bool is_fixed = !filled_from || filled_from == generation || state->options & RES_NORELOAD;
	if (is_filled && (is_fixed || res_state_is_changed()))
		return;
	if (is_filled)
		libc_res_nclose(state);
	else if (filled_from)
		free_servers(state);
	filled_from = generation;
	*state = default_state();
	forget_servers(state);
	for (size_t i = 0; i < config->sort_range_count && i < MAXRESOLVSORT; i++) {
		memcpy(&state->sort_list[i].addr, config->sort_ranges[i].network.bytes, 4);
		memcpy(&state->sort_list[i].mask, config->sort_ranges[i].mask, 4);
		state->nsort = (unsigned)(i + 1) & 15;
	}
	if (config->routes[0].servers[0].kind != SERVER_SYSTEM)
		write_servers(&config->routes[0], state);
	write_search(config, state);
	add_options(&config->options, state);
	filled = checksum(state);
	holds_chosen = config->servers_chosen;
}
