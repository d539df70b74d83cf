// SPDX-License-Identifier: MIT
// Says what on this machine forbids the supervisor, and what the user can do instead.
#pragma once

#include <stdbool.h>

struct problem;

// What was refused.
enum obstacle_step {
	OBSTACLE_COOKIE,      // SO_NETNS_COOKIE, the newest thing that is needed
	OBSTACLE_NAMESPACE,   // unshare(2)
	OBSTACLE_CONFIGURE,   // addresses and routes of the new network namespace
	OBSTACLE_FILTER,      // seccomp(2)
	OBSTACLE_DESCRIPTOR,  // pidfd_getfd(2)
	OBSTACLE_MEMORY,      // process_vm_readv(2)
	OBSTACLE_PROC,        // the descriptors of a process in /proc
};

// The facts that decide. A setting that the machine does not have is -1.
struct obstacle_machine {
	bool is_root;
	bool is_filtered;  // a seccomp filter is in force, as in a container
	int yama;          // /proc/sys/kernel/yama/ptrace_scope
	int apparmor;      // /proc/sys/kernel/apparmor_restrict_unprivileged_userns
	char kernel[65];   // "5.10.0-28-amd64"
};

// Fills *problem with one line, for the errno of the step, and returns false.
bool obstacle_tell(enum obstacle_step step, int error, const struct obstacle_machine *machine, struct problem *problem);

// The same for this machine.
bool obstacle_tell_here(enum obstacle_step step, int error, struct problem *problem);
