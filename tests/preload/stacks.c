// SPDX-License-Identifier: MIT
// A program whose threads have the smallest stack, 16 KiB: stacks NAME ADDRESS [CALL]. Makes each call twice, in a
// process of its own; "types", which asks for each record type, only if named. The stack has no guard page; below it is
// a filled area in which no byte may change. Prints the stack use of each call; without arguments, the list of calls.
#include <arpa/inet.h>
#include <pthread.h>
#include <resolv.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "tests/preload/guest.h"

#define STACK_SIZE 16384  // PTHREAD_STACK_MIN, if the CPU has no larger register state
#define BELOW_SIZE (512 << 10)
#define UNTOUCHED 0x5a
#define NETWORK 0x0a02  // 10.2

static const char *name;
static struct sockaddr_in address = {.sin_family = AF_INET};
static unsigned char reply[65536], packet[512];
static char buffer[65536], host[1025];
static struct hostent entry, *found;
static struct netent network, *found_network;
static int error;

static void ask_getaddrinfo(void)
{
	static const struct addrinfo hints = {.ai_flags = AI_CANONNAME | AI_ADDRCONFIG};
	struct addrinfo *list;
	if (getaddrinfo(name, "80", &hints, &list) == 0)
		freeaddrinfo(list);
}

static void ask_gethostbyname(void)
{
	gethostbyname(name);
}

static void ask_gethostbyname2(void)
{
	gethostbyname2(name, AF_INET6);
}

static void ask_gethostbyname_r(void)
{
	gethostbyname_r(name, &entry, buffer, sizeof(buffer), &found, &error);
}

static void ask_gethostbyname2_r(void)
{
	gethostbyname2_r(name, AF_INET6, &entry, buffer, sizeof(buffer), &found, &error);
}

static void ask_gethostbyaddr(void)
{
	gethostbyaddr(&address.sin_addr, sizeof(address.sin_addr), AF_INET);
}

static void ask_gethostbyaddr_r(void)
{
	gethostbyaddr_r(
		&address.sin_addr, sizeof(address.sin_addr), AF_INET, &entry, buffer, sizeof(buffer), &found, &error);
}

static void ask_getnameinfo(void)
{
	getnameinfo((const struct sockaddr *)&address, sizeof(address), host, sizeof(host), NULL, 0, 0);
}

static void ask_gethostent(void)
{
	sethostent(1);
	gethostent();
	endhostent();
}

static void ask_gethostent_r(void)
{
	sethostent(1);
	gethostent_r(&entry, buffer, sizeof(buffer), &found, &error);
	endhostent();
}

static void ask_gethostid(void)
{
	gethostid();
}

static void ask_getnetbyname(void)
{
	getnetbyname(name);
}

static void ask_getnetbyname_r(void)
{
	getnetbyname_r(name, &network, buffer, sizeof(buffer), &found_network, &error);
}

static void ask_getnetbyaddr(void)
{
	getnetbyaddr(NETWORK, AF_INET);
}

static void ask_getnetbyaddr_r(void)
{
	getnetbyaddr_r(NETWORK, AF_INET, &network, buffer, sizeof(buffer), &found_network, &error);
}

static void ask_res_query(void)
{
	res_query(name, C_IN, T_A, reply, sizeof(reply));
}

static void ask_res_search(void)
{
	res_search(name, C_IN, T_MX, reply, sizeof(reply));
}

static void ask_res_querydomain(void)
{
	res_querydomain(name, "", C_IN, T_AAAA, reply, sizeof(reply));
}

static void ask_res_nquery(void)
{
	static struct __res_state state;
	if (res_ninit(&state) != 0)
		return;
	res_nquery(&state, name, C_IN, T_A, reply, sizeof(reply));
	res_nclose(&state);
}

static void ask_types(void)
{
	for (int type = 1; type < 300; type++)
		res_query(name, C_IN, type, reply, sizeof(reply));
	res_query(name, C_IN, 32769, reply, sizeof(reply));
}

// The packet is made in advance, because libc's res_mkquery makes it.
static void ask_res_send(void)
{
	res_send(packet, (int)sizeof(HEADER) + packet[sizeof(packet) - 1], reply, sizeof(reply));
}

static void ask_getaddrinfo_a(void)
{
	static struct gaicb request, *list[] = {&request};
	request = (struct gaicb){.ar_name = name};
	if (getaddrinfo_a(GAI_WAIT, list, 1, NULL) == 0 && gai_error(&request) == 0)
		freeaddrinfo(request.ar_result);
}

static const struct {
	const char *word;
	void (*ask)(void);
} calls[] = {
	{"getaddrinfo", ask_getaddrinfo},
	{"gethostbyname", ask_gethostbyname},
	{"gethostbyname_r", ask_gethostbyname_r},
	{"gethostbyname2", ask_gethostbyname2},
	{"gethostbyname2_r", ask_gethostbyname2_r},
	{"gethostbyaddr", ask_gethostbyaddr},
	{"gethostbyaddr_r", ask_gethostbyaddr_r},
	{"gethostent", ask_gethostent},
	{"gethostent_r", ask_gethostent_r},
	{"gethostid", ask_gethostid},
	{"getnameinfo", ask_getnameinfo},
	{"getnetbyname", ask_getnetbyname},
	{"getnetbyname_r", ask_getnetbyname_r},
	{"getnetbyaddr", ask_getnetbyaddr},
	{"getnetbyaddr_r", ask_getnetbyaddr_r},
	{"res_query", ask_res_query},
	{"res_search", ask_res_search},
	{"res_querydomain", ask_res_querydomain},
	{"res_nquery", ask_res_nquery},
	{"res_send", ask_res_send},
	{"getaddrinfo_a", ask_getaddrinfo_a},
	{"types", ask_types},
};

static void make_packet(void)
{
	unsigned char *to = packet + sizeof(HEADER);
	packet[2] = 1;  // RD
	packet[5] = 1;  // one question
	for (const char *at = name; *at; at += strcspn(at, ".") + (at[strcspn(at, ".")] == '.')) {
		const size_t length = strcspn(at, ".");
		*to++ = (unsigned char)length;
		to = (unsigned char *)memcpy(to, at, length) + length;
	}
	memcpy(to, "\0\0\1\0\1", 5);
	packet[sizeof(packet) - 1] = (unsigned char)(to + 5 - packet - (long)sizeof(HEADER));
}

static void *run(void *ask)
{
	(*(void (*const *)(void))ask)();
	return NULL;
}

// The number of bytes of the stack, and of the area below it, that were written to.
static size_t used_by(unsigned char *below, void (*const *ask)(void))
{
	pthread_attr_t attributes;
	pthread_t thread;
	size_t untouched = 0;
	memset(below, UNTOUCHED, BELOW_SIZE + STACK_SIZE);
	pthread_attr_init(&attributes);
	if (pthread_attr_setstack(&attributes, below + BELOW_SIZE, STACK_SIZE) != 0 ||
		pthread_create(&thread, &attributes, run, (void *)ask) != 0)
		return 0;
	pthread_join(thread, NULL);
	while (untouched < BELOW_SIZE + STACK_SIZE && below[untouched] == UNTOUCHED)
		untouched++;
	return BELOW_SIZE + STACK_SIZE - untouched;
}

// Once as the first call of the process, once as a later one.
static int call_twice(size_t i, unsigned char *below)
{
	const size_t first = used_by(below, &calls[i].ask), later = used_by(below, &calls[i].ask);
	const bool is_right = first > 0 && first <= STACK_SIZE && later > 0 && later <= STACK_SIZE;
	printf("%s%s: %zu bytes of stack, %zu later\n", is_right ? "" : "not so: ", calls[i].word, first, later);
	fflush(stdout);
	return is_right ? 0 : 1;
}

static bool survives(size_t i, unsigned char *below)
{
	int status = -1;
	const pid_t child = fork();
	if (child == 0)
		_exit(call_twice(i, below));
	waitpid(child, &status, 0);
	if (WIFSIGNALED(status))
		printf("not so: %s: ended by signal %d\n", calls[i].word, WTERMSIG(status));
	return status == 0;
}

int main(int argc, char **argv)
{
	unsigned char *below =
		mmap(NULL, BELOW_SIZE + STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool all = true;
	for (size_t i = 0; argc == 1 && i < sizeof(calls) / sizeof(calls[0]); i++)
		puts(calls[i].word);
	if (argc < 3 || below == MAP_FAILED || inet_pton(AF_INET, argv[2], &address.sin_addr) != 1)
		return 2;
	name = argv[1];
	make_packet();
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (argc == 3 ? calls[i].ask != ask_types : strcmp(argv[3], calls[i].word) == 0)
			all &= survives(i, below);
	return all ? 0 : 1;
}
