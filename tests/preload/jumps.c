// SPDX-License-Identifier: MIT
// A program whose SIGALRM handler leaves lookups by siglongjmp(3), as curl's does: jumps CASE. Each
// function is left while a server does not reply; later calls must work as if it had not been called.
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <resolv.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "tests/older_libc.h"
#include "tests/preload/guest.h"

#define ALARM_AFTER 60000  // microseconds
#define RENEWALS 60

// A name that no server answers, and one that is routed to libc, as 198.51.100.0/24 is.
static const char *silent_name = "silent.test", *silent_address = "203.0.113.9";
static const char *slow_name = "slow.test";

static sigjmp_buf outside;

static void leave(int signal)
{
	(void)signal;
	siglongjmp(outside, 1);
}

static void set_alarm(long microseconds)
{
	const struct itimerval timer = {.it_value = {0, microseconds}};
	setitimer(ITIMER_REAL, &timer, NULL);
}

static void ask_getaddrinfo(void)
{
	struct addrinfo *list;
	getaddrinfo(silent_name, NULL, NULL, &list);
}

static void ask_gethostbyname(void)
{
	gethostbyname(silent_name);
}

static void ask_gethostbyname_r(void)
{
	struct hostent entry, *found;
	char buffer[1024];
	int error;
	gethostbyname_r(silent_name, &entry, buffer, sizeof(buffer), &found, &error);
}

static void ask_gethostbyaddr(void)
{
	struct in_addr address;
	inet_pton(AF_INET, silent_address, &address);
	gethostbyaddr(&address, sizeof(address), AF_INET);
}

static void ask_getnameinfo(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	char host[1025];
	inet_pton(AF_INET, silent_address, &address.sin_addr);
	getnameinfo((struct sockaddr *)&address, sizeof(address), host, sizeof(host), NULL, 0, 0);
}

static void ask_res_query(void)
{
	unsigned char reply[512];
	res_query(silent_name, C_IN, T_A, reply, sizeof(reply));
}

static void ask_res_send(void)
{
	unsigned char query[512], reply[512];
	int size = res_mkquery(QUERY, silent_name, C_IN, T_A, NULL, 0, NULL, query, sizeof(query));
	res_send(query, size, reply, sizeof(reply));
}

static const struct {
	const char *word;
	void (*ask)(void);
} functions[] = {
	{"getaddrinfo", ask_getaddrinfo},
	{"gethostbyname", ask_gethostbyname},
	{"gethostbyname_r", ask_gethostbyname_r},
	{"gethostbyaddr", ask_gethostbyaddr},
	{"getnameinfo", ask_getnameinfo},
	{"res_query", ask_res_query},
	{"res_send", ask_res_send},
};

// True if the alarm came before an answer.
static bool is_left(void (*ask)(void))
{
	if (sigsetjmp(outside, 1))
		return true;
	set_alarm(ALARM_AFTER);
	ask();
	set_alarm(0);
	return false;
}

static bool is_cancellable(void)
{
	int state;
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &state);
	return state == PTHREAD_CANCEL_ENABLE;
}

static bool has_own_state(void)
{
	return _res.nscount == 1 && _res.dnsrch[0] && strcmp(_res.dnsrch[0], "corp.test") == 0;
}

static bool each_may_be_left(void)
{
	bool is_right = finds();
	const int before = count_descriptors();
	signal(SIGALRM, leave);
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]) && is_right; i++) {
		is_right = expect(is_left(functions[i].ask), "the alarm came first") &&
			expect(is_cancellable(), "the thread can be cancelled") && finds() &&
			expect(count_descriptors() == before, "no descriptor is left open") &&
			expect(has_own_state(), "_res is as it was");
		if (!is_right)
			printf("after %s\n", functions[i].word);
	}
	return is_right;
}

// Workers of getaddrinfo_a process these until the server's timeout.
static void wait_for_all(void)
{
	static struct gaicb request;
	struct gaicb *list[] = {&request};
	request.ar_name = silent_name;
	getaddrinfo_a(GAI_WAIT, list, 1, NULL);
}

static void wait_for_one(void)
{
	static struct gaicb request;
	struct gaicb *list[] = {&request};
	request.ar_name = silent_name;
	getaddrinfo_a(GAI_NOWAIT, list, 1, NULL);
	gai_suspend((const struct gaicb *const *)list, 1, NULL);
}

static bool waiting_may_be_left(void)
{
	signal(SIGALRM, leave);
	return expect(is_left(wait_for_all), "the alarm came first") &&
		expect(is_cancellable(), "the thread can be cancelled") &&
		expect(is_left(wait_for_one), "the alarm came first") &&
		expect(is_cancellable(), "the thread can be cancelled") && finds();
}

// Descriptors must be closed before the next call, because the program may close and open descriptors until then.
static bool sockets_are_closed_at_once(void)
{
	if (!finds())
		return false;
	const int before = count_descriptors();
	signal(SIGALRM, leave);
	return expect(is_left(ask_getaddrinfo), "the alarm came first") &&
		expect(count_descriptors() == before, "no descriptor is left open");
}

static bool system_may_be_left(void)
{
	struct addrinfo *list;
	silent_name = "silent.corp.test";
	silent_address = "198.51.100.9";
	if (!each_may_be_left())
		return false;
	int code = getaddrinfo("found.corp.test", NULL, NULL, &list);
	if (code)
		return printf("getaddrinfo said %s\n", gai_strerror(code)), false;
	freeaddrinfo(list);
	return true;
}

// The abandoned stack frames are not overwritten: their stale contents must be detected.
__attribute__((noinline)) static bool finds_deep(void)
{
	volatile char hole[65536];
	hole[0] = 0;
	return finds() && hole[0] == 0;
}

static bool deeper_call(void)
{
	silent_name = "silent.corp.test";
	signal(SIGALRM, leave);
	return finds() && expect(is_left(ask_getaddrinfo), "the alarm came first") && finds_deep();
}

static bool renew(void)
{
	static long seconds = 1000000;
	const struct timeval times[2] = {{seconds, 0}, {seconds, 0}};
	seconds++;
	return utimes("/etc/resolv.conf", times) == 0 && finds();
}

static size_t memory_after_renewals(void)
{
	for (int i = 0; i < RENEWALS; i++)
		if (!renew())
			return 0;
	return heap_in_use();
}

// An abandoned lookup no longer holds its configuration: replaced configurations are freed.
static bool configurations_are_freed(void)
{
	signal(SIGALRM, leave);
	if (!finds() || !expect(is_left(ask_getaddrinfo), "the alarm came first"))
		return false;
	const size_t before = memory_after_renewals(), after = memory_after_renewals();
	if (!before || after > before + 4096)
		return printf("%zu bytes, then %zu\n", before, after), false;
	return true;
}

static void leave_thread(int signal)
{
	(void)signal;
	pthread_exit(NULL);
}

static __thread sigjmp_buf thread_start;

static void leave_lookup(int signal)
{
	(void)signal;
	siglongjmp(thread_start, 1);
}

static atomic_int slow_code;

// A slow lookup with the process's current configuration.
static void *look_up_slowly(void *argument)
{
	struct addrinfo *list = NULL;
	slow_code = getaddrinfo(slow_name, NULL, &(struct addrinfo){.ai_family = AF_INET}, &list);
	if (list)
		freeaddrinfo(list);
	return argument;
}

static void *look_up_and_jump(void *argument)
{
	if (!sigsetjmp(thread_start, 1))
		ask_getaddrinfo();
	return argument;
}

// A thread that is cancelled in a lookup, then interrupted there.
static void leave_cancelled_thread(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, look_up_and_jump, NULL);
	usleep(ALARM_AFTER);
	pthread_cancel(thread);
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, NULL);
}

// Overwrites freed memory, so that a running lookup that uses it would fail.
static bool configuration_outlives(void)
{
	pthread_t reader;
	const int before = count_descriptors();
	mallopt(M_PERTURB, 0x5a);
	slow_code = -1;
	pthread_create(&reader, NULL, look_up_slowly, NULL);
	usleep(ALARM_AFTER);
	leave_cancelled_thread();
	bool is_slow = slow_code == -1;
	for (int i = 0; i < 3; i++)
		res_init();
	pthread_join(reader, NULL);
	return expect(is_slow, "the other lookup is under way") && expect(slow_code == 0, "it finds its name") &&
		expect(count_descriptors() == before, "no descriptor is left open") && finds();
}

static bool cancelled_thread_may_jump(void)
{
	signal(SIGUSR1, leave_lookup);
	return finds() && configuration_outlives();
}

static bool cancelled_thread_may_exit(void)
{
	signal(SIGUSR1, leave_thread);
	return finds() && configuration_outlives();
}

int main(int argc, char **argv)
{
	static const struct guest_case cases[] = {
		{"own", each_may_be_left},
		{"at-once", sockets_are_closed_at_once},
		{"waiting", waiting_may_be_left},
		{"system", system_may_be_left},
		{"deeper", deeper_call},
		{"renewed", configurations_are_freed},
		{"cancelled", cancelled_thread_may_jump},
		{"exiting", cancelled_thread_may_exit},
	};
	return run_case(cases, sizeof(cases) / sizeof(cases[0]), argc, argv);
}
