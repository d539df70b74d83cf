// SPDX-License-Identifier: MIT
// promise ACTION[=ARGUMENT] NAME...: looks each name up by every call of libc that looks something up, after the
// program has done what ACTION says:
//   plain        nothing
//   chroot=DIR   changes its root          lookup-chroot=DIR  the same after a lookup
//   setuid=UID   becomes that user         lookup-setuid=UID  the same after a lookup
//   clearenv     empties its environment
//   fork         looks up in a child       exec               in the program started again, with no environment
//   nofile, as, fsize                      without descriptors, memory, room in files
//   gone=FILE    after a lookup FILE is removed; touched=FILE: after a lookup it is written once more
// Prints how many lookups there were.
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <resolv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

static unsigned lookups;
static char **names, **arguments;

// --- the calls

static void by_getaddrinfo(const char *name)
{
	static const int families[] = {AF_UNSPEC, AF_INET, AF_INET6};
	for (size_t i = 0; i < LENGTH(families); i++) {
		struct addrinfo hints = {.ai_family = families[i], .ai_socktype = SOCK_STREAM}, *list = NULL;
		if (getaddrinfo(name, "80", &hints, &list) == 0)
			freeaddrinfo(list);
		lookups++;
	}
}

static void by_getaddrinfo_a(const char *name)
{
	struct gaicb request = {.ar_name = name}, *list[] = {&request};
	if (getaddrinfo_a(GAI_WAIT, list, 1, NULL) == 0 && gai_error(&request) == 0)
		freeaddrinfo(request.ar_result);
	lookups++;
}

static void by_gethostbyname(const char *name)
{
	char buffer[2048];
	struct hostent entry, *found;
	int error;
	gethostbyname(name);
	gethostbyname2(name, AF_INET6);
	gethostbyname_r(name, &entry, buffer, sizeof(buffer), &found, &error);
	gethostbyname2_r(name, AF_INET6, &entry, buffer, sizeof(buffer), &found, &error);
	lookups += 4;
}

static void by_messages(const char *name)
{
	unsigned char answer[1024], query[512];
	struct __res_state state = {.options = 0};
	res_query(name, ns_c_in, ns_t_a, answer, sizeof(answer));
	res_search(name, ns_c_in, ns_t_mx, answer, sizeof(answer));
	res_querydomain(name, "corp.example", ns_c_in, ns_t_a, answer, sizeof(answer));
	int size = res_mkquery(ns_o_query, name, ns_c_in, ns_t_txt, NULL, 0, NULL, query, sizeof(query));
	if (size > 0)
		res_send(query, size, answer, sizeof(answer));
	if (res_ninit(&state) == 0) {
		res_nquery(&state, name, ns_c_in, ns_t_srv, answer, sizeof(answer));
		res_nsearch(&state, name, ns_c_in, ns_t_aaaa, answer, sizeof(answer));
		res_nclose(&state);
	}
	lookups += 6;
}

static void by_address(void)
{
	const struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr("10.1.2.3")};
	char host[NI_MAXHOST], buffer[2048];
	struct hostent entry, *found;
	int error;
	getnameinfo((const struct sockaddr *)&address, sizeof(address), host, sizeof(host), NULL, 0, 0);
	gethostbyaddr(&address.sin_addr, 4, AF_INET);
	gethostbyaddr_r(&address.sin_addr, 4, AF_INET, &entry, buffer, sizeof(buffer), &found, &error);
	lookups += 3;
}

static void of_networks(const char *name)
{
	getnetbyname(name);
	getnetbyaddr(0x0a050000, AF_INET);
	lookups += 2;
}

static void look_all_up(void)
{
	for (char **name = names; *name; name++) {
		by_getaddrinfo(*name);
		by_getaddrinfo_a(*name);
		by_gethostbyname(*name);
		by_messages(*name);
		of_networks(*name);
	}
	by_address();
	gethostid();
	lookups++;
}

// --- the actions; false where this system refuses them

static void look_one_up(void)
{
	struct addrinfo *list = NULL;
	if (getaddrinfo(names[0], NULL, NULL, &list) == 0)
		freeaddrinfo(list);
	lookups++;
}

static int do_nothing(const char *argument)
{
	(void)argument;
	return 1;
}

static int change_root(const char *argument)
{
	return chroot(argument) == 0 && chdir("/") == 0;
}

static int look_up_and_change_root(const char *argument)
{
	look_one_up();
	return change_root(argument);
}

static int change_user(const char *argument)
{
	const uid_t user = (uid_t)atoi(argument);
	return setgid(user) == 0 && setuid(user) == 0;
}

static int look_up_and_change_user(const char *argument)
{
	look_one_up();
	return change_user(argument);
}

static int clear_environment(const char *argument)
{
	(void)argument;
	return clearenv() == 0;
}

static int go_on_in_a_child(const char *argument)
{
	(void)argument;
	const pid_t child = fork();
	int status;
	if (child == 0)
		return 1;
	waitpid(child, &status, 0);
	exit(WEXITSTATUS(status));
}

static int start_again(const char *argument)
{
	(void)argument;
	static char plain[] = "plain";
	char *environment[] = {NULL};
	arguments[1] = plain;
	execve("/proc/self/exe", arguments, environment);
	return 0;
}

static int limit(int resource, rlim_t most)
{
	struct rlimit limit;
	if (getrlimit(resource, &limit) != 0)
		return 0;
	limit.rlim_cur = most;
	return setrlimit(resource, &limit) == 0;
}

static int take_descriptors(const char *argument)
{
	(void)argument;
	return limit(RLIMIT_NOFILE, 0);
}

static int take_memory(const char *argument)
{
	(void)argument;
	return limit(RLIMIT_AS, 12 << 20);
}

static int take_room(const char *argument)
{
	(void)argument;
	return limit(RLIMIT_FSIZE, 0);
}

static int touch(const char *path)
{
	const int descriptor = open(path, O_WRONLY | O_APPEND);
	const int is_written = descriptor >= 0 && write(descriptor, "#\n", 2) == 2;
	close(descriptor);
	// Files are looked at again after a while.
	const struct timespec while_passed = {.tv_nsec = 60000000};
	nanosleep(&while_passed, NULL);
	return is_written;
}

static int remove_file(const char *argument)
{
	look_one_up();
	return unlink(argument) == 0 && touch("/etc/resolv.conf");
}

static int touch_file(const char *argument)
{
	look_one_up();
	return touch(argument);
}

static const struct {
	const char *word;
	int (*run)(const char *argument);
} actions[] = {
	{"plain", do_nothing},
	{"chroot", change_root},
	{"lookup-chroot", look_up_and_change_root},
	{"setuid", change_user},
	{"lookup-setuid", look_up_and_change_user},
	{"clearenv", clear_environment},
	{"fork", go_on_in_a_child},
	{"exec", start_again},
	{"nofile", take_descriptors},
	{"as", take_memory},
	{"fsize", take_room},
	{"gone", remove_file},
	{"touched", touch_file},
};

static int act(char *text)
{
	const char *word = strsep(&text, "=");
	for (size_t i = 0; i < LENGTH(actions); i++)
		if (strcmp(actions[i].word, word) == 0)
			return actions[i].run(text);
	return 0;
}

int main(int count, char **words)
{
	if (count < 3)
		return fprintf(stderr, "usage: promise ACTION[=ARGUMENT] NAME...\n"), 2;
	arguments = words;
	names = words + 2;
	if (!act(words[1]))
		return fprintf(stderr, "promise: %s: %s\n", words[1], strerror(errno)), 3;
	look_all_up();
	limit(RLIMIT_FSIZE, RLIM_INFINITY);
	printf("%u lookups\n", lookups);
	return 0;
}
