// SPDX-License-Identifier: MIT
// A program that looks names up and prints how long each took: loss MODE COUNT GAP PREFIX The names are
// PREFIX1.bench.test and so on, each asked for once for both families. MODE is
//	series         one after the other, each GAP milliseconds after the end of the one before
//	spread         each in a thread of its own, GAP milliseconds after the beginning of the one before
//	fresh-series   each in a process of its own, one after the other
//	fresh-spread   each in a process of its own, however long the one before takes
// A line a lookup: its number, microseconds, then A and AAAA or "-" for each that did not come.
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/ask.h"

struct lookup_context {
	const char *prefix;
	unsigned number;
	long microseconds;
	enum ask_found found;
	pthread_t thread;
};

static long now(void)
{
	return ask_now() / 1000;
}

static void *look_up(void *argument)
{
	struct lookup_context *lookup = argument;
	char name[ASK_NAME_SIZE];
	snprintf(name, sizeof(name), ASK_NEW_NAME, lookup->prefix, lookup->number);
	const long start = now();
	lookup->found = ask(name, false);
	lookup->microseconds = now() - start;
	return NULL;
}

static void print(const struct lookup_context *lookup)
{
	printf("%u %ld %s %s\n", lookup->number, lookup->microseconds, lookup->found & FOUND_A ? "A" : "-",
		lookup->found & FOUND_AAAA ? "AAAA" : "-");
	fflush(stdout);
}

static void wait_until(long when)
{
	const long left = when - now();
	const struct timespec time = {left / 1000000, left % 1000000 * 1000};
	if (left > 0)
		nanosleep(&time, NULL);
}

static bool run_series(struct lookup_context *lookups, unsigned count, long gap)
{
	for (unsigned i = 0; i < count; i++) {
		wait_until(i == 0 ? 0 : now() + gap);
		look_up(&lookups[i]);
		print(&lookups[i]);
	}
	return true;
}

static bool run_spread(struct lookup_context *lookups, unsigned count, long gap)
{
	const long start = now();
	for (unsigned i = 0; i < count; i++) {
		wait_until(start + i * gap);
		errno = pthread_create(&lookups[i].thread, NULL, look_up, &lookups[i]);
		if (errno != 0)
			return false;
	}
	for (unsigned i = 0; i < count; i++) {
		pthread_join(lookups[i].thread, NULL);
		print(&lookups[i]);
	}
	return true;
}

// A process of its own means a new program too: the state of the library must not be inherited by fork.
static void become(const struct lookup_context *lookup)
{
	static const char program[] = "/proc/self/exe";
	char number[16];
	snprintf(number, sizeof(number), "%u", lookup->number);
	execl(program, program, "one", number, "0", lookup->prefix, (char *)NULL);
	_exit(127);
}

static bool child_ends_well(void)
{
	int status;
	return wait(&status) > 0 && status == 0;
}

static bool run_fresh(struct lookup_context *lookups, unsigned count, long gap, bool at_once)
{
	const long start = now();
	bool all_ended_well = true;
	for (unsigned i = 0; i < count; i++) {
		wait_until(at_once ? start + i * gap : now() + gap);
		const pid_t child = fork();
		if (child < 0)
			return false;
		if (child == 0)
			become(&lookups[i]);
		if (!at_once)
			all_ended_well &= child_ends_well();
	}
	for (unsigned i = 0; at_once && i < count; i++)
		all_ended_well &= child_ends_well();
	return all_ended_well;
}

int main(int argc, char **argv)
{
	if (argc != 5)
		return fprintf(stderr, "usage: loss series|spread|fresh-series|fresh-spread COUNT GAP PREFIX\n"), 2;
	const char *mode = argv[1];
	const bool is_one = strcmp(mode, "one") == 0;
	const unsigned number = (unsigned)atoi(argv[2]), count = is_one ? 1 : number;
	const long gap = atol(argv[3]) * 1000;
	struct lookup_context *lookups = calloc(count, sizeof(*lookups));
	if (!lookups)
		return perror("loss"), 2;
	for (unsigned i = 0; i < count; i++)
		lookups[i] = (struct lookup_context){.prefix = argv[4], .number = is_one ? number : i + 1};

	bool done;
	if (strcmp(mode, "spread") == 0)
		done = run_spread(lookups, count, gap);
	else if (strncmp(mode, "fresh-", 6) == 0)
		done = run_fresh(lookups, count, gap, strcmp(mode, "fresh-spread") == 0);
	else
		done = run_series(lookups, count, gap);
	free(lookups);
	if (!done)
		fprintf(stderr, "loss: not every lookup could be made\n");
	return done ? 0 : 1;
}
