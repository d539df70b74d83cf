// SPDX-License-Identifier: MIT
// What lookups make of a resolver state (resolver(3): _res) that the program wrote into.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/older_headers.h"
#include "tests/differential/matrix.h"

static struct sockaddr_in server_at(const char *address, uint16_t port)
{
	struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(port)};
	inet_pton(AF_INET, address, &server.sin_addr);
	return server;
}

static void set_servers(res_state state, const char *first, uint16_t port, const char *second)
{
	state->nsaddr_list[0] = server_at(first, port);
	state->nscount = 1;
	if (second) {
		state->nsaddr_list[1] = server_at(second, 53);
		state->nscount = 2;
	}
}

static void no_setting(res_state state)
{
	(void)state;
}
static void edns(res_state state)
{
	state->options |= RES_USE_EDNS0;
}
static void dnssec(res_state state)
{
	state->options |= RES_USE_EDNS0 | RES_USE_DNSSEC;
}
static void dnssec_alone(res_state state)
{
	state->options |= RES_USE_DNSSEC;
}
static void trust_ad(res_state state)
{
	state->options |= RES_TRUSTAD;
}
static void trust_all(res_state state)
{
	state->options |= RES_TRUSTAD | RES_USE_EDNS0 | RES_USE_DNSSEC;
}
static void use_tcp(res_state state)
{
	state->options |= RES_USEVC;
}
static void stay_open(res_state state)
{
	state->options |= RES_USEVC | RES_STAYOPEN;
}
static void ignore_truncation(res_state state)
{
	state->options |= RES_IGNTC;
}
static void no_default_domain(res_state state)
{
	state->options &= ~(unsigned long)RES_DEFNAMES;
}
static void no_search(res_state state)
{
	state->options &= ~(unsigned long)RES_DNSRCH;
}
static void no_domains(res_state state)
{
	state->options &= ~(unsigned long)(RES_DNSRCH | RES_DEFNAMES);
}
static void no_recursion(res_state state)
{
	state->options &= ~(unsigned long)RES_RECURSE;
}
static void no_tld(res_state state)
{
	state->options |= RES_NOTLDQUERY;
}
static void no_aaaa(res_state state)
{
	state->options |= RES_NOAAAA;
}
static void one_by_one(res_state state)
{
	state->options |= RES_SNGLKUP;
}
static void reopen(res_state state)
{
	state->options |= RES_SNGLKUPREOP;
}
static void rotate(res_state state)
{
	state->options |= RES_ROTATE;
}
static void no_reload(res_state state)
{
	state->options |= RES_NORELOAD;
}
static void other_server(res_state state)
{
	set_servers(state, "127.0.0.2", 53, NULL);
}
static void other_port(res_state state)
{
	set_servers(state, "127.0.0.2", 5353, NULL);
}
static void dead_then_alive(res_state state)
{
	set_servers(state, "127.0.0.9", 53, "127.0.0.2");
}
static void failing_then_alive(res_state state)
{
	set_servers(state, "127.0.0.3", 53, "127.0.0.2");
}
static void dead_servers(res_state state)
{
	set_servers(state, "127.0.0.9", 53, "127.0.0.10");
}
static void no_server(res_state state)
{
	state->nscount = 0;
}
static void no_dots(res_state state)
{
	state->ndots = 0;
}
static void many_dots(res_state state)
{
	state->ndots = 4;
}
static void no_list(res_state state)
{
	state->dnsrch[0] = NULL;
}
static void no_tries(res_state state)
{
	state->retry = 0;
}
static void quick(res_state state)
{
	state->retrans = state->retry = 1;
}
static void not_initialised(res_state state)
{
	state->options &= ~(unsigned long)RES_INIT;
}
static void no_options(res_state state)
{
	state->options = RES_INIT;
}

static void own_list(res_state state)
{
	static char first[] = "lab.test", second[] = "corp.test";
	state->dnsrch[0] = first;
	state->dnsrch[1] = second;
	state->dnsrch[2] = NULL;
}

static void own_domain(res_state state)
{
	strcpy(state->defdname, "lab.test");
	state->dnsrch[0] = state->defdname;
	state->dnsrch[1] = NULL;
}

static void default_domain_alone(res_state state)
{
	strcpy(state->defdname, "lab.test");
	state->options &= ~(unsigned long)RES_DNSRCH;
}

static void edns_over_tcp(res_state state)
{
	state->options |= RES_USE_EDNS0 | RES_USEVC;
}
static void edns_cut(res_state state)
{
	state->options |= RES_USE_EDNS0 | RES_IGNTC;
}

#define SETTING(function)   \
	{                       \
#function, function \
	}
static const struct setting {
	const char *name;
	void (*apply)(res_state state);
} settings[] = {
	SETTING(no_setting),
	SETTING(edns),
	SETTING(dnssec),
	SETTING(dnssec_alone),
	SETTING(trust_ad),
	SETTING(trust_all),
	SETTING(use_tcp),
	SETTING(stay_open),
	SETTING(ignore_truncation),
	SETTING(no_default_domain),
	SETTING(no_search),
	SETTING(no_domains),
	SETTING(no_recursion),
	SETTING(no_tld),
	SETTING(no_aaaa),
	SETTING(one_by_one),
	SETTING(reopen),
	SETTING(rotate),
	SETTING(no_reload),
	SETTING(other_server),
	SETTING(other_port),
	SETTING(dead_then_alive),
	SETTING(failing_then_alive),
	SETTING(dead_servers),
	SETTING(no_server),
	SETTING(no_dots),
	SETTING(many_dots),
	SETTING(no_list),
	SETTING(no_tries),
	SETTING(quick),
	SETTING(not_initialised),
	SETTING(no_options),
	SETTING(own_list),
	SETTING(own_domain),
	SETTING(default_domain_alone),
};

struct run {
	const struct setting *setting;
	const struct names *names;
};

static void open_states(const struct setting *setting, struct __res_state *state)
{
	say_context(setting->name);
	if (res_init() != 0 || res_ninit(state) != 0)
		abort();
	setting->apply(&_res);
	setting->apply(state);
}

// All kinds of lookups under one setting: those of the thread's own state, and those that are given a state.
static void walk_setting(const void *argument)
{
	const struct run *run = argument;
	static struct __res_state state;
	open_states(run->setting, &state);
	make_queries(run->names, &state);
	walk_few_names(run->names);
	walk_few_hostnames(run->names);
	make_getnameinfo("192.0.2.1", 80, 0, 0);
	say("_res");
	say_result();
	say_state(&_res);
	say_end();
	res_nclose(&state);
}

void walk_settings(const struct names *names)
{
	for (size_t i = 0; i < LENGTH(settings); i++)
		in_process(walk_setting, &(struct run){&settings[i], names});
}

static void walk_size_setting(const void *argument)
{
	const struct run *run = argument;
	static struct __res_state state;
	open_states(run->setting, &state);
	make_sized_queries(run->names, &state);
	make_sized_packets(run->names, &state);
	res_nclose(&state);
}

void walk_answer_sizes(const struct names *names)
{
	static const struct setting sized[] = {
		SETTING(no_setting),
		SETTING(edns),
		SETTING(dnssec),
		SETTING(dnssec_alone),
		SETTING(use_tcp),
		SETTING(edns_over_tcp),
		SETTING(ignore_truncation),
		SETTING(edns_cut),
	};
	for (size_t i = 0; i < LENGTH(sized); i++)
		in_process(walk_size_setting, &(struct run){&sized[i], names});
}
