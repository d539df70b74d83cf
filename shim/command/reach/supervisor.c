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
#include <sys/un.h>
#include <unistd.h>

#include "config/base/file.h"
#include "shim/command/problem.h"
#include "shim/command/reach/opening.h"
#include "shim/command/reach/process.h"
#include "shim/command/reach/swap.h"
#include "shim/command/thread.h"

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS  // Linux 6.6
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP 1UL
#endif

#define MESSAGES_MAX 1024  // of one sendmmsg(2), as the kernel
#define THREADS 8

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
		"/run/systemd/resolve/io.systemd.Resolve",
		"/run/systemd/resolve/io.systemd.Resolve.Monitor",
		"/run/avahi-daemon/socket",
	};
	const struct sockaddr_un *local = (const struct sockaddr_un *)&call->to;
	const char *path = local->sun_path + (strncmp(local->sun_path, "/var/", 5) == 0 ? 4 : 0);
	if (call->to.ss_family != AF_UNIX)
		return false;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		if (strcmp(path, paths[i]) == 0)
			return true;
	return false;
}

// One thread receives reports at a time, since the kernel wakes all that wait for one. No other can while it decides
// what takes no time.
static void set_receiving(struct supervisor *supervisor, bool wanted)
{
	static __thread bool is_receiving;
	if (wanted && !is_receiving)
		pthread_mutex_lock(&supervisor->receiving);
	if (!wanted && is_receiving)
		pthread_mutex_unlock(&supervisor->receiving);
	is_receiving = wanted;
}

// Returns the errno for the program; 0: the call goes on.
static int decide_address(struct supervisor *supervisor, struct reported_call *call)
{
	const unsigned port = port_of(call);
	call->asks = port == DNS_PORT;
	if (is_other_resolver(call))
		return ENOENT;
	if (port == 0 || (!call->asks && !atomic_load(&supervisor->network.is_used)))
		return 0;
	set_receiving(supervisor, false);
	return swap_socket(call) ? 0 : EPERM;
}

// Reads the address at that place of the process: 0 or errno.
static int read_address(struct reported_call *call, uint64_t address, uint64_t length)
{
	call->to = (struct sockaddr_storage){.ss_family = AF_UNSPEC};
	call->to_length = length < sizeof(call->to) ? (socklen_t)length : sizeof(call->to);
	if (address == 0)
		call->to_length = 0;
	return process_read(call->thread, address, &call->to, call->to_length);
}

static int read_message_address(struct reported_call *call, uint64_t at)
{
	struct msghdr header;
	const int error = process_read(call->thread, at, &header, sizeof(header));
	return error != 0 ? error : read_address(call, (uint64_t)(uintptr_t)header.msg_name, header.msg_namelen);
}

// Reads one of the addresses of several messages. A socket is in one network: messages to port 53 and to other ports
// cannot be sent by one call (EPERM). The kernel sends no message from the first bad one on.
static int read_messages_address(struct reported_call *call, const uint64_t *arguments)
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
	*call = last;
	if (asks && goes_elsewhere)
		return EPERM;
	return error == EFAULT ? 0 : error;
}

static int read_call(struct reported_call *call, const struct seccomp_notif *report)
{
	const uint64_t *arguments = (const uint64_t *)report->data.args;
	switch (report->data.nr) {
	case SYS_connect:
		return read_address(call, arguments[1], (uint32_t)arguments[2]);
	case SYS_sendto:
		return read_address(call, arguments[4], (uint32_t)arguments[5]);
	case SYS_sendmsg:
		return read_message_address(call, arguments[1]);
	case SYS_sendmmsg:
		return read_messages_address(call, arguments);
	default:
		return EFAULT;
	}
}

// Without memory that can be read there is no decision. The kernel reports what is not there itself.
static int decide_call(struct supervisor *supervisor, const struct seccomp_notif *report)
{
	struct reported_call call = {
		.reports = supervisor->reports,
		.network = &supervisor->network,
		.id = report->id,
		.thread = (pid_t)report->pid,
		.descriptor = (int)report->data.args[0],
		.connects = report->data.nr == SYS_connect,
	};
	const int error = read_call(&call, report);
	if (error != 0)
		return error == EFAULT ? 0 : EPERM;
	return decide_address(supervisor, &call);
}

static bool has_ended(const struct supervisor *supervisor)
{
	struct pollfd polled = {.fd = supervisor->reports};
	return poll(&polled, 1, 0) > 0 && (polled.revents & POLLHUP) != 0;
}

// False when there will be no more: the last process with the filter has ended, or the outer supervisor has. Without a
// supervisor, calls fail.
static bool receive(struct supervisor *supervisor, struct seccomp_notif *report)
{
	*report = (struct seccomp_notif){.id = 0};
	set_receiving(supervisor, true);
	if (supervisor->channel < 0)
		return ioctl(supervisor->reports, SECCOMP_IOCTL_NOTIF_RECV, report) == 0 || errno == EINTR ||
			(errno == ENOENT && !has_ended(supervisor));
	const ssize_t length = read(supervisor->channel, report, sizeof(*report));
	if (length == 0)
		file_close(supervisor->reports);
	return length != 0;
}

static int decide(struct supervisor *supervisor, const struct seccomp_notif *report)
{
	int error;
	if (nesting_decide(&supervisor->nesting, supervisor->reports, report, &error))
		return error;
	return opening_answer(supervisor->reports, report) ? NESTING_ANSWERED : decide_call(supervisor, report);
}

static void *run(void *argument)
{
	struct supervisor *supervisor = argument;
	struct seccomp_notif report;
	while (receive(supervisor, &report)) {
		const int error = report.id != 0 ? decide(supervisor, &report) : NESTING_ANSWERED;
		const struct seccomp_notif_resp response = {
			.id = report.id, .error = -error, .flags = error == 0 ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0};
		if (error != NESTING_ANSWERED)
			ioctl(supervisor->reports, SECCOMP_IOCTL_NOTIF_SEND, &response);
	}
	return NULL;
}

bool supervisor_start(struct supervisor *supervisor, struct problem *problem)
{
	// A report then wakes a thread on the processor of the program, which waits for it. An older kernel refuses.
	ioctl(supervisor->reports, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
	for (int i = 0; i < THREADS; i++)
		if (!thread_start(run, supervisor))
			return problem_set(problem, "--reach: %m");
	return true;
}
