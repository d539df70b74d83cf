// SPDX-License-Identifier: MIT
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "tests/differential/matrix.h"

#ifndef IPPROTO_DCCP
#define IPPROTO_DCCP 33
#endif

static const struct word flag_words[] = {
	{AI_PASSIVE, "passive"},
	{AI_CANONNAME, "canonname"},
	{AI_NUMERICHOST, "numerichost"},
	{AI_V4MAPPED, "v4mapped"},
	{AI_ALL, "all"},
	{AI_ADDRCONFIG, "addrconfig"},
	{AI_IDN, "idn"},
	{AI_CANONIDN, "canonidn"},
	{AI_NUMERICSERV, "numericserv"},
};

static const int families[] = {AF_UNSPEC, AF_INET, AF_INET6};

// Where it points before a call, to see whether the call wrote it.
static struct addrinfo untouched;

static void say_hints(const struct addrinfo *hints)
{
	if (!hints) {
		say(" no hints");
		return;
	}
	say(" family=%d type=%d protocol=%d", hints->ai_family, hints->ai_socktype, hints->ai_protocol);
	say_flags("flags=", flag_words, LENGTH(flag_words), hints->ai_flags);
}

void make_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints)
{
	struct addrinfo *list = &untouched;
	say("getaddrinfo");
	say_text(node);
	say_text(service);
	say_hints(hints);
	errno = 0;
	const int code = getaddrinfo(node, service, hints, &list);
	const int error = errno;
	say_result();
	say_code(code);
	// After other failures it is an error of an internal attempt of libc.
	if (code == EAI_SYSTEM || code == EAI_AGAIN || code == EAI_IDN_ENCODE)
		say(" errno=%d", error);
	if (list == &untouched) {
		say(" result=untouched");
	} else {
		say_list(list);
		freeaddrinfo(list);
	}
	say_end();
}

static void call_with(const char *node, const char *service, int family, int socktype, int flags)
{
	make_getaddrinfo(
		node, service, &(struct addrinfo){.ai_family = family, .ai_socktype = socktype, .ai_flags = flags});
}

// --- hints

static const char *const services[] = {
	NULL,
	"",
	"0",
	"80",
	"65535",
	"65536",
	"70000",
	"2147483648",
	"4294967376",
	"18446744073709551615",
	"99999999999999999999",
	"-1",
	"-0",
	" 80",
	"+80",
	"080",
	"0x50",
	"80x",
	"80 ",
	"http",
	"HTTP",
	"www",
	"domain",
	"ntp",
	"syslog",
	"login",
	"who",
	"sunrpc",
	"discard",
	"sctp",
	"nosuchservice",
	"*",
	"ftp-data",
	"echo\n",
};
static const int socket_types[] = {
	0, SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_DCCP, 99, -1, SOCK_STREAM | SOCK_CLOEXEC};
static const int protocols[] = {
	0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_SCTP, IPPROTO_DCCP, IPPROTO_UDPLITE, IPPROTO_RAW, 99, -1};

static void walk_protocols(const char *node, const char *service, int flags)
{
	for (size_t i = 0; i < LENGTH(socket_types); i++)
		for (size_t j = 0; j < LENGTH(protocols); j++)
			make_getaddrinfo(node, service,
				&(struct addrinfo){.ai_family = AF_UNSPEC,
					.ai_flags = flags,
					.ai_socktype = socket_types[i],
					.ai_protocol = protocols[j]});
}

void walk_hints(const struct names *names)
{
	static const int flags[] = {0, AI_PASSIVE, AI_NUMERICSERV};
	(void)names;
	for (size_t i = 0; i < LENGTH(services); i++) {
		walk_protocols("192.0.2.7", services[i], 0);
		for (size_t j = 0; j < LENGTH(flags); j++)
			for (size_t k = 0; k < LENGTH(socket_types); k++)
				for (size_t l = 0; l < LENGTH(families); l++)
					call_with(NULL, services[i], families[l], socket_types[k], flags[j]);
		make_getaddrinfo("app.test", services[i], NULL);
		make_getaddrinfo("hosted.test", services[i], NULL);
		make_getaddrinfo(NULL, services[i], NULL);
		make_getaddrinfo("*", services[i], NULL);
	}
	walk_protocols(NULL, "domain", AI_PASSIVE);
	walk_protocols("2001:db8::7", "53", AI_CANONNAME);
	walk_protocols("app.test", "domain", 0);
	walk_protocols("hosted.test", NULL, 0);
	walk_protocols("app.test", "domain", AI_NUMERICSERV);
}

// --- flags

static const char *const flag_nodes[] = {
	NULL, "192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7", "hosted.test", "app.test", "alias.test", "missing.test"};

static void walk_combinations(const char *node)
{
	for (unsigned bits = 0; bits < 1u << LENGTH(flag_words); bits++) {
		int flags = 0;
		for (size_t i = 0; i < LENGTH(flag_words); i++)
			flags |= bits >> i & 1 ? flag_words[i].value : 0;
		for (size_t i = 0; i < LENGTH(families); i++)
			call_with(node, "80", families[i], SOCK_STREAM, flags);
	}
}

// Bit by bit, known or not, and families that no address has.
static void walk_strange(const char *node)
{
	static const int strange[] = {AF_UNSPEC, AF_INET, AF_INET6, AF_LOCAL, AF_NETLINK, 99, -1};
	for (size_t i = 0; i < LENGTH(strange); i++) {
		for (unsigned bit = 0; bit < 32; bit++)
			call_with(node, "80", strange[i], SOCK_STREAM, (int)(1u << bit));
		call_with(node, "80", strange[i], SOCK_STREAM, -1);
		call_with(node, "nosuchservice", strange[i], 99, 0);
		call_with(node, NULL, strange[i], 0, AI_NUMERICHOST | 0x100 | 0x200);
	}
}

void walk_flags(const struct names *names)
{
	(void)names;
	for (size_t i = 0; i < LENGTH(flag_nodes); i++) {
		walk_combinations(flag_nodes[i]);
		walk_strange(flag_nodes[i]);
	}
}

// --- names

static void walk_families(const char *node, const char *service, int socktype, int flags)
{
	for (size_t i = 0; i < LENGTH(families); i++)
		call_with(node, service, families[i], socktype, flags);
}

void walk_names(const struct names *names)
{
	static const int flags[] = {AI_CANONNAME, AI_ADDRCONFIG, AI_V4MAPPED, AI_V4MAPPED | AI_ALL | AI_CANONNAME,
		AI_V4MAPPED | AI_ADDRCONFIG, AI_NUMERICHOST, AI_IDN | AI_CANONIDN | AI_CANONNAME};
	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->items[i];
		make_getaddrinfo(name, NULL, NULL);
		make_getaddrinfo(name, "domain", NULL);
		walk_families(name, NULL, 0, 0);
		walk_families(name, "80", SOCK_STREAM, 0);
		walk_families(name, "nosuchservice", SOCK_DGRAM, 0);
		for (size_t j = 0; j < LENGTH(flags); j++)
			walk_families(name, "443", SOCK_STREAM, flags[j]);
	}
}

void walk_few_names(const struct names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		make_getaddrinfo(names->items[i], "80", NULL);
		walk_families(names->items[i], NULL, SOCK_STREAM, AI_CANONNAME);
		call_with(names->items[i], NULL, AF_INET6, SOCK_STREAM, AI_V4MAPPED | AI_ALL);
	}
}

void walk_literals(const struct names *names)
{
	static const int flags[] = {0, AI_CANONNAME, AI_NUMERICHOST | AI_CANONNAME, AI_V4MAPPED | AI_NUMERICHOST,
		AI_V4MAPPED | AI_ALL | AI_NUMERICHOST, AI_ADDRCONFIG | AI_NUMERICHOST,
		AI_IDN | AI_CANONIDN | AI_CANONNAME | AI_NUMERICHOST};
	for (size_t i = 0; i < names->count; i++)
		for (size_t j = 0; j < LENGTH(flags); j++)
			walk_families(names->items[i], "80", SOCK_DGRAM, flags[j]);
}
