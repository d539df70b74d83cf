// SPDX-License-Identifier: MIT
// services NAME|ADDRESS|=...: looks each up by every call, and prints a line for each call that finds anything; = has
// gethostid(3) look this machine's name up.
#include <arpa/inet.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void tell(const char *call, const char *name, bool is_found)
{
	if (is_found)
		printf("%s %s\n", call, name);
}

static void by_getaddrinfo(const char *name)
{
	static const int families[] = {AF_UNSPEC, AF_INET, AF_INET6};
	static const int flags[] = {0, AI_CANONNAME, AI_V4MAPPED | AI_ALL};
	for (size_t i = 0; i < 9; i++) {
		const struct addrinfo hints = {.ai_family = families[i / 3], .ai_flags = flags[i % 3]};
		struct addrinfo *list = NULL;
		tell("getaddrinfo", name, getaddrinfo(name, NULL, &hints, &list) == 0);
		freeaddrinfo(list);
	}
}

static void by_gethostbyname(const char *name)
{
	struct hostent entry, *found = NULL;
	char buffer[8192];
	int error;
	tell("gethostbyname", name, gethostbyname(name) != NULL);
	tell("gethostbyname2", name, gethostbyname2(name, AF_INET6) != NULL);
	gethostbyname_r(name, &entry, buffer, sizeof(buffer), &found, &error);
	tell("gethostbyname_r", name, found != NULL);
	gethostbyname2_r(name, AF_INET6, &entry, buffer, sizeof(buffer), &found, &error);
	tell("gethostbyname2_r", name, found != NULL);
}

static void by_getnetbyname(const char *name)
{
	struct netent entry, *found = NULL;
	char buffer[8192];
	int error;
	tell("getnetbyname", name, getnetbyname(name) != NULL);
	getnetbyname_r(name, &entry, buffer, sizeof(buffer), &found, &error);
	tell("getnetbyname_r", name, found != NULL);
}

static void by_getaddrinfo_a(const char *name)
{
	struct gaicb request = {.ar_name = name}, *list = &request;
	tell("getaddrinfo_a", name, getaddrinfo_a(GAI_WAIT, &list, 1, NULL) == 0 && gai_error(&request) == 0);
	freeaddrinfo(request.ar_result);
}

static void by_address(const char *text, const struct sockaddr_in *address)
{
	struct hostent entry, *found = NULL;
	char buffer[8192];
	int error;
	const struct in_addr *bytes = &address->sin_addr;
	const struct sockaddr *generic = (const struct sockaddr *)address;
	tell("gethostbyaddr", text, gethostbyaddr(bytes, sizeof(*bytes), AF_INET) != NULL);
	gethostbyaddr_r(bytes, sizeof(*bytes), AF_INET, &entry, buffer, sizeof(buffer), &found, &error);
	tell("gethostbyaddr_r", text, found != NULL);
	tell(
		"getnameinfo", text, getnameinfo(generic, sizeof(*address), buffer, sizeof(buffer), NULL, 0, NI_NAMEREQD) == 0);
	if (getnameinfo(generic, sizeof(*address), buffer, sizeof(buffer), NULL, 0, NI_NOFQDN) == 0)
		tell("getnameinfo without NI_NAMEREQD", text, strcmp(buffer, text) != 0);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct sockaddr_in address = {.sin_family = AF_INET};
		if (inet_pton(AF_INET, argv[i], &address.sin_addr) == 1) {
			by_address(argv[i], &address);
			continue;
		}
		if (strcmp(argv[i], "=") == 0) {
			tell("gethostid", "=", gethostid() != 0);
			continue;
		}
		by_getaddrinfo(argv[i]);
		by_gethostbyname(argv[i]);
		by_getaddrinfo_a(argv[i]);
		by_getnetbyname(argv[i]);
	}
	return EXIT_SUCCESS;
}
