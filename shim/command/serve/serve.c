// SPDX-License-Identifier: MIT
#include "shim/command/serve/serve.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "shim/command/command_line.h"
#include "shim/command/problem.h"
#include "shim/command/serve/listeners.h"
#include "shim/command/serve/loop.h"
#include "shim/command/serve/notify.h"
#include "shim/command/serve/resolvconf_text.h"
#include "shim/command/serve/thread.h"

#define THREADS_MAX 64
#define CHECK_INTERVAL 20  // milliseconds between two checks of the files

// Each connection takes a descriptor, and each query to a server. Returns how many connections there can be, so that
// some remain for the servers.
static unsigned raise_descriptor_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return CONNECTIONS_MAX;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_max / 2 < CONNECTIONS_MAX ? (unsigned)limit.rlim_max / 2 : CONNECTIONS_MAX;
}

static size_t thread_count(void)
{
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);
	return processors < 1 ? 1 : processors > THREADS_MAX ? THREADS_MAX : (size_t)processors;
}

static bool tell_addresses(const struct listeners *listeners, struct problem *problem)
{
	fputs("serving ", stdout);
	listeners_write(listeners, stdout);
	fputc('\n', stdout);
	errno = 0;
	return fflush(stdout) == 0 || problem_set(problem, "standard output: %m");
}

static bool announce(const struct serving *serving, struct problem *problem)
{
	if (!tell_addresses(serving->listeners, problem))
		return false;
	if (!notify_ready() && !serving->generations.line->quiet)
		problem_print("warning: NOTIFY_SOCKET: %m");
	return true;
}

// Reads the settings again when their files change, and on SIGHUP, until one of the signals ends the server.
static void wait_for_end(struct serving *serving, const sigset_t *signals)
{
	for (;;) {
		const int signal = sigtimedwait(signals, NULL, &(struct timespec){.tv_nsec = CHECK_INTERVAL * 1000000});
		if (signal == SIGTERM || signal == SIGINT)
			return;
		generations_renew(&serving->generations, signal == SIGHUP);
	}
}

static struct loop loops[THREADS_MAX];  // workers may still use one when serve_run returns
static struct serving serving;

// Returns the number of threads that were opened.
static size_t open_threads(bool *done, struct problem *problem)
{
	const size_t wanted = thread_count();
	size_t count = 0;
	*done = true;
	while (*done && count < wanted)
		*done = thread_open(&loops[count++], &serving, problem);
	return count;
}

static bool serve(const sigset_t *signals, struct problem *problem)
{
	bool done;
	size_t count = open_threads(&done, problem);
	if (done && (done = announce(&serving, problem)))
		wait_for_end(&serving, signals);
	atomic_store(&serving.ends, true);
	while (count > 0)
		thread_close(&loops[--count]);
	return done;
}

static void prepare(const struct command_line *line, struct listeners *listeners)
{
	serving.connections_max = raise_descriptor_limit();
	serving.listeners = listeners;
	serving.networks = line->networks;
	serving.network_count = line->network_count;
	serving.generations.line = line;
	serving.generations.listeners = listeners;
	workers_init(&serving.workers);
}

static void *renew_settings(void *unused)
{
	const struct timespec interval = {.tv_nsec = CHECK_INTERVAL * 1000000};
	for (;; nanosleep(&interval, NULL))
		generations_renew(&serving.generations, false);
	return unused;
}

bool serve_begin(const struct command_line *line, const struct serve_sockets *sockets, struct problem *problem)
{
	static char ipv4[] = "0.0.0.0:53", ipv6[] = "[::]:53";
	static char *const all[] = {ipv4, ipv6};
	static struct listeners listeners;
	pthread_t thread;
	bool done;
	if (!listeners_read(all, sizeof(all) / sizeof(*all), &listeners, problem))
		return false;
	listeners.make_socket = sockets->make;
	prepare(line, &listeners);
	serving.find_process = sockets->find_process;
	if (!generations_open(&serving.generations, problem))
		return false;
	open_threads(&done, problem);
	errno = done ? pthread_create(&thread, NULL, renew_settings, NULL) : 0;
	return done && (errno == 0 || problem_set(problem, "pthread_create: %m"));
}

char *serve_resolvconf(void)
{
	struct shared_resolver *generation = generations_take(&serving.generations);
	char *text = resolvconf_text(resolver_config(generation->resolver));
	shared_resolver_release(generation);
	return text;
}

// The signals are blocked before any thread starts, so that only this one takes them.
static void block_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, signals, NULL);
	signal(SIGPIPE, SIG_IGN);
}

bool serve_run(const struct command_line *line, struct problem *problem)
{
	struct listeners listeners = {.list = NULL};
	sigset_t signals;
	block_signals(&signals);
	prepare(line, &listeners);
	bool done = listeners_read(line->words, line->word_count, &listeners, problem) &&
		listeners_bind(&listeners, problem) && generations_open(&serving.generations, problem);
	done = done && serve(&signals, problem);
	listeners_clear(&listeners);
	return done;
}
