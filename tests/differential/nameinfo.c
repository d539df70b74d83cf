// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "tests/differential/matrix.h"

#define CANARY 0x5a
#define UNASKED ((socklen_t)-1)  // a NULL instead of a buffer

static const struct word flag_words[] = {
	{NI_NUMERICHOST, "numerichost"},
	{NI_NUMERICSERV, "numericserv"},
	{NI_NOFQDN, "nofqdn"},
	{NI_NAMEREQD, "namereqd"},
	{NI_DGRAM, "dgram"},
	{NI_IDN, "idn"},
};

union socket_address {
	struct sockaddr any;
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
	struct sockaddr_un local;
	struct sockaddr_storage storage;
};

struct text {
	char *bytes;
	socklen_t size;
};

// On the heap to the byte, so that ASan detects a write after it.
static struct text text_open(socklen_t size)
{
	struct text text = {NULL, size == UNASKED ? 0 : size};
	if (size == UNASKED)
		return text;
	if (!(text.bytes = malloc(size + 1u)))
		abort();
	memset(text.bytes, CANARY, size + 1u);
	return text;
}

// Whole where it ends inside; else what there is, which shows whether a part of the name was written.
static void text_say(struct text *text)
{
	if (!text->bytes) {
		say(" none");
		return;
	}
	if (text->bytes[text->size] != CANARY)
		say(" WROTE BEHIND THE BUFFER");
	text->bytes[text->size] = '\0';
	if (text->size && text->bytes[0] == CANARY)
		say(" untouched");
	else
		say_text(text->bytes);
	free(text->bytes);
}

static void call(
	const struct sockaddr *address, socklen_t length, socklen_t host_size, socklen_t service_size, int flags)
{
	struct text host = text_open(host_size), service = text_open(service_size);
	say("getnameinfo ");
	if (address)
		say_socket_address(address);
	else
		say("NULL");
	say(" len=%u sizes=%d,%d", length, (int)host_size, (int)service_size);
	say_flags("flags=", flag_words, LENGTH(flag_words), flags);
	errno = 0;
	const int code = getnameinfo(address, length, host.bytes, host.size, service.bytes, service.size, flags);
	const int error = errno;
	say_result();
	say_code(code);
	if (code == EAI_SYSTEM || code == EAI_AGAIN)
		say(" errno=%d", error);
	text_say(&host);
	text_say(&service);
	say_end();
}

// "192.0.2.1" or "fe80::1" with a port and a scope. The length of what was filled in; 0 for what is no address.
static socklen_t read_address(const char *text, uint16_t port, uint32_t scope, union socket_address *out)
{
	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, text, &out->ipv4.sin_addr) == 1) {
		out->ipv4.sin_family = AF_INET;
		out->ipv4.sin_port = htons(port);
		return sizeof(out->ipv4);
	}
	if (inet_pton(AF_INET6, text, &out->ipv6.sin6_addr) != 1)
		return 0;
	out->ipv6.sin6_family = AF_INET6;
	out->ipv6.sin6_port = htons(port);
	out->ipv6.sin6_scope_id = scope;
	return sizeof(out->ipv6);
}

void make_getnameinfo(const char *text, uint16_t port, uint32_t scope, int flags)
{
	union socket_address address;
	const socklen_t length = read_address(text, port, scope, &address);
	if (length)
		call(&address.any, length, NI_MAXHOST, NI_MAXSERV, flags);
}

static void walk_combinations(const char *text, uint16_t port)
{
	for (unsigned bits = 0; bits < 1u << LENGTH(flag_words); bits++) {
		int flags = 0;
		for (size_t i = 0; i < LENGTH(flag_words); i++)
			flags |= bits >> i & 1 ? flag_words[i].value : 0;
		make_getnameinfo(text, port, 0, flags);
	}
}

// Undefined flag bits, alone and with a defined one.
static void walk_strange_flags(void)
{
	for (unsigned bit = 0; bit < 32; bit++) {
		make_getnameinfo("192.0.2.1", 80, 0, (int)(1u << bit));
		make_getnameinfo("192.0.2.1", 80, 0, (int)(1u << bit | NI_NUMERICHOST));
		make_getnameinfo("2001:db8::1", 53, 0, (int)(1u << bit | NI_NAMEREQD));
	}
	make_getnameinfo("192.0.2.1", 80, 0, -1);
}

static void walk_sizes(const char *text)
{
	static const socklen_t sizes[] = {UNASKED, 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 16, 24, 64};
	static const int flags[] = {0, NI_NUMERICHOST | NI_NUMERICSERV, NI_NAMEREQD, NI_NOFQDN | NI_DGRAM};
	union socket_address address;
	const socklen_t length = read_address(text, 80, 0, &address);
	for (size_t i = 0; i < LENGTH(sizes); i++)
		for (size_t j = 0; j < LENGTH(sizes); j++)
			for (size_t k = 0; k < LENGTH(flags); k++)
				call(&address.any, length, sizes[i], sizes[j], flags[k]);
}

static void walk_ports(void)
{
	static const uint16_t ports[] = {
		0, 7, 22, 25, 53, 80, 111, 123, 443, 512, 513, 514, 853, 3306, 6000, 8080, 54321, 65535};
	static const int flags[] = {0, NI_DGRAM, NI_NUMERICSERV, NI_NUMERICSERV | NI_DGRAM};
	for (size_t i = 0; i < LENGTH(ports); i++)
		for (size_t j = 0; j < LENGTH(flags); j++) {
			make_getnameinfo("192.0.2.1", ports[i], 0, flags[j] | NI_NUMERICHOST);
			make_getnameinfo("2001:db8::1", ports[i], 0, flags[j] | NI_NUMERICHOST);
		}
}

static void walk_scopes(void)
{
	static const char *const texts[] = {"fe80::1", "fe80::abcd", "ff02::1", "ff01::1", "ff05::2", "fec0::1", "::1",
		"::", "2001:db8::1", "fd00::1", "::ffff:192.0.2.1", "::192.0.2.1"};
	static const uint32_t scopes[] = {0, 1, 2, 7, 99999, UINT32_MAX};
	static const int flags[] = {0, NI_NUMERICHOST, NI_NAMEREQD, NI_NOFQDN};
	for (size_t i = 0; i < LENGTH(texts); i++)
		for (size_t j = 0; j < LENGTH(scopes); j++)
			for (size_t k = 0; k < LENGTH(flags); k++)
				make_getnameinfo(texts[i], 80, scopes[j], flags[k]);
}

// Every length of every family.
static void walk_lengths(void)
{
	static const int addresses[] = {AF_UNSPEC, AF_LOCAL, AF_INET, AF_INET6, AF_NETLINK, 99};
	union socket_address address;
	for (size_t i = 0; i < LENGTH(addresses); i++) {
		memset(&address, 0, sizeof(address));
		address.any.sa_family = (sa_family_t)addresses[i];
		for (socklen_t length = 0; length <= 40; length++)
			call(&address.any, length, 64, 64, length % 2 ? NI_NUMERICHOST : 0);
		call(&address.any, sizeof(address), 64, 64, 0);
	}
	call(NULL, 0, 64, 64, 0);
	call(NULL, sizeof(address), 64, 64, 0);
	call(NULL, 16, 64, 64, -1);
}

static void walk_local(void)
{
	static const char *const paths[] = {"", "/run/socket", "relative", "\n"};
	static const socklen_t sizes[] = {UNASKED, 0, 1, 4, 5, 12, 64};
	for (size_t i = 0; i < LENGTH(paths); i++) {
		union socket_address address = {.local = {.sun_family = AF_LOCAL}};
		strcpy(address.local.sun_path, paths[i]);
		for (unsigned bits = 0; bits < 1u << LENGTH(flag_words); bits++)
			call(&address.any, sizeof(address.local), 64, 64, (int)bits);
		for (size_t j = 0; j < LENGTH(sizes); j++)
			for (size_t k = 0; k < LENGTH(sizes); k++)
				call(&address.any, sizeof(address.local), sizes[j], sizes[k], 0);
	}
}

void walk_nameinfo(const struct names *names)
{
	static const char *const texts[] = {
		"192.0.2.1", "2001:db8::1", "192.0.2.250", "127.0.0.1", "198.51.100.1", "198.51.100.5"};
	(void)names;
	for (size_t i = 0; i < LENGTH(texts); i++) {
		walk_combinations(texts[i], 80);
		walk_combinations(texts[i], 514);
	}
	walk_strange_flags();
	walk_sizes("192.0.2.1");
	walk_sizes("192.0.2.250");
	walk_sizes("127.0.0.1");
	walk_ports();
	walk_scopes();
	walk_lengths();
	walk_local();
}

void walk_few_nameinfo(const struct names *names)
{
	static const int flags[] = {0, NI_NAMEREQD, NI_NOFQDN, NI_NUMERICHOST, NI_IDN | NI_DGRAM};
	for (size_t i = 0; i < names->count; i++)
		for (size_t j = 0; j < LENGTH(flags); j++)
			make_getnameinfo(names->items[i], 53, 0, flags[j]);
}
