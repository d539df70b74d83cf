// SPDX-License-Identifier: MIT
#include "shim/res_state.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/compiler.h"
#include "config/base/hash.h"
#include "config/base/libc_version.h"
#include "config/base/random.h"
#include "shim/libc_symbol.h"
#include "shim/res_members.h"

// Hash of the members that a program may change and that a lookup reads: of the servers, as many as are in use.
static uint64_t checksum(const struct __res_state *state)
{
	uint64_t sum = hash_word(HASH_START, state->options);
	sum = hash_word(sum, (uint64_t)(unsigned)state->retrans << 32 | (unsigned)state->retry);
	sum = hash_word(sum, (uint64_t)(unsigned)state->nscount << 32 | state->ndots);
	const int servers = state->nscount < MAXNS ? state->nscount : MAXNS;
	for (int i = 0; i < servers; i++) {
		sum = hash_bytes(sum, &state->nsaddr_list[i], sizeof(state->nsaddr_list[i]));
		if (UNLIKELY(!state->nsaddr_list[i].sin_family) && state->_u._ext.nsaddrs[i])
			sum = hash_bytes(sum, state->_u._ext.nsaddrs[i], sizeof(*state->_u._ext.nsaddrs[i]));
	}
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
	if (UNLIKELY(!filled) && state->options & RES_INIT)
		filled = checksum(state);
}

bool res_state_is_changed(void)
{
	const struct __res_state *state = __res_state();
	if (UNLIKELY(!(state->options & RES_INIT)))
		return false;
	res_state_adopt();
	return checksum(state) != filled;
}

// glibc links each state that it fills to its copy of resolv.conf(5) by an index in the state, under a lock that a fork
// may leave held (resolv_conf.c). A state without an index can be filled and closed without that lock.
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

// Records what the thread's _res was filled with; changes of other states are not tracked.
static void note_filled(const struct __res_state *state, unsigned generation, bool has_chosen)
{
	if (state != __res_state())
		return;
	filled = checksum(state);
	filled_from = generation;
	holds_chosen = has_chosen;
}

// Fills a state as glibc does, without glibc's lock. Frees nothing that the state holds. The caller has set retrans,
// retry and options.
static bool write_state(struct __res_state *state, const struct config *config, unsigned generation)
{
	write_unattached(state);
	state->options |= RES_INIT;
	res_members_write_settings(config, state);
	const bool is_filled = res_members_write_servers(config, state);
	note_filled(state, generation, config->servers_chosen);
	if (state == __res_state())
		close_with_thread(state);
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

// Adds the configuration's search list and options to a state that libc has filled.
static bool complete(struct __res_state *state, const struct config *config, unsigned generation)
{
	res_members_write_settings(config, state);
	note_filled(state, generation, false);
	return true;
}

bool res_state_fill(struct __res_state *state, const struct config *config, unsigned generation)
{
	if (is_libcs(config))
		return libc_res_ninit(state) == 0 && complete(state, config, generation);
	write_defaults(state);
	return write_state(state, config, generation);
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

bool res_state_fill_own(const struct config *config, unsigned generation)
{
	struct __res_state *state = __res_state();
	if (is_libcs(config))
		return libc_res_init() == 0 && complete(state, config, generation);
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

// libc does not reload our state, because it considers it changed by the program: so it is refilled here. With
// `nameserver system` it has no servers; libc.c gives libc another state, which libc has filled.
void res_state_open(const struct config *config, unsigned generation)
{
	struct __res_state *state = __res_state();
	bool is_filled = state->options & RES_INIT;
	// musl has one state for all threads, which it does not use.
	if (libc_version_is_musl())
		return;
	bool is_fixed = LIKELY(filled_from == generation) || !filled_from || state->options & RES_NORELOAD;
	if (LIKELY(is_filled && (is_fixed || res_state_is_changed())))
		return;
	if (is_filled)
		res_state_close(state);
	else if (filled_from)
		free_servers(state);
	*state = (struct __res_state){0};
	write_defaults(state);
	write_state(state, config, generation);
}
