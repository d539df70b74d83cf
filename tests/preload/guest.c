// SPDX-License-Identifier: MIT
// A host program that watches its guest: guest CASE. Each case looks app.test up (192.0.2.1) in some uncomfortable state and ends with 0
// if all was as it should be; else with 1 and a line on stdout that says what was not.
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME "app.test"
#define ADDRESS 0xc0000201u  // 192.0.2.1
#define THREADS 8
#define CHILDREN 40

static bool is_wanted(const struct addrinfo *list)
{
	if (!list || list->ai_family != AF_INET)
		return false;
	return ((const struct sockaddr_in *)list->ai_addr)->sin_addr.s_addr == htonl(ADDRESS);
}

static int look_up(void)
{
	struct addrinfo *list = NULL, hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
	int code = getaddrinfo(NAME, "80", &hints, &list);
	if (code == 0 && !is_wanted(list))
		code = 1000;
	if (list)
		freeaddrinfo(list);
	return code;
}

static bool finds(void)
{
	int code = look_up();
	if (code)
		printf("getaddrinfo said %d (%s)\n", code, code == 1000 ? "another address" : gai_strerror(code));
	return code == 0;
}

static int early_code = -1;

// Runs before main, and where the linker orders it so, before the guest's own constructor.
__attribute__((constructor)) static void look_up_before_main(void)
{
	if (getenv("GUEST_EARLY"))
		early_code = look_up();
}

static bool before_main(void)
{
	return early_code == 0;
}

static int count_entries(const char *folder)
{
	int count = 0;
	DIR *open = opendir(folder);
	while (open && readdir(open))
		count++;
	if (open)
		closedir(open);
	return count;
}

static bool nothing_left_open(void)
{
	int files = count_entries("/proc/self/fd"), threads = count_entries("/proc/self/task");
	bool found = finds() && gethostbyname(NAME) && gethostbyname2(NAME, AF_INET);
	return found && files == count_entries("/proc/self/fd") && threads == count_entries("/proc/self/task");
}

static bool errno_kept(void)
{
	errno = EXDEV;
	bool found = finds() && gethostbyname(NAME);
	return found && errno == EXDEV;
}

static bool closed_descriptors(void)
{
	for (int i = 0; i < 1024; i++)
		close(i);
	return look_up() == 0 && look_up() == 0;
}

static bool no_descriptor_left(void)
{
	struct rlimit limit = { 0, 0 }, old;
	struct addrinfo *list;
	getrlimit(RLIMIT_NOFILE, &old);
	limit.rlim_max = old.rlim_max;
	if (!finds())
		return false;
	setrlimit(RLIMIT_NOFILE, &limit);
	errno = 0;
	int code = getaddrinfo("other.test", NULL, NULL, &list), error = errno;
	setrlimit(RLIMIT_NOFILE, &old);
	if (code != EAI_SYSTEM || error != EMFILE)
		printf("without descriptors: %d, errno %d\n", code, error);
	return code == EAI_SYSTEM && error == EMFILE && finds();
}

static void *look_up_for_ever(void *stop)
{
	while (!*(volatile bool *)stop)
		look_up();
	return NULL;
}

static bool child_finds(void)
{
	pid_t child = fork();
	if (child == 0) {
		alarm(20);
		_exit(look_up() == 0 && gethostbyname(NAME) ? 0 : 1);
	}
	int status;
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static bool fork_while_threads_look_up(void)
{
	pthread_t threads[THREADS];
	volatile bool stop = false;
	bool all = true;
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, look_up_for_ever, (void *)&stop);
	for (int i = 0; i < CHILDREN && all; i++)
		all = child_finds();
	stop = true;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return all;
}

static void *look_up_once(void *code)
{
	*(int *)code = look_up();
	return NULL;
}

static bool small_stack(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int code = -1;
	pthread_attr_init(&attributes);
	if (pthread_attr_setstacksize(&attributes, 16384) != 0 || pthread_create(&thread, &attributes, look_up_once, &code) != 0)
		return false;
	pthread_join(thread, NULL);
	return code == 0;
}

static void on_alarm(int signal)
{
	(void)signal;
}

static bool signals(void)
{
	struct sigaction action = { .sa_handler = on_alarm };  // no SA_RESTART
	sigaction(SIGALRM, &action, NULL);
	ualarm(500, 500);
	bool found = true;
	for (int i = 0; i < 200 && found; i++)
		found = finds();
	ualarm(0, 0);
	return found;
}

static bool cancelled_threads(void)
{
	int files = count_entries("/proc/self/fd");
	bool stop = false;
	for (int i = 0; i < 50; i++) {
		pthread_t thread;
		pthread_create(&thread, NULL, look_up_for_ever, &stop);
		look_up();
		pthread_cancel(thread);
		pthread_join(thread, NULL);
	}
	return finds() && files == count_entries("/proc/self/fd");
}

// The list is taken apart by libc's own freeaddrinfo, node by node even.
static bool libc_frees_the_list(void)
{
	void (*libc_free)(struct addrinfo *) = dlsym(RTLD_NEXT, "freeaddrinfo");
	struct addrinfo *list = NULL, hints = { .ai_flags = AI_CANONNAME };
	if (!libc_free || getaddrinfo(NAME, "80", &hints, &list) != 0)
		return false;
	void *libc_handle = dlopen("libc.so.6", RTLD_LAZY);
	libc_free = libc_handle ? dlsym(libc_handle, "freeaddrinfo") : libc_free;
	struct addrinfo *rest = list->ai_next;
	list->ai_next = NULL;
	libc_free(list);
	libc_free(rest);
	freeaddrinfo(NULL);
	return true;
}

// As postfix and others do before anything else.
static bool scrubbed_environment(void)
{
	extern char **environ;
	for (char **variable = environ; *variable; variable++)
		memset(*variable, 0, strlen(*variable));
	clearenv();
	return finds();
}

static void *keep_entry(void *found)
{
	struct hostent *entry = gethostbyname(NAME);
	*(bool *)found = entry && strcmp(entry->h_name, NAME) == 0;
	return entry;
}

static bool entries_by_thread(void)
{
	pthread_t thread;
	bool found = false;
	struct hostent *mine = gethostbyname("other.test");
	pthread_create(&thread, NULL, keep_entry, &found);
	pthread_join(thread, NULL);
	return found && mine && strcmp(mine->h_name, "other.test") == 0 && gethostbyname(NAME) == mine;
}


static void look_up_at_exit(void)
{
	_exit(look_up() == 0 ? 0 : 1);
}

static bool at_exit(void)
{
	return atexit(look_up_at_exit) == 0;
}

// For a wrong configuration: every call fails as it should, none crashes.
static bool fails_closed(void)
{
	char buffer[512];
	struct hostent entry, *found;
	int error;
	if (look_up() != EAI_FAIL || look_up() != EAI_FAIL)
		return false;
	if (gethostbyname(NAME) || h_errno != NO_RECOVERY)
		return false;
	return gethostbyname_r(NAME, &entry, buffer, sizeof(buffer), &found, &error) == 0 && !found && error == NO_RECOVERY;
}

static const struct {
	const char *word;
	bool (*run)(void);
} cases[] = {
	{ "finds", finds },
	{ "before-main", before_main },
	{ "nothing-left-open", nothing_left_open },
	{ "errno-kept", errno_kept },
	{ "closed-descriptors", closed_descriptors },
	{ "no-descriptor-left", no_descriptor_left },
	{ "fork", fork_while_threads_look_up },
	{ "small-stack", small_stack },
	{ "signals", signals },
	{ "cancel", cancelled_threads },
	{ "libc-frees", libc_frees_the_list },
	{ "scrubbed-environment", scrubbed_environment },
	{ "entries-by-thread", entries_by_thread },
	{ "at-exit", at_exit },
	{ "fails-closed", fails_closed },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(cases) / sizeof(cases[0]); i++)
		if (strcmp(cases[i].word, argv[1]) == 0)
			return cases[i].run() ? 0 : 1;
	fprintf(stderr, "usage: guest CASE\n");
	return 2;
}
