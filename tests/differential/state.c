// SPDX-License-Identifier: MIT
// The resolver's state (resolver(3): _res): what is read into it, and what lookups leave there.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

#include "tests/differential/matrix.h"

static void say_own_state(const char *after)
{
	say("_res after %s", after);
	say_result();
	say_state(&_res);
	say_end();
}

static void init(const char *when)
{
	say("res_init %s", when);
	const int code = res_init();
	say_result();
	say(" %d", code);
	say_state(&_res);
	say_end();
}

static void init_state(struct __res_state *state, const char *when)
{
	say("res_ninit %s", when);
	const int code = res_ninit(state);
	say_result();
	say(" %d", code);
	say_state(state);
	say_end();
}

static void *in_thread(void *unused)
{
	say_own_state("a thread began");
	make_gethostbyname("hosted.test");
	say_own_state("gethostbyname in a thread");
	return unused;
}

static void walk_thread(const void *unused)
{
	(void)unused;
	pthread_t thread;
	if (pthread_create(&thread, NULL, in_thread, NULL) != 0)
		abort();
	pthread_join(thread, NULL);
}

static void after_getaddrinfo(const void *node)
{
	say_own_state("start");
	make_getaddrinfo(node, NULL, NULL);
	say_own_state("getaddrinfo");
}

static void after_no_address(const void *node)
{
	make_getaddrinfo(node, NULL, &(struct addrinfo){.ai_family = AF_INET});
	say_own_state("getaddrinfo of no address");
}

static void after_gethostbyname(const void *name)
{
	make_gethostbyname(name);
	say_own_state("gethostbyname");
}

static void after_small_buffer(const void *name)
{
	make_gethostbyname_r(name, 8);
	say_own_state("gethostbyname_r with a small buffer");
}

static void after_getnameinfo(const void *address)
{
	make_getnameinfo(address, 80, 0, NI_NUMERICHOST);
	say_own_state("getnameinfo of numbers");
	make_getnameinfo(address, 80, 0, 0);
	say_own_state("getnameinfo");
}

static void after_entries(const void *unused)
{
	(void)unused;
	sethostent(1);
	say_own_state("sethostent");
	make_gethostent();
	say_own_state("gethostent");
	endhostent();
	say_own_state("endhostent");
}

static void after_query(const void *name)
{
	struct __res_state state;
	memset(&state, 0, sizeof(state));
	make_queries(&(struct names){(char *[]){(char *)name}, 1}, &state);
	say_own_state("res_query");
	res_nclose(&state);
}

static void make_query(const char *when, struct __res_state *state)
{
	unsigned char packet[64];
	say("res_mkquery %s", when);
	const int code = state == &_res
		? res_mkquery(ns_o_query, "a.test", ns_c_in, ns_t_a, NULL, 0, NULL, packet, 64)
		: res_nmkquery(state, ns_o_query, "a.test", ns_c_in, ns_t_a, NULL, 0, NULL, packet, 64);
	packet[0] = packet[1] = 0;
	say_result();
	say(" %d", code);
	say_bytes(packet, code > 0 ? (size_t)code : 0);
	say_state(state);
	say_end();
}

static void after_refused_query(const void *name)
{
	unsigned char answer[8];
	say("res_query");
	say_text(name);
	say(" size=0");
	const int code = res_query(name, ns_c_in, ns_t_a, answer, 0);
	say_result();
	say(" %d", code);
	say_end();
	say_own_state("res_query without a buffer");
}

static void at_mkquery(const void *unused)
{
	(void)unused;
	make_query("at first", &_res);
	_res.options |= RES_USE_EDNS0;
	make_query("after an option was written", &_res);
}

static void at_mkquery_with_own_times(const void *unused)
{
	(void)unused;
	_res.retrans = 3;
	_res.retry = 4;
	_res.options = RES_USEVC;
	make_query("with retrans, retry and options written before", &_res);
}

static void at_nmkquery(const void *unused)
{
	static struct __res_state state;
	(void)unused;
	make_query("of zeros", &state);
	state.options = RES_RECURSE;
	make_query("of options", &state);
}

static void walk_init(const void *unused)
{
	(void)unused;
	init("at first");
	init("again");
	_res.options |= RES_USE_EDNS0 | RES_NOALIASES;
	_res.retrans = 3;
	_res.retry = 4;
	_res.ndots = 5;
	init("after options, retrans, retry and ndots were written");
	_res.options = 0;
	init("after the options were cleared");
	_res.options &= ~(unsigned long)RES_INIT;
	init("after RES_INIT was cleared");
	_res.nscount = 0;
	_res.dnsrch[0] = NULL;
	init("after servers and search list were cleared");
}

// What a program set by itself: libc resets its options at the lookup after res_init, and does not look at its
// environment again until resolv.conf changes.
static void init_by_oneself(const void *unused)
{
	(void)unused;
	make_gethostbyname("hosted.test");
	_res.options |= RES_USE_EDNS0;
	init("with an own option");
	make_gethostbyname("hosted.test");
	say_own_state("a lookup with an own option");
	setenv("LOCALDOMAIN", "own.test", 1);
	make_gethostbyname("hosted.test");
	say_own_state("a variable was set");
	init("after a variable was set");
}

static void walk_ninit(const void *unused)
{
	(void)unused;
	struct __res_state state;
	memset(&state, 0, sizeof(state));
	init_state(&state, "of zeros");
	init_state(&state, "again");
	res_nclose(&state);
	init_state(&state, "after res_nclose");
	state.options = RES_DEFAULT | RES_USEVC;
	state.retrans = 2;
	init_state(&state, "with options");
	res_nclose(&state);
	memset(&state, 0xa5, sizeof(state));
	state.options = RES_RECURSE;
	state.retrans = state.retry = 0;
	state.nscount = 0;
	init_state(&state, "of garbage");
	res_nclose(&state);
}

void walk_state(const struct names *names)
{
	static const struct {
		void (*walk)(const void *argument);
		const char *argument;
	} walks[] = {
		{after_getaddrinfo, "app.test"},
		{after_getaddrinfo, "192.0.2.1"},
		{after_getaddrinfo, "hosted.test"},
		{after_getaddrinfo, NULL},
		{after_no_address, "256.1.1.1"},
		{after_gethostbyname, "192.0.2.1"},
		{after_gethostbyname, "hosted.test"},
		{after_gethostbyname, "app.test"},
		{after_small_buffer, "app.test"},
		{after_getnameinfo, "192.0.2.1"},
		{after_entries, NULL},
		{after_query, "app.test"},
		{after_refused_query, "app.test"},
		{at_mkquery, NULL},
		{at_mkquery_with_own_times, NULL},
		{at_nmkquery, NULL},
		{walk_init, NULL},
		{init_by_oneself, NULL},
		{walk_ninit, NULL},
		{walk_thread, NULL},
	};
	(void)names;
	// What a lookup leaves in the state depends on what was done to it before: a process each.
	for (size_t i = 0; i < LENGTH(walks); i++)
		in_process(walks[i].walk, walks[i].argument);
}
