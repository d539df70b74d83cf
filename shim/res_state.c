// SPDX-License-Identifier: MIT
#include "shim/res_state.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/hash.h"
#include "config/base/random.h"
#include "shim/libc_symbol.h"

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

// Adds the configuration's options to libc's defaults or to the program's options. The configuration never clears a bit.
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
	storage->plain = (struct route){.domain = {1, {0}}, .servers = storage->servers, .server_count = count};
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

void res_state_apply(const struct __res_state *state, struct res_context *storage, struct lookup_context *lookup)
{
	storage->options = *lookup->options;
	read_options(state, &storage->options);
	lookup->options = &storage->options;
	lookup->search_count = read_search(state, storage);
	lookup->search = storage->search;
	if (!lookup->config->servers_chosen) {
		read_servers(state, storage);
		lookup->plain = &storage->plain;
	}
	lookup_context_start(lookup);
}

// Hash of the members that a program may change.
static uint64_t checksum(const struct __res_state *state)
{
	uint64_t sum = HASH_START;
	const unsigned numbers[] = {
		(unsigned)state->retrans, (unsigned)state->retry, (unsigned)state->nscount, state->ndots};
	sum = hash_bytes(sum, numbers, sizeof(numbers));
	sum = hash_bytes(sum, &state->options, sizeof(state->options));
	sum = hash_bytes(sum, state->nsaddr_list, sizeof(state->nsaddr_list));
	for (int i = 0; i < MAXNS; i++)
		if (!state->nsaddr_list[i].sin_family && state->_u._ext.nsaddrs[i])
			sum = hash_bytes(sum, state->_u._ext.nsaddrs[i], sizeof(*state->_u._ext.nsaddrs[i]));
	for (int i = 0; i < MAXDNSRCH && state->dnsrch[i]; i++)
		sum = hash_bytes(sum, state->dnsrch[i], strlen(state->dnsrch[i]) + 1);
	return sum;
}

static __thread uint64_t filled;       // checksum of the thread's _res when it was filled; 0: never
static __thread unsigned filled_from;  // the generation of that configuration; 0: not filled by us
static __thread bool holds_chosen;     // it has the servers of the configuration

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
		if (plain->servers[i].kind != SERVER_ADDRESS)
			continue;
		if (!write_server(&plain->servers[i].address, state, state->nscount))
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

// glibc links each state that it fills to its copy of resolv.conf(5) by an index in the state, under a lock that a fork may
// leave held (resolv_conf.c). A state without an index can be filled and closed without that lock.
static bool is_attached(const struct __res_state *state)
{
	return state->_u._ext.__glibc_reserved[0] || state->_u._ext.__glibc_reserved[1];
}

static void write_unattached(struct __res_state *state)
{
	state->_u._ext.__glibc_reserved[0] = state->_u._ext.__glibc_reserved[1] = 0;
	state->_u._ext.nscount = 0;
	state->pfcode = 0;
	state->_vcsock = -1;
	state->_flags = 0;
	state->ipv6_unavail = 0;
	state->__glibc_unused_qhook = state->__glibc_unused_rhook = NULL;
}

// glibc's bits RES_F_VC and RES_F_CONN in _flags: a TCP socket is open, and connected.
#define FLAGS_OF_STREAM 3u

static void close_sockets(struct __res_state *state)
{
	if (state->_vcsock >= 0)
		close(state->_vcsock);
	state->_vcsock = -1;
	state->_flags &= ~FLAGS_OF_STREAM;
	for (int i = 0; i < state->nscount && i < MAXNS; i++) {
		if (state->_u._ext.nsaddrs[i] && state->_u._ext.nssocks[i] != -1)
			close(state->_u._ext.nssocks[i]);
		state->_u._ext.nssocks[i] = -1;
	}
}

void res_state_close(struct __res_state *state)
{
	if (is_attached(state)) {
		libc_res_nclose(state);
		return;
	}
	const int saved = errno;
	close_sockets(state);
	for (int i = 0; i < state->nscount && i < MAXNS; i++) {
		free(state->_u._ext.nsaddrs[i]);
		state->_u._ext.nsaddrs[i] = NULL;
	}
	errno = saved;
}

// At thread exit libc takes that lock if the state has servers. So our states are closed earlier, by a key destructor.
static pthread_key_t state_key;
static bool has_state_key;

static void end_state(void *value)
{
	struct __res_state *state = value;
	if (is_attached(state))
		return;
	res_state_close(state);
	state->nscount = 0;
	state->options = 0;
	filled = filled_from = 0;
}

__attribute__((constructor(101))) static void make_state_key(void)
{
	if (!has_state_key)
		has_state_key = pthread_key_create(&state_key, end_state) == 0;
}

static void close_with_thread(struct __res_state *state)
{
	make_state_key();
	if (has_state_key)
		pthread_setspecific(state_key, state);
}

// Fills a state as glibc does, without glibc's lock. Frees nothing that the state holds. The caller has set retrans,
// retry and options.
static bool write_state(struct __res_state *state, const struct config *config, unsigned generation)
{
	write_unattached(state);
	state->options |= RES_INIT;
	add_options(&config->options, state);
	write_search(config, state);
	write_sort_list(config, state);
	const bool is_filled = write_servers(&config->routes[0], state);
	if (state == __res_state()) {
		filled = checksum(state);
		filled_from = generation;
		holds_chosen = config->servers_chosen;
		close_with_thread(state);
	}
	return is_filled;
}

static void write_defaults(struct __res_state *state)
{
	state->options = RES_DEFAULT;
	state->retrans = RES_TIMEOUT;
	state->retry = RES_DFLRETRY;
}

// `nameserver system`: the state must hold libc's own servers, so libc fills it.
static bool is_libcs(const struct config *config)
{
	return config->servers_chosen && config->routes[0].servers[0].kind == SERVER_SYSTEM;
}

// Lets libc fill the state, then adds the configuration's search list and options.
static bool fill_by_libc(
	struct __res_state *state, const struct config *config, unsigned generation, int (*fill)(struct __res_state *state))
{
	if (fill(state) != 0)
		return false;
	write_search(config, state);
	add_options(&config->options, state);
	if (state == __res_state()) {
		filled = checksum(state);
		filled_from = generation;
		holds_chosen = false;
	}
	return true;
}

bool res_state_fill(struct __res_state *state, const struct config *config, unsigned generation)
{
	if (is_libcs(config))
		return fill_by_libc(state, config, generation, libc_res_ninit);
	write_defaults(state);
	return write_state(state, config, generation);
}

static int fill_own_by_libc(struct __res_state *state)
{
	(void)state;
	return libc_res_init();
}

static bool differs(int number, int otherwise)
{
	return number && number != otherwise;
}

bool res_state_has_own_values(const struct config *config)
{
	const struct __res_state *state = __res_state();
	const bool is_open = state->options & RES_INIT;
	return !is_libcs(config) &&
		(differs(state->retrans, RES_TIMEOUT) || differs(state->retry, RES_DFLRETRY) ||
			(is_open && (state->options & ~(unsigned long)RES_INIT) != RES_DEFAULT));
}

// Like glibc, keeps what the program wrote there before, unless a file overrides it.
bool res_state_fill_own(const struct config *config, unsigned generation)
{
	struct __res_state *state = __res_state();
	if (is_libcs(config))
		return fill_by_libc(state, config, generation, fill_own_by_libc);
	if (!state->retrans)
		state->retrans = RES_TIMEOUT;
	if (!state->retry)
		state->retry = RES_DFLRETRY;
	if (!(state->options & RES_INIT))
		state->options = RES_DEFAULT;
	else if (state->nscount > 0)
		res_state_close(state);
	if (!state->id)
		random_draw(&state->id, sizeof(state->id));
	return write_state(state, config, generation);
}

// The program has cleared RES_INIT since we filled the state; its servers must still be freed.
static void free_servers(const struct __res_state *state)
{
	for (int i = 0; i < MAXNS; i++)
		free(state->_u._ext.nsaddrs[i]);
}

// libc does not reload our state, because it considers it changed by the program: so it is refilled here. With `nameserver
// system` it has no servers; libc.c gives libc another state, which libc has filled.
void res_state_open(const struct config *config, unsigned generation)
{
	struct __res_state *state = __res_state();
	bool is_filled = state->options & RES_INIT;
	bool is_fixed = !filled_from || filled_from == generation || state->options & RES_NORELOAD;
	if (is_filled && (is_fixed || res_state_is_changed()))
		return;
	if (is_filled)
		res_state_close(state);
	else if (filled_from)
		free_servers(state);
	*state = (struct __res_state){0};
	write_defaults(state);
	write_state(state, config, generation);
}
