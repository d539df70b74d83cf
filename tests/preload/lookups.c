// SPDX-License-Identifier: MIT
// A program that looks names up by every function of libc: lookups THREADS STATUS NAME...
// Each name is passed to each function; also in THREADS concurrent threads and, with threads, in a child forked
// meanwhile. Prints the number of lookups and exits with STATUS.
#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS_MAX 16
#define BUFFER_SIZE 8192

struct tally {
	unsigned lookups, found;
};

static char **names;

struct request {
	const char *service;
	struct addrinfo hints;
};

static const struct request requests[] = {
	{NULL, {.ai_family = AF_UNSPEC}},
	{NULL, {.ai_family = AF_INET}},
	{NULL, {.ai_family = AF_INET6}},
	{"80", {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}},
	{"http", {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_CANONNAME}},
	{"53", {.ai_family = AF_INET, .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICSERV}},
	{"80", {.ai_family = AF_INET6, .ai_protocol = IPPROTO_TCP, .ai_flags = AI_CANONNAME}},
	{"80", {.ai_family = AF_UNSPEC, .ai_flags = AI_PASSIVE}},
	{NULL, {.ai_family = AF_UNSPEC, .ai_flags = AI_ADDRCONFIG}},
	{NULL, {.ai_family = AF_INET6, .ai_flags = AI_V4MAPPED}},
	{NULL, {.ai_family = AF_INET6, .ai_flags = AI_V4MAPPED | AI_ALL}},
	{NULL, {.ai_family = AF_UNSPEC, .ai_flags = AI_NUMERICHOST}},
};

static void count(struct tally *tally, bool found)
{
	tally->lookups++;
	tally->found += found;
}

static void look_up_by_getaddrinfo(
	struct tally *tally, const char *name, const char *service, const struct addrinfo *hints)
{
	struct addrinfo *list = NULL;
	const bool found = getaddrinfo(name, service, hints, &list) == 0;
	count(tally, found);
	if (found)
		freeaddrinfo(list);
}

static void look_up_by_gethostbyname_r(struct tally *tally, const char *name)
{
	char buffer[BUFFER_SIZE];
	struct hostent host, *result = NULL;
	int error;
	count(tally, gethostbyname_r(name, &host, buffer, sizeof(buffer), &result, &error) == 0 && result);
}

static void look_up_by_gethostbyname2_r(struct tally *tally, const char *name, int family)
{
	char buffer[BUFFER_SIZE];
	struct hostent host, *result = NULL;
	int error;
	count(tally, gethostbyname2_r(name, family, &host, buffer, sizeof(buffer), &result, &error) == 0 && result);
}

static void look_up_every_way(struct tally *tally, const char *name)
{
	look_up_by_getaddrinfo(tally, name, NULL, NULL);
	look_up_by_getaddrinfo(tally, name, "80", NULL);
	for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++)
		look_up_by_getaddrinfo(tally, name, requests[i].service, &requests[i].hints);
	count(tally, gethostbyname(name) != NULL);
	count(tally, gethostbyname2(name, AF_INET) != NULL);
	count(tally, gethostbyname2(name, AF_INET6) != NULL);
	look_up_by_gethostbyname_r(tally, name);
	look_up_by_gethostbyname2_r(tally, name, AF_INET);
	look_up_by_gethostbyname2_r(tally, name, AF_INET6);
}

static void *look_up_all(void *argument)
{
	struct tally *tally = argument;
	for (char **name = names; *name; name++)
		look_up_every_way(tally, *name);
	return NULL;
}

static pid_t fork_and_look_up_all(struct tally *tally)
{
	const pid_t child = fork();
	if (child != 0)
		return child;
	look_up_all(tally);
	_exit(0);
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return fprintf(stderr, "usage: lookups THREADS STATUS NAME...\n"), 2;
	const int threads = atoi(argv[1]) < THREADS_MAX ? atoi(argv[1]) : THREADS_MAX;
	names = argv + 3;

	struct tally tallies[THREADS_MAX + 1] = {0};
	pthread_t thread[THREADS_MAX];
	for (int i = 0; i < threads; i++)
		if (pthread_create(&thread[i], NULL, look_up_all, &tallies[i]) != 0)
			return perror("lookups: pthread_create"), 2;
	struct tally of_child = {0};
	const pid_t child = threads > 0 ? fork_and_look_up_all(&of_child) : 0;
	look_up_all(&tallies[threads]);

	struct tally total = {0};
	for (int i = 0; i <= threads; i++) {
		if (i < threads)
			pthread_join(thread[i], NULL);
		total.lookups += tallies[i].lookups;
		total.found += tallies[i].found;
	}
	int status = 0;
	if (child != 0 && (waitpid(child, &status, 0) != child || status != 0))
		return fprintf(stderr, "lookups: the child ended with status %d\n", status), 2;
	printf("%u lookups, %u found\n", total.lookups, total.found);
	fprintf(stderr, "lookups: done\n");
	return atoi(argv[2]);
}
