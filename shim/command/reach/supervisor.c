// SPDX-License-Identifier: MIT
#include "shim/command/reach/supervisor.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "shim/command/problem.h"
#include "shim/command/reach/private_network.h"
#include "shim/command/reach/swap.h"

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS  // Linux 6.6
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP 1UL
#endif

#define MESSAGES_MAX 1024  // of one sendmmsg(2), as the kernel
#define THREADS_MAX 16

// Copies memory of the thread's process: 0 or errno, EFAULT also for a part. The kernel checks that we may trace it.
static int read_memory(pid_t thread, uint64_t from, void *to, size_t size)
{
	const struct iovec local = {to, size}, remote = {(void *)(uintptr_t)from, size};
	if (size == 0)
		return 0;
	const ssize_t length = process_vm_readv(thread, &local, 1, &remote, 1, 0);
	if (length < 0)
		return errno;
	return (size_t)length == size ? 0 : EFAULT;
}

bool supervisor_can_read(pid_t process)
{
	static const char here = 1;
	char there;
	return read_memory(process, (uintptr_t)&here, &there, sizeof(there)) == 0;
}

// As the kernel reads it: sendto(2) on an IPv4 socket takes AF_UNSPEC for AF_INET, while connect(2) ends a connection
// by it.
static unsigned port_of(const struct reported_call *call)
{
	const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)&call->to;
	const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)&call->to;
	const sa_family_t family = call->to.ss_family;
	if (family == AF_INET6 && call->to_length >= offsetof(struct sockaddr_in6, sin6_addr))
		return ntohs(ipv6->sin6_port);
	if ((family == AF_INET || (family == AF_UNSPEC && !call->connects)) &&
		call->to_length >= offsetof(struct sockaddr_in, sin_zero))
		return ntohs(ipv4->sin_port);
	return 0;
}

static bool is_other_resolver(const struct reported_call *call)
{
	static const char *const paths[] = {
		"/run/nscd/socket",
		"/var/run/nscd/socket",
		"/run/systemd/resolve/io.systemd.Resolve",
		"/run/systemd/resolve/io.systemd.Resolve.Monitor",
		"/run/avahi-daemon/socket",
		"/var/run/avahi-daemon/socket",
	};
	const struct sockaddr_un *local = (const struct sockaddr_un *)&call->to;
	if (call->to.ss_family != AF_UNIX)
		return false;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		if (strncmp(local->sun_path, paths[i], sizeof(local->sun_path)) == 0)
			return true;
	return false;
}

// Returns the errno for the program; 0: the call goes on.
static int decide_address(struct supervisor *supervisor, const struct reported_call *call)
{
	if (is_other_resolver(call))
		return ENOENT;
	if (port_of(call) == DNS_PORT) {
		const enum swap_result result = swap_in(call, supervisor->network, supervisor->clients);
		if (result == SWAP_DONE)
			atomic_fetch_add(&supervisor->swaps, 1);
		return result == SWAP_FAILED ? EPERM : 0;
	}
	if (port_of(call) != 0 && atomic_load(&supervisor->swaps) > 0)
		return swap_back(call, supervisor->network) == SWAP_FAILED ? EPERM : 0;
	return 0;
}

// Reads the address at that place of the process: 0 or errno. The kernel reports what is not there itself (EFAULT).
static int read_address(struct reported_call *call, uint64_t address, uint64_t length)
{
	call->to = (struct sockaddr_storage){.ss_family = AF_UNSPEC};
	call->to_length = length < sizeof(call->to) ? (socklen_t)length : sizeof(call->to);
	if (address == 0)
		call->to_length = 0;
	return read_memory(call->thread, address, &call->to, call->to_length);
}

static int read_message_address(struct reported_call *call, uint64_t at)
{
	struct msghdr header;
	const int error = read_memory(call->thread, at, &header, sizeof(header));
	return error != 0 ? error : read_address(call, (uint64_t)(uintptr_t)header.msg_name, header.msg_namelen);
}

// Without memory that can be read there is no decision.
static int decide(struct supervisor *supervisor, const struct reported_call *call, int error)
{
	if (error != 0)
		return error == EFAULT ? 0 : EPERM;
	return decide_address(supervisor, call);
}

// A socket is in one network: messages to port 53 and to other ports cannot be sent by one call. The kernel sends no
// message from the first bad one on.
static int decide_messages(struct supervisor *supervisor, struct reported_call *call, const uint64_t *arguments)
{
	const uint64_t count = (uint32_t)arguments[2] < MESSAGES_MAX ? (uint32_t)arguments[2] : MESSAGES_MAX;
	struct reported_call last = *call;
	bool asks = false, goes_elsewhere = false;
	int error = 0;
	for (uint64_t i = 0; i < count && error == 0; i++) {
		error = read_message_address(call, arguments[1] + i * sizeof(struct mmsghdr));
		if (error != 0 || call->to_length == 0)
			continue;
		last = *call;
		asks |= port_of(call) == DNS_PORT;
		goes_elsewhere |= port_of(call) != DNS_PORT;
	}
	if (asks && goes_elsewhere)
		return EPERM;
	return decide(supervisor, &last, error == EFAULT ? 0 : error);
}

static int decide_call(struct supervisor *supervisor, const struct seccomp_notif *report)
{
	const uint64_t *arguments = (const uint64_t *)report->data.args;
	struct reported_call call = {
		.reports = supervisor->reports,
		.id = report->id,
		.thread = (pid_t)report->pid,
		.descriptor = (int)arguments[0],
		.connects = report->data.nr == SYS_connect,
	};
	switch (report->data.nr) {
	case SYS_connect:
		return decide(supervisor, &call, read_address(&call, arguments[1], (uint32_t)arguments[2]));
	case SYS_sendto:
		return decide(supervisor, &call, read_address(&call, arguments[4], (uint32_t)arguments[5]));
	case SYS_sendmsg:
		return decide(supervisor, &call, read_message_address(&call, arguments[1]));
	default:
		return decide_messages(supervisor, &call, arguments);
	}
}

static bool has_ended(int reports)
{
	struct pollfd polled = {.fd = reports};
	return poll(&polled, 1, 0) > 0 && (polled.revents & POLLHUP) != 0;
}

static void *run(void *argument)
{
	struct supervisor *supervisor = argument;
	for (;;) {
		struct seccomp_notif report = {.id = 0};
		if (ioctl(supervisor->reports, SECCOMP_IOCTL_NOTIF_RECV, &report) != 0) {
			if (errno != EINTR && (errno != ENOENT || has_ended(supervisor->reports)))
				return NULL;
			continue;
		}
		const int error = decide_call(supervisor, &report);
		const struct seccomp_notif_resp response = {
			.id = report.id, .error = -error, .flags = error == 0 ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0};
		ioctl(supervisor->reports, SECCOMP_IOCTL_NOTIF_SEND, &response);
	}
}

bool supervisor_start(struct supervisor *supervisor, struct problem *problem)
{
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);
	// A report then wakes a thread on the processor of the program, which waits for it. An older kernel refuses.
	ioctl(supervisor->reports, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
	const long wanted = processors < 1 ? 1 : processors > THREADS_MAX ? THREADS_MAX : processors;
	for (long i = 0; i < wanted; i++) {
		pthread_t thread;
		errno = pthread_create(&thread, NULL, run, supervisor);
		if (errno != 0)
			return problem_set(problem, EXIT_OWN_ERROR, "--reach: %m");
		pthread_detach(thread);
	}
	return true;
}

void supervisor_wait(const struct supervisor *supervisor)
{
	struct pollfd polled = {.fd = supervisor->reports};
	while (poll(&polled, 1, -1) < 0 || (polled.revents & POLLHUP) == 0)
		if (errno != EINTR && polled.revents == 0)
			return;
}
