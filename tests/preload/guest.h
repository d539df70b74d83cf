// SPDX-License-Identifier: MIT
// Shared by programs that test the library's effect on its process: PROGRAM CASE looks up app.test (192.0.2.1) in an
// unusual state. Exit status 0, or 1 with a line on stdout that names the failed expectation.
#pragma once

#include <dirent.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAME "app.test"
#define ADDRESS 0xc0000201u  // 192.0.2.1
#define OTHER_ADDRESS 1000   // look_up's result for another address

struct guest_case {
	const char *word;
	bool (*run)(void);
};

static inline bool is_wanted(const struct addrinfo *list)
{
	if (!list || list->ai_family != AF_INET)
		return false;
	return ((const struct sockaddr_in *)list->ai_addr)->sin_addr.s_addr == htonl(ADDRESS);
}

static inline int look_up(void)
{
	struct addrinfo *list = NULL, hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
	int code = getaddrinfo(NAME, "80", &hints, &list);
	if (code == 0 && !is_wanted(list))
		code = OTHER_ADDRESS;
	if (list)
		freeaddrinfo(list);
	return code;
}

static inline bool finds(void)
{
	int code = look_up();
	if (code)
		printf("getaddrinfo said %d (%s)\n", code, code == OTHER_ADDRESS ? "another address" : gai_strerror(code));
	return code == 0;
}

static inline int count_entries(const char *directory)
{
	int count = 0;
	DIR *open = opendir(directory);
	while (open && readdir(open))
		count++;
	if (open)
		closedir(open);
	return count;
}

static inline int count_descriptors(void)
{
	return count_entries("/proc/self/fd");
}

// Prints the expectation if it failed; returns is_right.
static inline bool expect(bool is_right, const char *what)
{
	if (!is_right)
		printf("not so: %s\n", what);
	return is_right;
}

static inline int run_case(const struct guest_case *cases, size_t count, int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < count; i++)
		if (strcmp(cases[i].word, argv[1]) == 0)
			return cases[i].run() ? 0 : 1;
	fprintf(stderr, "usage: %s CASE\n", argv[0]);
	return 2;
}
