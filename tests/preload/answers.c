// SPDX-License-Identifier: MIT
// A program, for glibc and for musl, that prints what each lookup function returns: answers NAME ADDRESS
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define BUFFER_SIZE 4096
// Of musl.
#define NUMERIC_SCOPE 0x100

// What the library, which is built with the headers of glibc, takes for granted.
static const struct {
	const char *name;
	long value;
} constants[] = {
	{"ai_addrlen", offsetof(struct addrinfo, ai_addrlen)},
	{"ai_addr", offsetof(struct addrinfo, ai_addr)},
	{"ai_canonname", offsetof(struct addrinfo, ai_canonname)},
	{"ai_next", offsetof(struct addrinfo, ai_next)},
	{"h_length", offsetof(struct hostent, h_length)},
	{"h_addr_list", offsetof(struct hostent, h_addr_list)},
	{"n_net", offsetof(struct netent, n_net)},
	{"struct __res_state", sizeof(struct __res_state)},
	{"EAI_BADFLAGS", EAI_BADFLAGS},
	{"EAI_NONAME", EAI_NONAME},
	{"EAI_AGAIN", EAI_AGAIN},
	{"EAI_FAIL", EAI_FAIL},
	{"EAI_FAMILY", EAI_FAMILY},
	{"EAI_SOCKTYPE", EAI_SOCKTYPE},
	{"EAI_SERVICE", EAI_SERVICE},
	{"EAI_MEMORY", EAI_MEMORY},
	{"EAI_SYSTEM", EAI_SYSTEM},
	{"EAI_OVERFLOW", EAI_OVERFLOW},
	{"HOST_NOT_FOUND", HOST_NOT_FOUND},
	{"TRY_AGAIN", TRY_AGAIN},
	{"NO_RECOVERY", NO_RECOVERY},
	{"NO_DATA", NO_DATA},
	{"AI_PASSIVE", AI_PASSIVE},
	{"AI_CANONNAME", AI_CANONNAME},
	{"AI_NUMERICHOST", AI_NUMERICHOST},
	{"AI_V4MAPPED", AI_V4MAPPED},
	{"AI_ALL", AI_ALL},
	{"AI_ADDRCONFIG", AI_ADDRCONFIG},
	{"AI_NUMERICSERV", AI_NUMERICSERV},
	{"NI_NUMERICHOST", NI_NUMERICHOST},
	{"NI_NUMERICSERV", NI_NUMERICSERV},
	{"NI_NOFQDN", NI_NOFQDN},
	{"NI_NAMEREQD", NI_NAMEREQD},
	{"NI_DGRAM", NI_DGRAM},
};

static void print_number(const char *what, long number)
{
	printf("%s %ld\n", what, number);
}

static void print_name(const struct sockaddr *address, socklen_t length, int flags)
{
	char host[NI_MAXHOST] = "", service[NI_MAXSERV] = "";
	const int code = getnameinfo(address, length, host, sizeof(host), service, sizeof(service), flags);
	printf("  getnameinfo %#x: %d %s %s\n", flags, code, host, service);
}

static void print_list(const char *name, int family, int flags)
{
	const struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = flags};
	struct addrinfo *list = NULL;
	const int code = getaddrinfo(name, "80", &hints, &list);
	printf("getaddrinfo %d %#x: %d %s\n", family, flags, code, code ? gai_strerror(code) : "");
	for (const struct addrinfo *at = list; at; at = at->ai_next) {
		printf(" %s %#x\n", at->ai_canonname ? at->ai_canonname : "-", (unsigned)at->ai_flags);
		print_name(at->ai_addr, at->ai_addrlen, NI_NUMERICHOST | NI_NUMERICSERV);
		print_name(at->ai_addr, at->ai_addrlen, NI_NAMEREQD);
	}
	if (list)
		freeaddrinfo(list);
}

static void print_host(const char *function, const struct hostent *host, const int *error)
{
	char text[INET6_ADDRSTRLEN];
	printf("%s: %d %s", function, host ? 0 : *error, host ? host->h_name : "-");
	for (char **at = host ? host->h_aliases : NULL; at && *at; at++)
		printf(" alias %s", *at);
	for (char **at = host ? host->h_addr_list : NULL; at && *at; at++)
		printf(" %s", inet_ntop(host->h_addrtype, *at, text, sizeof(text)));
	printf("\n");
}

static void print_hosts(const char *name)
{
	char buffer[BUFFER_SIZE];
	struct hostent entry, *found = NULL;
	int error = 0;
	print_host("gethostbyname", gethostbyname(name), &h_errno);
	print_host("gethostbyname2", gethostbyname2(name, AF_INET6), &h_errno);
	gethostbyname_r(name, &entry, buffer, sizeof(buffer), &found, &error);
	print_host("gethostbyname_r", found, &error);
	gethostbyname2_r(name, AF_INET6, &entry, buffer, sizeof(buffer), &found, &error);
	print_host("gethostbyname2_r", found, &error);
	print_number(
		"gethostbyname_r with a small buffer", gethostbyname_r(name, &entry, buffer, 8, &found, &error) == ERANGE);
}

static void print_host_of(const char *address)
{
	char buffer[BUFFER_SIZE];
	struct hostent entry, *found = NULL;
	struct in_addr bytes = {.s_addr = inet_addr(address)};
	int error = 0;
	print_host("gethostbyaddr", gethostbyaddr(&bytes, sizeof(bytes), AF_INET), &h_errno);
	gethostbyaddr_r(&bytes, sizeof(bytes), AF_INET, &entry, buffer, sizeof(buffer), &found, &error);
	print_host("gethostbyaddr_r", found, &error);
}

static void print_replies(const char *name)
{
	unsigned char query[NS_PACKETSZ], reply[BUFFER_SIZE];
	int size = res_mkquery(0, name, ns_c_in, ns_t_a, NULL, 0, NULL, query, sizeof(query));
	print_number("res_mkquery", size);
	print_number("res_send", res_send(query, size, reply, sizeof(reply)));
	print_number("res_query", res_query(name, ns_c_in, ns_t_a, reply, sizeof(reply)));
	print_number("res_search", res_search(name, ns_c_in, ns_t_txt, reply, sizeof(reply)));
	print_number("res_querydomain", res_querydomain("app", "test", ns_c_in, ns_t_a, reply, sizeof(reply)));
}

static void print_scopes(void)
{
	struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_scope_id = 1};
	inet_pton(AF_INET6, "fe80::1", &address.sin6_addr);
	print_name((struct sockaddr *)&address, sizeof(address), NI_NUMERICHOST);
	print_name((struct sockaddr *)&address, sizeof(address), NI_NUMERICHOST | NUMERIC_SCOPE);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return fprintf(stderr, "usage: answers NAME ADDRESS\n"), 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++)
		print_number(constants[i].name, constants[i].value);
	print_list(argv[1], AF_UNSPEC, 0);
	print_list(argv[1], AF_INET, AI_CANONNAME);
	print_list(argv[1], AF_INET6, 0);
	print_list("::1", AF_INET, 0);
	print_hosts(argv[1]);
	print_host_of(argv[2]);
	print_replies(argv[1]);
	print_scopes();
	return 0;
}
