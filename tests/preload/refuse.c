// SPDX-License-Identifier: MIT
// Runs a program in which some system calls fail with EPERM, as the seccomp filter of a container makes them fail:
// refuse CALL[,CALL]... PROGRAM [ARGUMENT]...
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	const char *name;
	unsigned number;
} calls[] = {
	{"unshare", __NR_unshare},
	{"seccomp", __NR_seccomp},
	{"pidfd_getfd", __NR_pidfd_getfd},
	{"process_vm_readv", __NR_process_vm_readv},
};
#define CALLS (sizeof(calls) / sizeof(calls[0]))

static bool refuse(const char *names)
{
	struct sock_filter filter[2 * CALLS + 2];
	size_t count = 0;
	filter[count++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < CALLS; i++) {
		if (strstr(names, calls[i].name) == NULL)
			continue;
		filter[count++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, 0, 1);
		filter[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	}
	filter[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	const struct sock_fprog program = {(unsigned short)count, filter};
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

int main(int argc, char **argv)
{
	if (argc < 3 || !refuse(argv[1]))
		return fprintf(stderr, "refuse: %m\n"), 1;
	execvp(argv[2], argv + 2);
	return fprintf(stderr, "refuse: %s: %m\n", argv[2]), 1;
}
