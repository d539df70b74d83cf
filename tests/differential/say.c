// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tests/differential/matrix.h"

// Longer ones are written as their checksum.
#define BYTES_SHOWN 160

static const char *context;

static const struct word codes[] = {
	{0, "0"},
	{EAI_BADFLAGS, "EAI_BADFLAGS"},
	{EAI_NONAME, "EAI_NONAME"},
	{EAI_AGAIN, "EAI_AGAIN"},
	{EAI_FAIL, "EAI_FAIL"},
	{EAI_NODATA, "EAI_NODATA"},
	{EAI_FAMILY, "EAI_FAMILY"},
	{EAI_SOCKTYPE, "EAI_SOCKTYPE"},
	{EAI_SERVICE, "EAI_SERVICE"},
	{EAI_ADDRFAMILY, "EAI_ADDRFAMILY"},
	{EAI_MEMORY, "EAI_MEMORY"},
	{EAI_SYSTEM, "EAI_SYSTEM"},
	{EAI_OVERFLOW, "EAI_OVERFLOW"},
	{EAI_INPROGRESS, "EAI_INPROGRESS"},
	{EAI_CANCELED, "EAI_CANCELED"},
	{EAI_NOTCANCELED, "EAI_NOTCANCELED"},
	{EAI_ALLDONE, "EAI_ALLDONE"},
	{EAI_INTR, "EAI_INTR"},
	{EAI_IDN_ENCODE, "EAI_IDN_ENCODE"},
};

static const struct word host_errors[] = {
	{NETDB_INTERNAL, "NETDB_INTERNAL"},
	{NETDB_SUCCESS, "NETDB_SUCCESS"},
	{HOST_NOT_FOUND, "HOST_NOT_FOUND"},
	{TRY_AGAIN, "TRY_AGAIN"},
	{NO_RECOVERY, "NO_RECOVERY"},
	{NO_DATA, "NO_DATA"},
};

static const struct word families[] = {
	{AF_UNSPEC, "unspec"}, {AF_LOCAL, "local"}, {AF_INET, "inet"}, {AF_INET6, "inet6"}};

static const struct word socket_types[] = {{SOCK_STREAM, "stream"}, {SOCK_DGRAM, "dgram"}, {SOCK_RAW, "raw"}};

void say(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
}

void say_text(const char *text)
{
	if (!text) {
		say(" NULL");
		return;
	}
	say(" \"");
	for (; *text; text++) {
		const unsigned char byte = (unsigned char)*text;
		if (isgraph(byte) && byte != '"' && byte != '\\')
			putchar(byte);
		else
			say("\\x%02x", byte);
	}
	say("\"");
}

static const char *find_word(const struct word *words, size_t count, int value)
{
	for (size_t i = 0; i < count; i++)
		if (words[i].value == value)
			return words[i].text;
	return NULL;
}

void say_word(const char *label, const struct word *words, size_t count, int value)
{
	const char *text = find_word(words, count, value);
	if (text)
		say(" %s%s", label, text);
	else
		say(" %s%d", label, value);
}

void say_flags(const char *label, const struct word *words, size_t count, int value)
{
	const char *before = "";
	say(" %s", label);
	for (size_t i = 0; i < count; i++) {
		if (!(value & words[i].value))
			continue;
		say("%s%s", before, words[i].text);
		value &= ~words[i].value;
		before = "|";
	}
	if (value || !*before)
		say("%s%#x", before, (unsigned)value);
}

void say_address(int family, const void *bytes)
{
	char text[INET6_ADDRSTRLEN];
	if (inet_ntop(family, bytes, text, sizeof(text)))
		say("%s", text);
	else
		say("?");
}

void say_socket_address(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)address;
		say_address(AF_INET, &ipv4->sin_addr);
		say(":%u", ntohs(ipv4->sin_port));
	} else if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)address;
		say("[");
		say_address(AF_INET6, &ipv6->sin6_addr);
		say("%%%u]:%u", ipv6->sin6_scope_id, ntohs(ipv6->sin6_port));
		if (ipv6->sin6_flowinfo)
			say(" flow=%u", ipv6->sin6_flowinfo);
	} else {
		say("family %d", address->sa_family);
	}
}

void say_bytes(const void *bytes, size_t size)
{
	const unsigned char *at = bytes;
	uint64_t sum = 14695981039346656037u;  // FNV-1a
	for (size_t i = 0; i < size; i++)
		sum = (sum ^ at[i]) * 1099511628211u;
	say(" ");
	for (size_t i = 0; i < size && size <= BYTES_SHOWN; i++)
		say("%02x", at[i]);
	if (size > BYTES_SHOWN)
		say("sum=%016llx", (unsigned long long)sum);
}

void say_h_errno(const char *label, int value)
{
	say_word(label, host_errors, LENGTH(host_errors), value);
}

void say_code(int code)
{
	say_word("", codes, LENGTH(codes), code);
}

// Some programs compare addresses with memcmp(3).
static bool is_clean(const struct sockaddr *address)
{
	const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)address;
	static const unsigned char zeros[sizeof(ipv4->sin_zero)];
	return address->sa_family != AF_INET || memcmp(ipv4->sin_zero, zeros, sizeof(zeros)) == 0;
}

static void say_node(const struct addrinfo *node)
{
	say(" [");
	say_word("", families, LENGTH(families), node->ai_family);
	say_word("", socket_types, LENGTH(socket_types), node->ai_socktype);
	say(" %d ", node->ai_protocol);
	say_socket_address(node->ai_addr);
	say(" len=%u flags=%#x", node->ai_addrlen, (unsigned)node->ai_flags);
	if (node->ai_family != node->ai_addr->sa_family)
		say(" not of its address's family");
	if (!is_clean(node->ai_addr))
		say(" padded with something");
	if (node->ai_canonname)
		say_text(node->ai_canonname);
	say("]");
}

void say_list(const struct addrinfo *list)
{
	for (; list; list = list->ai_next)
		say_node(list);
}

static bool is_inside(const void *at, size_t size, const char *first, size_t room)
{
	const uintptr_t start = (uintptr_t)at, from = (uintptr_t)first;
	return !first || (start >= from && start + size <= from + room);
}

static bool say_texts(char **texts, const char *first, size_t size)
{
	bool all_inside = true;
	for (; *texts; texts++) {
		say_text(*texts);
		all_inside &=
			is_inside(*texts, strlen(*texts) + 1, first, size) && is_inside(texts, 2 * sizeof(*texts), first, size);
	}
	return all_inside;
}

static bool say_addresses(const struct hostent *entry, const char *first, size_t size)
{
	bool all_inside = true;
	for (char **at = entry->h_addr_list; *at; at++) {
		say(" ");
		say_address(entry->h_addrtype, *at);
		all_inside &=
			is_inside(*at, (size_t)entry->h_length, first, size) && is_inside(at, 2 * sizeof(*at), first, size);
	}
	return all_inside;
}

void say_entry(const struct hostent *entry, const char *first, size_t size)
{
	if (!entry) {
		say(" NULL");
		return;
	}
	say_text(entry->h_name);
	say_word("", families, LENGTH(families), entry->h_addrtype);
	say(" len=%d aliases:", entry->h_length);
	bool is_whole = say_texts(entry->h_aliases, first, size);
	say(" addresses:");
	is_whole &= say_addresses(entry, first, size) && is_inside(entry->h_name, strlen(entry->h_name) + 1, first, size);
	if (!is_whole)
		say(" outside of the buffer");
}

static void say_server(const struct __res_state *state, int index)
{
	const struct sockaddr_in *ipv4 = &state->nsaddr_list[index];
	const struct sockaddr_in6 *ipv6 = state->_u._ext.nsaddrs[index];
	say(" server=");
	if (ipv4->sin_family)
		say_socket_address((const struct sockaddr *)ipv4);
	else
		say("none");
	if (ipv6 && ipv6->sin6_family == AF_INET6)
		say_socket_address((const struct sockaddr *)ipv6);
}

void say_state(const struct __res_state *state)
{
	say(" options=%#lx retrans=%d retry=%d ndots=%u", state->options, state->retrans, state->retry, state->ndots);
	for (int i = 0; i < state->nscount && i < MAXNS; i++)
		say_server(state, i);
	for (int i = 0; i < MAXDNSRCH && state->dnsrch[i]; i++)
		say_text(state->dnsrch[i]);
	say(" domain=");
	say_text(state->defdname);
	for (unsigned i = 0; i < state->nsort; i++) {
		say(" sort=");
		say_address(AF_INET, &state->sort_list[i].addr);
		say("/%08x", ntohl(state->sort_list[i].mask));
	}
}

void say_context(const char *text)
{
	context = text;
}

void say_result(void)
{
	if (context)
		say(" under %s", context);
	say(" =>");
}

void say_end(void)
{
	say("\n");
}
