// SPDX-License-Identifier: MIT
// Asynchronous lookups: getaddrinfo_a CASE. Most cases print results, to be compared with those of libc. Exit status 0,
// or 1 with a line that names the failed expectation. The names are those of getaddrinfo_a.sh: lag.test and slow.test
// are answered late, hang.test never.
#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MANY 300
#define THREADS_MAX 20  // of the pool
#define CHILDREN 40

static const struct addrinfo stream = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};

// --- what is asked

struct lookups {
	size_t count;
	char names[MANY][32];
	struct gaicb blocks[MANY];
	struct gaicb *list[MANY];
};

static void add(struct lookups *lookups, const char *name)
{
	const size_t i = lookups->count++;
	snprintf(lookups->names[i], sizeof(lookups->names[i]), "%s", name);
	lookups->blocks[i] = (struct gaicb){.ar_name = lookups->names[i], .ar_service = "80", .ar_request = &stream};
	lookups->list[i] = &lookups->blocks[i];
}

static struct lookups *new_lookups(size_t count, const char *name)
{
	struct lookups *lookups = calloc(1, sizeof(*lookups));
	while (lookups->count < count)
		add(lookups, name);
	return lookups;
}

static void clear(struct lookups *lookups)
{
	for (size_t i = 0; i < lookups->count; i++)
		if (lookups->blocks[i].ar_result)
			freeaddrinfo(lookups->blocks[i].ar_result);
	free(lookups);
}

static int begin(struct lookups *lookups, struct sigevent *event)
{
	return getaddrinfo_a(GAI_NOWAIT, lookups->list, (int)lookups->count, event);
}

static int finish(struct lookups *lookups)
{
	return getaddrinfo_a(GAI_WAIT, lookups->list, (int)lookups->count, NULL);
}

static int suspend(const struct gaicb *one, const struct gaicb *other, const struct timespec *timeout)
{
	const struct gaicb *const list[] = {one, NULL, other};
	return gai_suspend(list, 3, timeout);
}

static void wait_for(struct gaicb *block)
{
	while (gai_error(block) == EAI_INPROGRESS)
		suspend(block, NULL, NULL);
}

static int look_up(const char *name)
{
	struct lookups *lookups = new_lookups(1, name);
	const int called = finish(lookups), code = gai_error(lookups->list[0]);
	clear(lookups);
	return called ? called : code;
}

// --- what is seen

static const char *word(int code)
{
	static const struct {
		int code;
		const char *word;
	} words[] = {
		{0, "0"},
		{EAI_INPROGRESS, "EAI_INPROGRESS"},
		{EAI_CANCELED, "EAI_CANCELED"},
		{EAI_NOTCANCELED, "EAI_NOTCANCELED"},
		{EAI_ALLDONE, "EAI_ALLDONE"},
		{EAI_INTR, "EAI_INTR"},
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].code == code)
			return words[i].word;
	return gai_strerror(code);
}

static void print(const char *what, int code)
{
	printf("%s: %s\n", what, word(code));
}

static void print_block(struct gaicb *block)
{
	printf("%s: %s", block->ar_name ? block->ar_name : "no name", word(gai_error(block)));
	for (const struct addrinfo *node = block->ar_result; node; node = node->ai_next) {
		char text[INET6_ADDRSTRLEN] = "";
		const struct sockaddr_in *address = (const struct sockaddr_in *)node->ai_addr;
		if (node->ai_family == AF_INET)
			inet_ntop(AF_INET, &address->sin_addr, text, sizeof(text));
		printf(" %s:%d/%d", text, ntohs(address->sin_port), node->ai_socktype);
	}
	printf("\n");
}

static bool is(const char *what, bool real)
{
	if (!real)
		printf("not so: %s\n", what);
	return real;
}

static int count_threads(void)
{
	int count = -2;  // "." and ".."
	DIR *directory = opendir("/proc/self/task");
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

static bool is_asleep(pid_t thread)
{
	char path[64], state = 0;
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)thread);
	FILE *file = fopen(path, "r");
	if (file && fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	if (file)
		fclose(file);
	return state == 'S';
}

// --- the cases

static bool arguments(void)
{
	struct lookups *lookups = new_lookups(3, "app.test");
	struct gaicb unused = {.ar_name = "app.test"};
	lookups->list[0] = lookups->list[2] = NULL;
	print("never used", gai_error(&unused));
	errno = 0;
	print("no such mode", getaddrinfo_a(7, lookups->list, 1, NULL));
	printf("errno %d\n", errno);
	print("nothing, waiting", getaddrinfo_a(GAI_WAIT, NULL, 0, NULL));
	print("nothing, not waiting", getaddrinfo_a(GAI_NOWAIT, NULL, 0, NULL));
	print("less than nothing", getaddrinfo_a(GAI_WAIT, lookups->list, -1, NULL));
	print("only NULL", getaddrinfo_a(GAI_WAIT, lookups->list, 1, NULL));
	print("NULL on both sides", getaddrinfo_a(GAI_WAIT, lookups->list, 3, NULL));
	print_block(lookups->list[1]);
	print("the same block twice", getaddrinfo_a(GAI_WAIT, (struct gaicb *[]){&unused, &unused}, 2, NULL));
	print_block(&unused);
	return true;
}

static bool answers(void)
{
	static const struct addrinfo wrong_flags = {.ai_flags = 0x4000};
	static const struct addrinfo passive = {.ai_flags = AI_PASSIVE, .ai_family = AF_INET};
	struct gaicb blocks[] = {
		{.ar_name = "app.test", .ar_service = "80", .ar_request = &stream},
		{.ar_name = "app.test", .ar_service = "http", .ar_request = &stream},
		{.ar_name = "app.test", .ar_service = "nosuch", .ar_request = &stream},
		{.ar_name = "missing.test", .ar_request = &stream},
		{.ar_name = "text.test", .ar_request = &stream},
		{.ar_name = "fail.test", .ar_request = &stream},
		{.ar_name = "192.0.2.77", .ar_request = &stream},
		{.ar_name = "app.test", .ar_request = &wrong_flags},
		{.ar_service = "80", .ar_request = &passive},
		{.ar_request = &stream},
	};
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		print("called", getaddrinfo_a(GAI_WAIT, (struct gaicb *[]){&blocks[i]}, 1, NULL));
		print_block(&blocks[i]);
	}
	return true;
}

// Unused members of gaicb do not change, nor does ar_result if the lookup fails.
static bool untouched(void)
{
	struct gaicb block, before;
	memset(&block, 0x5a, sizeof(block));
	block.ar_name = "missing.test";
	block.ar_service = NULL;
	block.ar_request = &stream;
	before = block;
	getaddrinfo_a(GAI_WAIT, (struct gaicb *[]){&block}, 1, NULL);
	print("missing", gai_error(&block));
	before.__return = block.__return;
	return is("the rest of the block is as it was", memcmp(&block, &before, sizeof(block)) == 0);
}

static bool errno_kept(void)
{
	struct lookups *lookups = new_lookups(2, "missing.test");
	errno = EXDEV;
	const bool is_ended = finish(lookups) == 0 && begin(lookups, NULL) == 0;
	while (suspend(lookups->list[0], lookups->list[1], NULL) == 0)
		;
	gai_cancel(lookups->list[0]);
	return is("the calls succeed", is_ended) && is("errno is kept", errno == EXDEV);
}

static void block_signal(int number)
{
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, number);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

static int next_signal(const struct timespec *timeout, siginfo_t *info)
{
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	return sigtimedwait(&signals, info, timeout);
}

static void print_signal(void)
{
	siginfo_t info;
	const int number = next_signal(NULL, &info);
	printf("signal %d, code %d, value %d, ", number == SIGUSR1, info.si_code, info.si_value.sival_int);
	printf("process %d, user %d\n", info.si_pid == getpid(), info.si_uid == getuid());
}

static void print_pending(void)
{
	static const struct timespec at_once = {0};
	siginfo_t info;
	printf("another signal: %s\n", next_signal(&at_once, &info) == SIGUSR1 ? "yes" : "no");
}

// One signal, when all are finished.
static bool by_signal(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 42};
	struct lookups *lookups = new_lookups(1, "lag.test");
	add(lookups, "app.test");
	add(lookups, "missing.test");
	block_signal(SIGUSR1);
	print("called", begin(lookups, &event));
	print("lag.test so far", gai_error(lookups->list[0]));
	print_pending();
	print_signal();
	for (size_t i = 0; i < lookups->count; i++)
		print_block(lookups->list[i]);
	print_pending();
	print("nothing to do", getaddrinfo_a(GAI_NOWAIT, lookups->list, 0, &event));
	print_signal();
	print("who waits hears no signal", getaddrinfo_a(GAI_WAIT, lookups->list, 3, &event));
	print_pending();
	return true;
}

static sem_t called_back;

static void print_thread(union sigval value)
{
	sigset_t signals;
	pthread_attr_t attributes;
	size_t stack_size;
	int detach_state, blocked = 0;
	pthread_sigmask(SIG_SETMASK, NULL, &signals);
	for (int i = 1; i < NSIG; i++)
		blocked += sigismember(&signals, i) == 1;
	pthread_getattr_np(pthread_self(), &attributes);
	pthread_attr_getstacksize(&attributes, &stack_size);
	pthread_attr_getdetachstate(&attributes, &detach_state);
	printf("value %d, blocked signals %d, stack %zu KiB, ", value.sival_int, blocked, stack_size / 1024);
	printf("%s\n", detach_state == PTHREAD_CREATE_DETACHED ? "detached" : "joinable");
	pthread_attr_destroy(&attributes);
	sem_post(&called_back);
}

static bool by_thread(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = print_thread};
	struct lookups *lookups = new_lookups(2, "app.test");
	pthread_attr_t attributes;
	event.sigev_value.sival_int = 7;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 1 << 20);
	block_signal(SIGUSR1);
	int code = begin(lookups, &event);
	sem_wait(&called_back);
	print("called", code);
	event.sigev_notify_attributes = &attributes;
	code = begin(lookups, &event);
	sem_wait(&called_back);
	print("called with attributes", code);
	code = getaddrinfo_a(GAI_NOWAIT, NULL, 0, &event);
	sem_wait(&called_back);
	print("called with nothing to do", code);
	print_block(lookups->list[1]);
	return true;
}

static bool by_nothing(void)
{
	static const struct sigevent events[] = {
		{.sigev_notify = SIGEV_NONE},
		{.sigev_notify = 99},
		{.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 99},
	};
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct lookups *lookups = new_lookups(1, "lag.test");
		struct sigevent event = events[i];
		print("called", begin(lookups, &event));
		print("waited", suspend(lookups->list[0], NULL, NULL));
		print_block(lookups->list[0]);
		clear(lookups);
	}
	return true;
}

struct chain {
	struct lookups *lookups;
	struct sigevent event;
	int left;
};

static void go_on(union sigval value)
{
	struct chain *chain = value.sival_ptr;
	print_block(chain->lookups->list[0]);
	if (chain->left-- == 0 || begin(chain->lookups, &chain->event) != 0)
		sem_post(&called_back);
}

static bool chained(void)
{
	struct chain chain = {.lookups = new_lookups(1, "app.test"), .left = 5};
	chain.event = (struct sigevent){.sigev_notify = SIGEV_THREAD, .sigev_notify_function = go_on};
	chain.event.sigev_value.sival_ptr = &chain;
	begin(chain.lookups, &chain.event);
	sem_wait(&called_back);
	return true;
}

static bool suspended(void)
{
	static const struct timespec soon = {.tv_nsec = 20000000}, at_once = {0};
	static const struct timespec a_minute = {.tv_sec = 60};
	struct lookups *lookups = new_lookups(1, "app.test");
	add(lookups, "lag.test");
	add(lookups, "hang.test");
	struct gaicb *app = lookups->list[0], *lag = lookups->list[1], *hang = lookups->list[2];
	print("before anything", suspend(app, lag, NULL));
	print("nothing", gai_suspend(NULL, 0, NULL));
	print("only NULL", suspend(NULL, NULL, NULL));
	begin(lookups, NULL);
	wait_for(app);
	print("what is finished", suspend(app, NULL, NULL));
	errno = EXDEV;
	print("what hangs, for a while", suspend(hang, NULL, &soon));
	print("what hangs, not at all", suspend(hang, NULL, &at_once));
	printf("errno is kept: %s\n", errno == EXDEV ? "yes" : "no");
	print("what is finished and what is not", suspend(app, lag, NULL));
	print_block(lag);
	begin(lookups, NULL);
	print("what is late and what hangs", suspend(hang, lag, &a_minute));
	print_block(lag);
	print_block(hang);
	return true;
}

// Some glibcs crash.
static bool less_than_nothing(void)
{
	return is("there is nothing to wait for", gai_suspend(NULL, -1, NULL) == EAI_ALLDONE);
}

// libc aborts at these.
static bool wrong_time(void)
{
	static const struct timespec wrong[] = {{.tv_nsec = 1000000000}, {.tv_nsec = -1}}, before = {.tv_sec = -1};
	struct lookups *lookups = new_lookups(1, "hang.test");
	begin(lookups, NULL);
	for (size_t i = 0; i < 2; i++) {
		errno = 0;
		const int code = suspend(lookups->list[0], NULL, &wrong[i]);
		if (!is("no time is EAI_SYSTEM and EINVAL", code == EAI_SYSTEM && errno == EINVAL))
			return false;
	}
	errno = EXDEV;
	const int code = suspend(lookups->list[0], NULL, &before);
	return is("a time before now is over, errno is kept", code == EAI_SYSTEM && errno == EXDEV);
}

// libc overflows to a negative time.
static bool longest_time(void)
{
	static const struct timespec longest = {LONG_MAX, 999999999};
	struct lookups *lookups = new_lookups(1, "lag.test");
	begin(lookups, NULL);
	return is("it waits", suspend(lookups->list[0], NULL, &longest) == 0);
}

// Programs whose time_t has 64 bits where others' has 32 call this; it is there on every machine.
static bool wide_time(void)
{
	// What the kernel ignores of a long of 32 bits may have any value.
	const int64_t padding = sizeof(long) == 4 ? (int64_t)1 << 40 : 0;
	const int64_t soon[] = {0, 20000000 | padding}, longest[] = {INT64_MAX, 999999999 | padding},
				  long_enough[] = {(int64_t)1 << 32, padding}, wrong[] = {0, 1000000000 | padding};
	int (*wide_suspend)(const struct gaicb *const *, int, const int64_t *) =
		dlsym(RTLD_DEFAULT, "__gai_suspend_time64");
	struct lookups *late = new_lookups(1, "lag.test"), *hanging = new_lookups(1, "hang.test");
	const struct gaicb *const lag[] = {late->list[0]}, *const hang[] = {hanging->list[0]};
	if (!is("it is there", wide_suspend != NULL))
		return false;
	begin(late, NULL);
	begin(hanging, NULL);
	errno = EXDEV;
	return is("it times out", wide_suspend(hang, 1, soon) == EAI_SYSTEM && errno == EXDEV) &&
		is("seconds have 64 bits", wide_suspend(lag, 1, long_enough) == 0 && begin(late, NULL) == 0) &&
		is("the longest time is valid", wide_suspend(lag, 1, longest) == 0) &&
		is("no time is EAI_SYSTEM and EINVAL", wide_suspend(hang, 1, wrong) == EAI_SYSTEM && errno == EINVAL);
}

// Raises SIGALRM in a thread as often as that sleeps.
struct poker {
	pthread_t thread, poked;
	pid_t id;
	atomic_bool ends;
};

static void *poke(void *argument)
{
	struct poker *poker = argument;
	while (!atomic_load(&poker->ends)) {
		if (is_asleep(poker->id))
			pthread_kill(poker->poked, SIGALRM);
		sched_yield();
	}
	return NULL;
}

static void start_poking(struct poker *poker, void (*handler)(int), int flags)
{
	const struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
	sigaction(SIGALRM, &action, NULL);
	*poker = (struct poker){.poked = pthread_self(), .id = (pid_t)syscall(SYS_gettid)};
	pthread_create(&poker->thread, NULL, poke, poker);
}

static void stop_poking(struct poker *poker)
{
	atomic_store(&poker->ends, true);
	pthread_join(poker->thread, NULL);
}

static void do_nothing(int number)
{
	(void)number;
}

static void suspend_poked(const char *what, const char *name, int flags, const struct timespec *timeout)
{
	struct lookups *lookups = new_lookups(1, name);
	struct poker poker;
	begin(lookups, NULL);
	start_poking(&poker, do_nothing, flags);
	const int code = suspend(lookups->list[0], NULL, timeout);
	stop_poking(&poker);
	print(what, code);
}

static bool interrupted(void)
{
	static const struct timespec a_minute = {.tv_sec = 60};
	suspend_poked("without a timeout", "hang.test", 0, NULL);
	suspend_poked("with a timeout", "hang.test", 0, &a_minute);
	suspend_poked("with a timeout, restarting", "hang.test", SA_RESTART, &a_minute);
	suspend_poked("without a timeout, restarting", "lag.test", SA_RESTART, NULL);
	struct poker poker;
	start_poking(&poker, do_nothing, 0);
	const int code = look_up("lag.test");
	stop_poking(&poker);
	print("GAI_WAIT", code);
	return true;
}

static pthread_t main_thread;
static atomic_bool is_handled, is_handled_elsewhere;

static void note_thread(int number)
{
	(void)number;
	atomic_store(pthread_equal(pthread_self(), main_thread) ? &is_handled : &is_handled_elsewhere, true);
}

// Worker threads do not receive the program's signals.
static bool signals_blocked(void)
{
	const struct sigaction action = {.sa_handler = note_thread};
	sigset_t none;
	struct lookups *lookups = new_lookups(3, "lag.test");
	main_thread = pthread_self();
	sigaction(SIGUSR1, &action, NULL);
	begin(lookups, NULL);
	block_signal(SIGUSR1);  // so that only a worker could receive it
	kill(getpid(), SIGUSR1);
	wait_for(lookups->list[0]);
	printf("handled by another thread: %s, ", atomic_load(&is_handled_elsewhere) ? "yes" : "no");
	sigemptyset(&none);
	pthread_sigmask(SIG_SETMASK, &none, NULL);
	printf("by the main thread: %s\n", atomic_load(&is_handled) ? "yes" : "no");
	return true;
}

// Occupies all workers, so that later requests stay in the queue. One call each, because the first request of a call
// gets a worker at once.
static void fill_pool(unsigned left)
{
	for (unsigned i = left; i < THREADS_MAX; i++)
		begin(new_lookups(1, "hang.test"), NULL);
}

static bool nothing_to_cancel(void)
{
	struct gaicb unknown = {.ar_name = "app.test"};
	struct lookups *lookups = new_lookups(1, "app.test");
	print("NULL before anything", gai_cancel(NULL));
	finish(lookups);
	print("NULL", gai_cancel(NULL));
	print("unknown", gai_cancel(&unknown));
	print("finished", gai_cancel(lookups->list[0]));
	print_block(lookups->list[0]);
	return true;
}

static bool cancelled(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct lookups *last = new_lookups(1, "slow.test"), *lookups = new_lookups(1, "app.test");
	fill_pool(1);
	begin(last, NULL);
	block_signal(SIGUSR1);
	print("called", begin(lookups, &event));
	print("at work", gai_cancel(last->list[0]));
	print("in the queue", gai_cancel(lookups->list[0]));
	print("once more", gai_cancel(lookups->list[0]));
	print("waited", suspend(lookups->list[0], NULL, NULL));
	wait_for(last->list[0]);
	print_block(last->list[0]);
	print_pending();
	return true;
}

// As the manual says; libc leaves EAI_INPROGRESS.
static bool cancelled_status(void)
{
	struct lookups *lookups = new_lookups(2, "app.test");
	fill_pool(0);
	begin(lookups, NULL);
	gai_cancel(lookups->list[0]);
	return is("one is EAI_CANCELED", gai_error(lookups->list[0]) == EAI_CANCELED) &&
		is("the other waits", gai_error(lookups->list[1]) == EAI_INPROGRESS);
}

struct waiter {
	struct lookups *lookups;
	bool in_suspend;
	atomic_int id;
	int code;
};

static void *wait_in_thread(void *argument)
{
	struct waiter *waiter = argument;
	struct gaicb *block = waiter->lookups->list[0];
	atomic_store(&waiter->id, (int)syscall(SYS_gettid));
	waiter->code = waiter->in_suspend ? suspend(block, NULL, NULL) : finish(waiter->lookups);
	return NULL;
}

static pthread_t start_waiter(struct waiter *waiter)
{
	pthread_t thread;
	pthread_create(&thread, NULL, wait_in_thread, waiter);
	while (!atomic_load(&waiter->id) || !is_asleep(atomic_load(&waiter->id)))
		sched_yield();
	return thread;
}

// libc waits for ever.
static bool cancelled_while_awaited(void)
{
	struct lookups *lookups = new_lookups(1, "app.test");
	struct waiter first = {.lookups = lookups}, second = {.lookups = lookups, .in_suspend = true};
	fill_pool(0);
	const pthread_t one = start_waiter(&first), other = start_waiter(&second);
	const int code = gai_cancel(lookups->list[0]);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return is("it is cancelled", code == EAI_CANCELED) && is("GAI_WAIT returns", first.code == 0) &&
		is("gai_suspend returns", second.code == 0);
}

static struct lookups *new_many(void)
{
	struct lookups *lookups = new_lookups(0, NULL);
	for (unsigned i = 0; i < MANY; i++) {
		char name[32];
		snprintf(name, sizeof(name), "n%u.test", i);
		add(lookups, name);
	}
	return lookups;
}

static unsigned count_right(const struct lookups *lookups)
{
	unsigned right = 0;
	for (unsigned i = 0; i < MANY; i++) {
		const bool is_found = gai_error(lookups->list[i]) == 0;
		const struct addrinfo *found = is_found ? lookups->list[i]->ar_result : NULL;
		const struct sockaddr_in *address = found ? (const struct sockaddr_in *)found->ai_addr : NULL;
		right += address && address->sin_addr.s_addr == htonl(0xc6336400u + i);  // 198.51.100.0 and on
	}
	return right;
}

static bool many(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct lookups *lookups = new_many();
	block_signal(SIGUSR1);
	print("called", begin(lookups, &event));
	print_signal();
	const unsigned right = count_right(lookups);
	printf("%u are right\n", right);
	clear(lookups);
	return right == MANY;
}

// gai_suspend of libc crashes sometimes.
static bool many_suspended(void)
{
	struct lookups *lookups = new_many();
	begin(lookups, NULL);
	while (gai_suspend((const struct gaicb *const *)lookups->list, MANY, NULL) == 0)
		;
	const bool all = count_right(lookups) == MANY;
	clear(lookups);
	return is("all are right", all);
}

static bool bounded(void)
{
	struct lookups *lookups = new_lookups(100, "lag.test");
	int most = 0;
	begin(lookups, NULL);
	while (gai_error(lookups->list[0]) == EAI_INPROGRESS) {
		const int threads = count_threads();
		most = threads > most ? threads : most;
	}
	printf("threads: %d\n", most);
	return true;
}

// With one thread left, requests are processed in order.
static bool ordered(void)
{
	struct lookups *lookups = new_lookups(6, "app.test");
	fill_pool(1);
	begin(lookups, NULL);
	wait_for(lookups->list[5]);
	for (size_t i = 0; i < lookups->count; i++)
		print_block(lookups->list[i]);
	return true;
}

static bool threads_end(void)
{
	struct lookups *lookups = new_lookups(30, "app.test");
	const int before = count_threads();
	finish(lookups);
	begin(lookups, NULL);
	for (size_t i = 0; i < lookups->count; i++)
		wait_for(lookups->list[i]);
	while (count_threads() != before)  // they have nothing to do any more, but may not be gone yet
		sched_yield();
	return true;
}

// No further mapping is possible, so there is no stack for a thread.
static bool no_thread(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct lookups *lookups = new_lookups(2, "app.test");
	struct rlimit usual, none;
	siginfo_t info;
	block_signal(SIGUSR1);
	begin(new_lookups(0, NULL), NULL);
	getrlimit(RLIMIT_AS, &usual);
	none = (struct rlimit){1, usual.rlim_max};
	setrlimit(RLIMIT_AS, &none);
	errno = 0;
	const int waiting = finish(lookups), error = errno, status = gai_error(lookups->list[1]);
	const int not_waiting = begin(lookups, &event);
	setrlimit(RLIMIT_AS, &usual);
	return is("GAI_WAIT fails with EAGAIN", waiting == EAI_SYSTEM && error == EAGAIN) &&
		is("the request tells why", status == EAI_AGAIN) && is("GAI_NOWAIT fails", not_waiting == EAI_SYSTEM) &&
		is("and notifies", next_signal(NULL, &info) == SIGUSR1) &&
		is("the next one is answered", look_up("app.test") == 0);
}

static bool ends_well(pid_t child)
{
	int status;
	return is("the child ends well", child > 0 && waitpid(child, &status, 0) == child && status == 0);
}

static pid_t fork_with_alarm(void)
{
	fflush(stdout);
	const pid_t child = fork();
	if (child == 0)
		alarm(20);
	return child;
}

static bool is_child_well(struct lookups *parents)
{
	const bool asks = look_up("app.test") == 0 && look_up("missing.test") == EAI_NONAME;
	struct gaicb *first = parents->list[0], *last = parents->list[39];
	const bool knows = gai_error(first) == EAI_INPROGRESS && gai_cancel(last) == EAI_ALLDONE &&
		suspend(first, last, NULL) == EAI_ALLDONE;
	return is("a child asks for itself", asks) && is("the parent's requests are not its own", knows);
}

static bool forked(void)
{
	struct lookups *lookups = new_lookups(40, "lag.test");
	begin(lookups, NULL);
	const pid_t child = fork_with_alarm();
	if (child == 0) {
		const bool is_well = is_child_well(lookups);
		const pid_t grandchild = fork_with_alarm();
		if (grandchild == 0)
			exit(is_child_well(lookups) ? 0 : 1);
		exit(ends_well(grandchild) && is_well ? 0 : 1);
	}
	const bool is_well = ends_well(child);
	wait_for(lookups->list[39]);
	return is_well && is("the parent's requests are finished", gai_error(lookups->list[39]) == 0);
}

static void *ask_for_ever(void *ends)
{
	while (!atomic_load((atomic_bool *)ends))
		look_up("app.test");
	return NULL;
}

static bool forked_while_threads_ask(void)
{
	pthread_t threads[4];
	atomic_bool ends = false;
	bool all = true;
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, ask_for_ever, &ends);
	for (int i = 0; i < CHILDREN && all; i++) {
		const pid_t child = fork_with_alarm();
		if (child == 0)
			_exit(look_up("app.test") == 0 ? 0 : 1);
		all = ends_well(child);
	}
	atomic_store(&ends, true);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	return all;
}

static atomic_int child_of_handler;

static void fork_once(int number)
{
	(void)number;
	if (atomic_load(&child_of_handler) == 0)
		atomic_store(&child_of_handler, fork() ? 1 : -1);
}

// A child forked by a signal handler returns into a wait for requests that only its parent has.
static bool forked_while_waiting(int flags, bool in_suspend)
{
	struct lookups *lookups = new_lookups(1, "lag.test");
	struct poker poker;
	int status = 0;
	atomic_store(&child_of_handler, 0);
	begin(lookups, NULL);
	start_poking(&poker, fork_once, flags);
	const int code = in_suspend ? suspend(lookups->list[0], NULL, NULL) : look_up("lag.test");
	if (atomic_load(&child_of_handler) == -1)
		_exit(code == EAI_INTR ? 0 : 1);
	stop_poking(&poker);
	const bool is_reaped = wait(&status) > 0;
	return is("the child's call ends with EAI_INTR", is_reaped && status == 0);
}

static bool forked_in_handlers(void)
{
	return forked_while_waiting(0, false) && forked_while_waiting(SA_RESTART, false) && forked_while_waiting(0, true) &&
		forked_while_waiting(SA_RESTART, true);
}

static bool exit_while_busy(void)
{
	struct lookups *lookups = new_lookups(40, "lag.test");
	begin(lookups, NULL);
	wait_for(lookups->list[0]);
	exit(3);
}

static void print_and_exit(union sigval value)
{
	(void)value;
	printf("the callback outlives the main thread\n");
	exit(4);
}

static bool main_thread_ends(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = print_and_exit};
	begin(new_lookups(1, "lag.test"), &event);
	pthread_exit(NULL);
}

// None of the calls is a cancellation point.
static void *ask_while_cancelled(void *reached)
{
	struct lookups *lookups = new_lookups(1, "lag.test");
	pthread_cancel(pthread_self());
	finish(lookups);
	begin(lookups, NULL);
	gai_cancel(lookups->list[0]);
	suspend(lookups->list[0], NULL, NULL);
	*(bool *)reached = true;
	pthread_testcancel();
	return NULL;
}

static bool thread_cancelled(void)
{
	pthread_t thread;
	bool reached = false;
	void *result;
	pthread_create(&thread, NULL, ask_while_cancelled, &reached);
	pthread_join(thread, &result);
	printf("reached the end: %s, ", reached ? "yes" : "no");
	printf("cancelled there: %s\n", result == PTHREAD_CANCELED ? "yes" : "no");
	return true;
}

static atomic_uint callbacks;

static void count_callback(union sigval value)
{
	(void)value;
	atomic_fetch_add(&callbacks, 1);
	sem_post(&called_back);
}

// Returns the number of expected callbacks.
static unsigned ask_and_cancel(unsigned turn)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = count_callback};
	struct lookups *lookups = new_lookups(3, turn % 4 ? "app.test" : "missing.test");
	unsigned cancelled_count = 0;
	begin(lookups, &event);
	if (turn % 3 == 0)
		cancelled_count += gai_cancel(lookups->list[2]) == EAI_CANCELED;
	if (turn % 2 == 0)
		suspend(lookups->list[0], lookups->list[1], NULL);
	for (size_t i = 0; i < 3; i++)
		wait_for(lookups->list[i]);
	clear(lookups);
	return cancelled_count ? 0 : 1;
}

static void *ask_and_cancel_often(void *expected)
{
	for (unsigned i = 0; i < 100; i++)
		*(unsigned *)expected += ask_and_cancel(i);
	return NULL;
}

static bool stress(void)
{
	enum { THREADS = 8 };
	pthread_t threads[THREADS];
	unsigned expected[THREADS] = {0}, sum = 0;
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, ask_and_cancel_often, &expected[i]);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		sum += expected[i];
	}
	for (unsigned i = 0; i < sum; i++)
		sem_wait(&called_back);
	while (count_threads() != 1)
		sched_yield();
	return is("every list is told of once", atomic_load(&callbacks) == sum);
}

static const struct {
	const char *word;
	bool (*run)(void);
} cases[] = {
	{"arguments", arguments},
	{"answers", answers},
	{"untouched", untouched},
	{"errno-kept", errno_kept},
	{"by-signal", by_signal},
	{"by-thread", by_thread},
	{"by-nothing", by_nothing},
	{"chained", chained},
	{"suspended", suspended},
	{"less-than-nothing", less_than_nothing},
	{"wrong-time", wrong_time},
	{"longest-time", longest_time},
	{"wide-time", wide_time},
	{"interrupted", interrupted},
	{"signals-blocked", signals_blocked},
	{"nothing-to-cancel", nothing_to_cancel},
	{"cancelled", cancelled},
	{"cancelled-status", cancelled_status},
	{"cancelled-while-awaited", cancelled_while_awaited},
	{"many", many},
	{"many-suspended", many_suspended},
	{"bounded", bounded},
	{"ordered", ordered},
	{"threads-end", threads_end},
	{"no-thread", no_thread},
	{"forked", forked},
	{"forked-while-threads-ask", forked_while_threads_ask},
	{"forked-in-handlers", forked_in_handlers},
	{"exit-while-busy", exit_while_busy},
	{"main-thread-ends", main_thread_ends},
	{"thread-cancelled", thread_cancelled},
	{"stress", stress},
};

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	sem_init(&called_back, 0, 0);
	for (size_t i = 0; argc > 1 && i < sizeof(cases) / sizeof(cases[0]); i++)
		if (strcmp(cases[i].word, argv[1]) == 0)
			return cases[i].run() ? 0 : 1;
	fprintf(stderr, "usage: getaddrinfo_a CASE\n");
	return 2;
}
