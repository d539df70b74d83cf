// SPDX-License-Identifier: MIT
// Prints what some dozens of lookups find, one line each, so that two runs can be compared: recorded [PART].
// PART (0 to 3) leaves out each fourth name, another for each part.
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static void print_addresses(const struct addrinfo *list)
{
	char text[INET6_ADDRSTRLEN];
	for (; list; list = list->ai_next) {
		getnameinfo(list->ai_addr, list->ai_addrlen, text, sizeof(text), NULL, 0, NI_NUMERICHOST);
		printf(" %s", text);
	}
}

static void show_addrinfo(const char *name)
{
	static const int families[] = {AF_UNSPEC, AF_INET, AF_INET6};
	for (size_t i = 0; i < LENGTH(families); i++) {
		const struct addrinfo hints = {
			.ai_family = families[i],
			.ai_socktype = SOCK_STREAM,
			.ai_flags = AI_CANONNAME,
		};
		struct addrinfo *list = NULL;
		int code = getaddrinfo(name, NULL, &hints, &list);
		printf("getaddrinfo %s %d: %d %s", name, families[i], code, code ? "" : list->ai_canonname);
		print_addresses(list);
		printf("\n");
		if (list)
			freeaddrinfo(list);
	}
}

static void show_hostent(const char *call, const char *what, const struct hostent *host)
{
	char text[INET6_ADDRSTRLEN];
	printf("%s %s: %s", call, what, host ? host->h_name : hstrerror(h_errno));
	for (int i = 0; host && host->h_aliases[i]; i++)
		printf(" %s", host->h_aliases[i]);
	for (int i = 0; host && host->h_addr_list[i]; i++)
		printf(" %s", inet_ntop(host->h_addrtype, host->h_addr_list[i], text, sizeof(text)));
	printf("\n");
}

static void show_address(const char *text)
{
	unsigned char bytes[16];
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;
	inet_pton(family, text, bytes);
	show_hostent("gethostbyaddr", text, gethostbyaddr(bytes, family == AF_INET ? 4 : 16, family));
}

static unsigned get16(const unsigned char *at)
{
	return (unsigned)(at[0] << 8 | at[1]);
}

static void show_bytes(const unsigned char *from, const unsigned char *to)
{
	for (; from < to; from++)
		printf("%02x", *from);
}

// Bytes before the first name in the data of a type, and how many names follow each other.
static int location_of_names(int type, int *count)
{
	*count = type == T_SOA ? 2 : type == T_CNAME || type == T_NS || type == T_MX || type == T_SRV ? 1 : 0;
	return type == T_MX ? 2 : type == T_SRV ? 6 : 0;
}

// Names are printed whole, however they were compressed.
static void show_data(const unsigned char *reply, const unsigned char *data, int length, int type)
{
	char name[NS_MAXDNAME];
	const unsigned char *end = data + length;
	int names, location = location_of_names(type, &names);
	show_bytes(data, data + location);
	for (data += location; names; names--) {
		int used = dn_expand(reply, end, data, name, sizeof(name));
		if (used < 0)
			return;
		printf(" %s ", name);
		data += used;
	}
	show_bytes(data, end);
}

static void show_answers(const unsigned char *reply, const unsigned char *end)
{
	char owner[NS_MAXDNAME];
	const unsigned char *at = reply + NS_HFIXEDSZ;
	at += dn_skipname(at, end) + NS_QFIXEDSZ;
	for (unsigned i = 0; i < get16(reply + 6); i++) {
		at += dn_expand(reply, end, at, owner, sizeof(owner));
		int type = (int)get16(at), length = (int)get16(at + 8);
		printf(" | %s %d ", owner, type);
		show_data(reply, at + 10, length, type);
		at += 10 + length;
	}
}

static void show_query(const char *name, int type)
{
	unsigned char reply[65536];
	int size = res_query(name, C_IN, type, reply, sizeof(reply));
	printf("res_query %s %d: %s", name, type, size < 0 ? hstrerror(h_errno) : "found");
	if (size >= 0)
		show_answers(reply, reply + size);
	printf("\n");
}

int main(int count, char **arguments)
{
	static const char *const names[] = {
		"app.test",
		"www.test",
		"far.test",
		"only4.test",
		"only6.test",
		"empty.test",
		"gone.test",
		"deep.gone.test",
		"short",
		"dangling.test",
		"nowhere.invalidtld",
		"sub.zone.test",
		"host.sub.zone.test",
		"UPPER.test",
		"many.test",
		"mail.test",
		"text.test",
		"nosoa.test",
		"nodata-nosoa.test",
		"here.example",
		"loop.test",
		"servfail.test",
		"refused.test",
		"formerr.test",
		"silent.test",
		"a.old.test",
	};
	static const char *const addresses[] = {"192.0.2.1", "192.0.2.200", "2001:db8::1", "198.51.100.1"};
	static const struct {
		const char *name;
		int type;
	} queries[] = {
		{"mail.test", T_MX},
		{"text.test", T_TXT},
		{"_sip._tcp.test", T_SRV},
		{"sub.zone.test", T_NS},
		{"test", T_SOA},
		{"www.test", T_MX},
		{"app.test", T_TXT},
		{"odd.test", 65300},
		{"app.test", T_A},
		{"far.test", T_A},
		{"www.test", T_CNAME},
		{"old.test", 39},
		{"servfail.test", T_MX},
	};
	const size_t left_out = count > 1 ? (size_t)atoi(arguments[1]) : SIZE_MAX;
	for (size_t i = 0; i < LENGTH(names); i++) {
		if (i % 4 == left_out)
			continue;
		show_addrinfo(names[i]);
		show_hostent("gethostbyname", names[i], gethostbyname(names[i]));
	}
	for (size_t i = 0; i < LENGTH(addresses); i++)
		if (i % 4 != left_out)
			show_address(addresses[i]);
	for (size_t i = 0; i < LENGTH(queries); i++)
		if (i % 4 != left_out)
			show_query(queries[i].name, queries[i].type);
	return 0;
}
