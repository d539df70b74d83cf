// SPDX-License-Identifier: MIT
#include "shim/command/serve/serve.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "config/base/file.h"
#include "shim/command/command_line.h"
#include "shim/command/problem.h"
#include "shim/command/serve/connection.h"
#include "shim/command/serve/datagram.h"
#include "shim/command/serve/listeners.h"
#include "shim/command/serve/loop.h"
#include "shim/command/serve/resolvconf_text.h"
#include "shim/command/thread.h"

#define THREADS_MAX 64
#define CHECK_INTERVAL 20  // milliseconds between two checks of the files
#define EVENTS_MAX 64
#define TICK 1000  // milliseconds between two checks for idle connections

static struct loop loops[THREADS_MAX];  // workers may still use one when serve_run returns
static struct serving serving = {
	.generations.lock = PTHREAD_MUTEX_INITIALIZER,
	.workers = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, .last = &serving.workers.first},
};

// ---- threads ----

// Sends the replies of the workers.
static void take_done(struct loop *loop, struct endpoint *endpoint, uint32_t events)
{
	uint64_t count;
	(void)events;
	(void)!read(endpoint->descriptor, &count, sizeof(count));
	pthread_mutex_lock(&loop->lock);
	struct work *work = loop->done;
	loop->done = NULL;
	loop->last_done = &loop->done;
	pthread_mutex_unlock(&loop->lock);
	for (struct work *next; work != NULL; work = next) {
		next = work->next;
		if (work->owner != NULL)
			connection_finish(work->owner, work);
		else
			datagrams_finish(loop, work);
		work_close(work);
	}
}

static void *run(void *argument)
{
	struct loop *loop = argument;
	struct epoll_event events[EVENTS_MAX];
	int64_t ticked = clock_now();
	while (!atomic_load(&loop->serving->ends)) {
		const int count = epoll_wait(loop->epoll, events, EVENTS_MAX, TICK);
		loop->now = clock_now();
		generations_follow(&loop->serving->generations, &loop->generation);
		for (int i = 0; i < count; i++) {
			struct endpoint *endpoint = events[i].data.ptr;
			endpoint->ready(loop, endpoint, events[i].events);
		}
		connections_free_closed(loop);
		if (loop->now - ticked < TICK * INT64_C(1000))
			continue;
		ticked = loop->now;
		connections_tick(loop);
	}
	return NULL;
}

static bool add_listener(struct loop *loop, const struct listener *listener, int type, struct problem *problem)
{
	struct endpoint *added = &loop->endpoints[loop->endpoint_count];
	const bool is_packet = listener->address.family == AF_UNIX;
	const int descriptor =
		is_packet ? listener->socket : listener_open(loop->serving->listeners, listener, type, problem);
	if (descriptor < 0)
		return false;
	loop->endpoint_count++;
	*added = (struct endpoint){type == SOCK_DGRAM ? datagrams_receive : connections_accept, descriptor, is_packet};
	return loop_watch(loop, added, EPOLL_CTL_ADD, EPOLLIN | (is_packet ? EPOLLEXCLUSIVE : 0)) ||
		problem_set(problem, "--serve: %m");
}

static bool open_buffers(struct loop *loop)
{
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	loop->input = malloc(LOOP_INPUT_SIZE);
	loop->reply = malloc(RESPONDER_REPLY_MAX);
	loop->datagrams = datagrams_open();
	loop->endpoints = calloc(2 * loop->serving->listeners->count, sizeof(*loop->endpoints));
	loop->waker = (struct endpoint){take_done, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), false};
	return loop->input != NULL && loop->reply != NULL && loop->datagrams != NULL && loop->endpoints != NULL &&
		loop->epoll >= 0 && loop->waker.descriptor >= 0 && loop_watch(loop, &loop->waker, EPOLL_CTL_ADD, EPOLLIN);
}

// Opens the sockets and buffers, which stay until the process ends, and starts the thread.
static bool start_thread(struct loop *loop, struct problem *problem)
{
	const struct listeners *listeners = serving.listeners;
	*loop = (struct loop){.serving = &serving, .now = clock_now(), .lock = PTHREAD_MUTEX_INITIALIZER};
	loop->last_done = &loop->done;
	if (!open_buffers(loop))
		return problem_set(problem, "--serve: %m");
	for (size_t i = 0; i < listeners->count; i++) {
		const struct listener *listener = &listeners->list[i];
		if ((listener->address.family != AF_UNIX && !add_listener(loop, listener, SOCK_DGRAM, problem)) ||
			!add_listener(loop, listener, SOCK_STREAM, problem))
			return false;
	}
	errno = pthread_create(&loop->thread, NULL, run, loop);
	return errno == 0 || problem_set(problem, "--serve: %m");
}

// ---- the process ----

// Each connection takes a descriptor, and each query to a server. Returns how many connections there can be, so that
// some remain for the servers.
static unsigned allow_connections(void)
{
	const rlim_t limit = file_raise_limit();
	return limit / 2 < CONNECTIONS_MAX ? (unsigned)limit / 2 : CONNECTIONS_MAX;
}

static size_t thread_count(void)
{
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);
	return processors < 1 ? 1 : processors > THREADS_MAX ? THREADS_MAX : (size_t)processors;
}

// Tells the service manager of NOTIFY_SOCKET, a path or @NAME of an abstract one, if there is one (sd_notify(3)). False
// with errno.
static bool notify_ready(void)
{
	struct sockaddr_un sockaddr = {.sun_family = AF_UNIX};
	const char *socket_name = getenv("NOTIFY_SOCKET"), *text = "READY=1";
	const size_t length = socket_name != NULL ? strlen(socket_name) : 0;
	if (length == 0)
		return true;
	if (length >= sizeof(sockaddr.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(sockaddr.sun_path, socket_name, length);
	if (socket_name[0] == '@')
		sockaddr.sun_path[0] = '\0';
	const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return false;
	// The length of the address is part of an abstract name.
	const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	const bool is_sent =
		sendto(descriptor, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&sockaddr, size) >= 0;
	file_close(descriptor);
	return is_sent;
}

static bool tell_addresses(const struct listeners *listeners, struct problem *problem)
{
	fputs("serving ", stdout);
	listeners_write(listeners, stdout);
	fputc('\n', stdout);
	errno = 0;
	return fflush(stdout) == 0 || problem_set(problem, "standard output: %m");
}

static bool announce(struct problem *problem)
{
	if (!tell_addresses(serving.listeners, problem))
		return false;
	if (!notify_ready() && !serving.generations.line->quiet)
		problem_print("warning: NOTIFY_SOCKET: %m");
	return true;
}

// Reads the settings again when their files change, and on SIGHUP, until one of the signals ends the server.
static void wait_for_end(const sigset_t *signals)
{
	for (;;) {
		const int signal = sigtimedwait(signals, NULL, &(struct timespec){.tv_nsec = CHECK_INTERVAL * 1000000});
		if (signal == SIGTERM || signal == SIGINT)
			return;
		generations_renew(&serving.generations, signal == SIGHUP);
	}
}

// Returns the number of threads that were started.
static size_t start_threads(struct problem *problem, bool *done)
{
	const size_t wanted = thread_count();
	size_t count = 0;
	while (count < wanted && start_thread(&loops[count], problem))
		count++;
	*done = count == wanted;
	return count;
}

static bool serve(const sigset_t *signals, struct problem *problem)
{
	bool done;
	const size_t count = start_threads(problem, &done);
	if (done && (done = announce(problem)))
		wait_for_end(signals);
	atomic_store(&serving.ends, true);
	for (size_t i = 0; i < count; i++) {
		loop_wake(&loops[i]);
		pthread_join(loops[i].thread, NULL);
	}
	return done;
}

static void prepare(const struct command_line *line, struct listeners *listeners)
{
	serving.connections_max = allow_connections();
	serving.listeners = listeners;
	serving.networks = line->networks;
	serving.network_count = line->network_count;
	serving.generations.line = line;
	serving.generations.listeners = listeners;
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
	bool done;
	if (!listeners_read(all, sizeof(all) / sizeof(*all), &listeners, problem))
		return false;
	listeners.make_socket = sockets->make;
	prepare(line, &listeners);
	serving.find_process = sockets->find_process;
	if (!generations_open(&serving.generations, problem))
		return false;
	start_threads(problem, &done);
	return done && (thread_start(renew_settings, NULL) || problem_set(problem, "pthread_create: %m"));
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
	static struct listeners listeners;  // workers may still ask for them when this returns
	sigset_t signals;
	block_signals(&signals);
	prepare(line, &listeners);
	bool done = listeners_read(line->words, line->word_count, &listeners, problem) &&
		listeners_bind(&listeners, problem) && generations_open(&serving.generations, problem);
	done = done && serve(&signals, problem);
	listeners_clear(&listeners);
	return done;
}
