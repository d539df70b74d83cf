// SPDX-License-Identifier: MIT
// Times one kind of call: reach CASE COUNT [THREADS]; prints the nanoseconds of one, the least of forty blocks.
// CASE: connect and sendto on UDP sockets to a port that is not 53; sendmsg on Unix sockets, from each thread; send
// without an address; open of a file for reading; exec of an empty program; lookup@ADDRESS:PORT, a query as a program
// with a resolver of its own sends it.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BLOCKS 40
#define THREADS_MAX 64

// One thread's sockets.
struct sockets {
	int from, to;
	struct sockaddr_in server;
};

static void stop(const char *what)
{
	perror(what);
	exit(1);
}

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void open_udp(struct sockets *sockets)
{
	socklen_t length = sizeof(sockets->server);
	sockets->server = loopback(0);
	sockets->from = socket(AF_INET, SOCK_DGRAM, 0);
	sockets->to = socket(AF_INET, SOCK_DGRAM, 0);
	if (bind(sockets->to, (struct sockaddr *)&sockets->server, length) != 0 ||
		getsockname(sockets->to, (struct sockaddr *)&sockets->server, &length) != 0)
		stop("bind");
}

static void open_connected(struct sockets *sockets)
{
	open_udp(sockets);
	if (connect(sockets->from, (struct sockaddr *)&sockets->server, sizeof(sockets->server)) != 0)
		stop("connect");
}

static void open_unix(struct sockets *sockets)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0)
		stop("socketpair");
	sockets->from = pair[0];
	sockets->to = pair[1];
}

static void do_connect(struct sockets *sockets)
{
	if (connect(sockets->from, (struct sockaddr *)&sockets->server, sizeof(sockets->server)) != 0)
		stop("connect");
}

static void take(const struct sockets *sockets)
{
	char byte;
	if (recv(sockets->to, &byte, 1, 0) != 1)
		stop("recv");
}

static void do_sendto(struct sockets *sockets)
{
	if (sendto(sockets->from, "", 1, 0, (struct sockaddr *)&sockets->server, sizeof(sockets->server)) != 1)
		stop("sendto");
	take(sockets);
}

static void do_send(struct sockets *sockets)
{
	if (send(sockets->from, "", 1, 0) != 1)
		stop("send");
	take(sockets);
}

static void do_sendmsg(struct sockets *sockets)
{
	struct iovec part = {(char[]){0}, 1};
	const struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	if (sendmsg(sockets->from, &message, 0) != 1)
		stop("sendmsg");
	take(sockets);
}

static void do_exec(struct sockets *sockets)
{
	extern char **environ;
	char name[] = "true", *arguments[] = {name, NULL};
	pid_t child;
	(void)sockets;
	if (posix_spawn(&child, "/bin/true", NULL, NULL, arguments, environ) != 0)
		stop("posix_spawn");
	waitpid(child, NULL, 0);
}

// A query for the A records of app.test.
static void do_lookup(struct sockets *sockets)
{
	static const uint8_t query[] = "\0\7\1\0\0\1\0\0\0\0\0\0\3app\4test\0\0\1\0\1";
	uint8_t reply[512];
	const struct timeval limit = {.tv_sec = 5};
	const int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
	setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (connect(descriptor, (struct sockaddr *)&sockets->server, sizeof(sockets->server)) != 0 ||
		send(descriptor, query, sizeof(query) - 1, 0) < 0 || recv(descriptor, reply, sizeof(reply), 0) < 12 ||
		reply[7] != 1)
		stop("lookup");
	close(descriptor);
}

static void do_open(struct sockets *sockets)
{
	const int descriptor = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	(void)sockets;
	if (descriptor < 0)
		stop("open");
	close(descriptor);
}

static void open_nothing(struct sockets *sockets)
{
	(void)sockets;
}

static const struct bench_case {
	const char *name;
	void (*open)(struct sockets *sockets);
	void (*run)(struct sockets *sockets);
} cases[] = {
	{"connect", open_udp, do_connect},
	{"sendto", open_udp, do_sendto},
	{"send", open_connected, do_send},
	{"sendmsg", open_unix, do_sendmsg},
	{"open", open_nothing, do_open},
	{"exec", open_nothing, do_exec},
	{"lookup", open_nothing, do_lookup},
};

static const struct bench_case *chosen;
static struct sockets all[THREADS_MAX];
static int count;

static void *run_block(void *argument)
{
	for (int i = 0; i < count; i++)
		chosen->run(argument);
	return NULL;
}

// Nanoseconds until all threads have made their calls, for one call.
static int64_t time_block(int threads)
{
	struct timespec begun, ended;
	pthread_t others[THREADS_MAX];
	clock_gettime(CLOCK_MONOTONIC, &begun);
	for (int i = 1; i < threads; i++)
		if (pthread_create(&others[i], NULL, run_block, &all[i]) != 0)
			stop("pthread_create");
	run_block(&all[0]);
	for (int i = 1; i < threads; i++)
		pthread_join(others[i], NULL);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	return ((ended.tv_sec - begun.tv_sec) * INT64_C(1000000000) + ended.tv_nsec - begun.tv_nsec) / count / threads;
}

static const struct bench_case *find_case(const char *word)
{
	const size_t length = strcspn(word, "@");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (strlen(cases[i].name) == length && memcmp(cases[i].name, word, length) == 0)
			return &cases[i];
	return NULL;
}

static void read_server(const char *word)
{
	char address[16];
	unsigned port;
	if (sscanf(word, "lookup@%15[0-9.]:%u", address, &port) != 2)
		return;
	all[0].server = loopback((uint16_t)port);
	all[0].server.sin_addr.s_addr = inet_addr(address);
}

int main(int argc, char **argv)
{
	const int threads = argc > 3 ? atoi(argv[3]) : 1;
	int64_t least = INT64_MAX;
	chosen = argc > 2 ? find_case(argv[1]) : NULL;
	if (chosen == NULL || threads < 1 || threads > THREADS_MAX)
		return fputs("usage: reach CASE COUNT [THREADS]\n", stderr), 2;
	count = atoi(argv[2]);
	read_server(argv[1]);
	for (int i = 0; i < threads; i++)
		chosen->open(&all[i]);
	for (int i = 0; i < BLOCKS; i++) {
		const int64_t taken = time_block(threads);
		least = taken < least ? taken : least;
	}
	printf("%lld\n", (long long)least);
	return 0;
}
