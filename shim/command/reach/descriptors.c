// SPDX-License-Identifier: MIT
#include "shim/command/reach/descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config/base/older_headers.h"
#include "shim/command/reach/process.h"

#define LINK_SIZE 64

static bool add_number(struct descriptors *out, int number, bool closes_on_exec)
{
	errno = EMFILE;
	if (out->number_count == DESCRIPTORS_MAX)
		return false;
	out->numbers[out->number_count++] = (struct descriptor_number){number, closes_on_exec};
	return true;
}

// A copy of a descriptor never tells whether the original is closed on exec; its information file does.
static bool closes_on_exec(pid_t thread, int number)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", thread, number);
	return (process_read_number(path, "flags: %o", 0) & O_CLOEXEC) != 0;
}

// "tfd: 5 events: 19 data: 5 pos:0 ino:2f3a sdev:8": the lines of an epoll set.
static bool read_places(pid_t thread, int set, unsigned long long inode, struct descriptors *out)
{
	char path[64], line[256];
	bool done = true;
	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", thread, set);
	FILE *file = fopen(path, "re");
	while (done && file != NULL && fgets(line, sizeof(line), file) != NULL) {
		struct epoll_place place = {.set = set};
		unsigned long long data, number_inode;
		if (sscanf(line, "tfd: %d events: %x data: %llx pos:%*s ino:%llx", &place.number, &place.events, &data,
				&number_inode) != 4 ||
			number_inode != inode)
			continue;
		place.data = data;
		done = out->place_count < DESCRIPTORS_MAX;
		if (done)
			out->places[out->place_count++] = place;
		else
			errno = EMFILE;
	}
	if (file != NULL)
		fclose(file);
	return done;
}

static bool read_link(int directory, const char *name, char text[LINK_SIZE])
{
	const ssize_t length = readlinkat(directory, name, text, LINK_SIZE - 1);
	text[length > 0 ? length : 0] = '\0';
	return length > 0;
}

bool descriptors_find(pid_t thread, int number, struct descriptors *out)
{
	char path[64], wanted[LINK_SIZE], text[LINK_SIZE];
	unsigned long long inode = 0;
	const struct dirent *entry;
	bool done = true;
	*out = (struct descriptors){.number_count = 0};
	snprintf(path, sizeof(path), "/proc/%d/fd", thread);
	DIR *directory = opendir(path);
	if (directory == NULL)
		return false;
	snprintf(path, sizeof(path), "%d", number);
	done = read_link(dirfd(directory), path, wanted) && sscanf(wanted, "socket:[%llu]", &inode) == 1;
	while (done && (entry = readdir(directory)) != NULL) {
		if (!read_link(dirfd(directory), entry->d_name, text))
			continue;
		if (strcmp(text, wanted) == 0)
			done = add_number(out, atoi(entry->d_name), closes_on_exec(thread, atoi(entry->d_name)));
		else if (strcmp(text, "anon_inode:[eventpoll]") == 0)
			done = read_places(thread, atoi(entry->d_name), inode, out);
	}
	const int saved = errno;
	closedir(directory);
	errno = saved;
	return done;
}

// ---- epoll sets ----

struct entry {
	const struct descriptors *descriptors;
	int pidfd, socket;
	int error;
};

// An epoll set knows a file by its number too: ours must have the number that it has in the process.
static int enter_set(const struct entry *entry, const struct epoll_place *place)
{
	struct epoll_event event = {.events = place->events, .data.u64 = place->data};
	const int copy = (int)syscall(SYS_pidfd_getfd, entry->pidfd, place->set, 0);
	const int set = copy < 0 ? -1 : fcntl(copy, F_DUPFD_CLOEXEC, place->number + 1);
	if (set < 0 || dup3(entry->socket, place->number, O_CLOEXEC) < 0 ||
		epoll_ctl(set, EPOLL_CTL_ADD, place->number, &event) != 0)
		return errno;
	return 0;
}

// In a thread with a table of descriptors of its own, which ends with it. The socket is moved out of the way of the
// numbers first.
static void *enter_sets(void *argument)
{
	struct entry *entry = argument;
	int most = 0;
	entry->error = unshare(CLONE_FILES) != 0 ? errno : 0;
	for (size_t i = 0; i < entry->descriptors->place_count; i++)
		if (entry->descriptors->places[i].number > most)
			most = entry->descriptors->places[i].number;
	entry->socket = fcntl(entry->socket, F_DUPFD_CLOEXEC, most + 1);
	entry->pidfd = fcntl(entry->pidfd, F_DUPFD_CLOEXEC, most + 1);
	for (size_t i = 0; i < entry->descriptors->place_count && entry->error == 0; i++)
		entry->error = enter_set(entry, &entry->descriptors->places[i]);
	return NULL;
}

bool descriptors_enter_sets(const struct descriptors *descriptors, int pidfd, int socket)
{
	struct entry entry = {descriptors, pidfd, socket, 0};
	pthread_t thread;
	if (descriptors->place_count == 0)
		return true;
	errno = pthread_create(&thread, NULL, enter_sets, &entry);
	if (errno != 0)
		return false;
	pthread_join(thread, NULL);
	errno = entry.error;
	return entry.error == 0;
}
