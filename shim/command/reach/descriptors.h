// SPDX-License-Identifier: MIT
// The descriptors of another process by which it knows one socket: its numbers, and the epoll sets that it is in.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define DESCRIPTORS_MAX 16  // numbers of one socket, and of its places in epoll sets

struct descriptor_number {
	int number;
	bool closes_on_exec;
};

// The socket in one epoll set (epoll_ctl(2)).
struct epoll_place {
	int set;     // the number of the set in the process
	int number;  // of the socket, when it was added
	uint32_t events;
	uint64_t data;
};

struct descriptors {
	struct descriptor_number numbers[DESCRIPTORS_MAX];
	size_t number_count;
	struct epoll_place places[DESCRIPTORS_MAX];
	size_t place_count;
};

// Finds those of the socket that has this number in the process of the thread. False with errno, also if there are more
// than DESCRIPTORS_MAX (EMFILE).
bool descriptors_find(pid_t thread, int number, struct descriptors *out);

// Adds the socket, a descriptor of ours, to the epoll sets under the numbers that it has in the process; pidfd refers
// to it. False with errno.
bool descriptors_enter_sets(const struct descriptors *descriptors, int pidfd, int socket);
