// SPDX-License-Identifier: MIT
// The system's files change while a process runs. It takes an /etc that may be written, and servers at 127.0.0.1 and
// 127.0.0.2 that have different records.
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/differential/matrix.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define HOSTS "/etc/hosts"
#define NSSWITCH_CONF "/etc/nsswitch.conf"

// libc notices a change at once, withdns in lookups that begin 10 ms later: that much is let pass for both.
static void let_it_be_noticed(void)
{
	usleep(30000);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	if (!file || fputs(text, file) < 0 || fclose(file) != 0)
		abort();
	let_it_be_noticed();
}

static void remove_file(const char *path)
{
	if (unlink(path) != 0)
		abort();
	let_it_be_noticed();
}

// As an editor does: the new file takes the place of the old one, which stays as it was.
static void replace_file(const char *path, const char *text)
{
	char temporary[64];
	snprintf(temporary, sizeof(temporary), "%s.new", path);
	write_file(temporary, text);
	if (rename(temporary, path) != 0)
		abort();
	let_it_be_noticed();
}

static void look_up(const struct names *names, struct __res_state *state, const char *when)
{
	say_context(when);
	walk_few_names(names);
	walk_few_hostnames(names);
	make_getnameinfo("192.0.2.1", 53, 0, NI_NAMEREQD);
	make_queries(&(struct names){names->items, names->count ? 1 : 0}, state);
	make_gethostent();
	endhostent();
	say("_res");
	say_result();
	say_state(&_res);
	say_end();
}

static void walk_resolv_conf(const void *argument)
{
	static struct __res_state state;
	if (res_ninit(&state) != 0)
		abort();
	look_up(argument, &state, "the first resolv.conf");
	write_file(RESOLV_CONF, "nameserver 127.0.0.2\nsearch lab.test\n");
	look_up(argument, &state, "one that was written");
	replace_file(RESOLV_CONF, "nameserver 127.0.0.1\nsearch corp.test\noptions ndots:2 timeout:3\n");
	look_up(argument, &state, "one that was put in its place");
	remove_file(RESOLV_CONF);
	look_up(argument, &state, "no resolv.conf");
	write_file(RESOLV_CONF, "nameserver 127.0.0.2\n");
	look_up(argument, &state, "one that came again");
	res_nclose(&state);
}

// A program that wrote into its state has it for itself, until it calls res_init.
static void walk_own_state(const void *argument)
{
	static struct __res_state state;
	write_file(RESOLV_CONF, "nameserver 127.0.0.1\nsearch corp.test\n");
	if (res_init() != 0 || res_ninit(&state) != 0)
		abort();
	_res.options |= RES_USE_EDNS0;
	look_up(argument, &state, "own options");
	write_file(RESOLV_CONF, "nameserver 127.0.0.2\n");
	look_up(argument, &state, "own options and a resolv.conf that changed");
	_res.retrans = 2;
	write_file(RESOLV_CONF, "nameserver 127.0.0.1\noptions ndots:1\n");
	look_up(argument, &state, "own retrans and one that changed again");
	res_init();
	look_up(argument, &state, "res_init");
	res_nclose(&state);
}

// A query that a program makes by itself is made by the files as they are now, and leaves that in _res.
static void walk_making(const void *argument)
{
	unsigned char packet[64];
	(void)argument;
	write_file(RESOLV_CONF, "nameserver 127.0.0.1\nsearch corp.test\n");
	for (int i = 0; i < 3; i++) {
		say("_res at %d", i);
		res_mkquery(ns_o_query, "a.test", ns_c_in, ns_t_a, NULL, 0, NULL, packet, sizeof(packet));
		say_result();
		say_state(&_res);
		say_end();
		write_file(RESOLV_CONF, "nameserver 127.0.0.2\noptions timeout:3\nsearch lab.test\n");
		if (i == 1)
			_res.options |= RES_USE_EDNS0;
	}
}

static void walk_no_reload(const void *argument)
{
	static struct __res_state state;
	write_file(RESOLV_CONF, "nameserver 127.0.0.1\noptions no-reload\n");
	if (res_ninit(&state) != 0)
		abort();
	look_up(argument, &state, "no-reload");
	write_file(RESOLV_CONF, "nameserver 127.0.0.2\n");
	look_up(argument, &state, "no-reload and a resolv.conf that changed");
	res_init();
	look_up(argument, &state, "res_init after no-reload");
	res_nclose(&state);
}

static void walk_hosts(const void *argument)
{
	static struct __res_state state;
	write_file(RESOLV_CONF, "nameserver 127.0.0.1\n");
	if (res_ninit(&state) != 0)
		abort();
	write_file(HOSTS, "192.0.2.60 hosted.test\n");
	look_up(argument, &state, "the first hosts");
	write_file(HOSTS, "192.0.2.61 hosted.test app.test\n192.0.2.1 reverse.test\n");
	look_up(argument, &state, "hosts that was written");
	replace_file(HOSTS, "2001:db8::60 hosted.test\n");
	look_up(argument, &state, "hosts that was put in its place");
	remove_file(HOSTS);
	look_up(argument, &state, "no hosts");
	res_nclose(&state);
}

static void walk_nsswitch(const void *argument)
{
	static struct __res_state state;
	write_file(HOSTS, "192.0.2.61 hosted.test app.test\n");
	if (res_ninit(&state) != 0)
		abort();
	look_up(argument, &state, "the first nsswitch.conf");
	replace_file(NSSWITCH_CONF, "hosts: dns files\n");
	look_up(argument, &state, "dns first");
	replace_file(NSSWITCH_CONF, "hosts: files\n");
	look_up(argument, &state, "files alone");
	replace_file(NSSWITCH_CONF, "hosts: files dns\n");
	look_up(argument, &state, "files dns again");
	res_nclose(&state);
}

static void query(void)
{
	unsigned char packet[512];
	say("res_query \"app.test\" between other steps");
	const int length = res_query("app.test", ns_c_in, ns_t_a, packet, sizeof(packet));
	say_result();
	say(" %d", length);
	say_end();
}

// One step of a program that initialises its state again and again.
static void take_step(char letter)
{
	unsigned char packet[512];
	switch (letter) {
	case 'i':
		res_init();
		break;
	case 'l':
		make_gethostbyname("app.test");
		break;
	case 'q':
		query();
		break;
	case 'm':
		res_mkquery(ns_o_query, "a.test", ns_c_in, ns_t_a, NULL, 0, NULL, packet, sizeof(packet));
		break;
	case 'e':
		_res.options |= RES_USE_EDNS0;
		break;
	case 'r':
		_res.retrans = 2;
		break;
	case 'z':
		_res.options = 0;
		break;
	case 'E':
		setenv("RES_OPTIONS", "edns0 attempts:4 ndots:3", 1);
		break;
	case 'D':
		setenv("LOCALDOMAIN", "own.test", 1);
		break;
	case 'U':
		unsetenv("RES_OPTIONS");
		unsetenv("LOCALDOMAIN");
		break;
	case '1':
		write_file(RESOLV_CONF, "nameserver 127.0.0.1\nsearch corp.test\n");
		break;
	case '2':
		write_file(RESOLV_CONF, "nameserver 127.0.0.1\nsearch lab.test\noptions rotate\n");
		break;
	case '3':
		write_file(RESOLV_CONF, "nameserver 127.0.0.1\noptions timeout:3 trust-ad\n");
		break;
	default:
		abort();
	}
}

static void walk_steps(const void *argument)
{
	const char *steps = argument;
	take_step('1');
	for (size_t i = 0; steps[i]; i++) {
		take_step(steps[i]);
		say("_res after %.*s", (int)i + 1, steps);
		say_result();
		say_state(&_res);
		say_end();
	}
}

// Settings of a program or its environment at res_init, in addition to those of the file, are lost at the next lookup.
static void walk_all_steps(void)
{
	static const char *const all[] = {"ieill", "ieiq", "ieim", "irilel", "rileq", "erEil", "iEilDilUil", "EiUil",
		"zEil", "izDil", "izeDil", "iei2il", "iei2q", "i2q", "i2iq", "3i1il", "3ieil", "3iDiil", "3ir2iq", "3Ei2Uiq",
		"er2il", "2iEi1iql", "iEi2l", "EiUi2l", "ieiel", "iU2Eil"};
	for (size_t i = 0; i < LENGTH(all); i++)
		in_process(walk_steps, all[i]);
}

void walk_reload(const struct names *names)
{
	in_process(walk_resolv_conf, names);
	in_process(walk_own_state, names);
	in_process(walk_making, names);
	in_process(walk_no_reload, names);
	in_process(walk_hosts, names);
	in_process(walk_nsswitch, names);
	walk_all_steps();
}
