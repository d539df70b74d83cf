// SPDX-License-Identifier: MIT
#include "shim/command/reach/private_network.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config/base/file.h"
#include "shim/command/problem.h"
#include "shim/command/reach/obstacle.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71  // Linux 5.14
#endif

// A request for a socket, and what is replied: errno and, with 0, a descriptor.
struct socket_request {
	int domain, type;
	unsigned scope;
};

// Whether the helper is ready; error is 0 then.
struct report {
	enum obstacle_step step;
	int error;
};

// ---- the helper process ----

// Sends the request to rtnetlink(7) and reads the acknowledgement.
static bool change_network(const struct nlmsghdr *request)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr result;
	} reply;
	const int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	const bool is_told = send(descriptor, request, request->nlmsg_len, 0) == (ssize_t)request->nlmsg_len &&
		recv(descriptor, &reply, sizeof(reply), 0) == sizeof(reply);
	file_close(descriptor);
	if (is_told)
		errno = -reply.result.error;
	return is_told && reply.result.error == 0;
}

// As `ip route append local 0.0.0.0/0 dev INTERFACE`, or ::/0.
static bool make_all_local(unsigned char family, unsigned interface)
{
	const struct {
		struct nlmsghdr header;
		struct rtmsg route;
		struct rtattr attribute;
		unsigned interface;
	} request = {
		.header = {sizeof(request), RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_APPEND | NLM_F_ACK, 1, 0},
		.route = {family, 0, 0, 0, RT_TABLE_LOCAL, RTPROT_STATIC, RT_SCOPE_HOST, RTN_LOCAL, 0},
		.attribute = {RTA_LENGTH(sizeof(unsigned)), RTA_OIF},
		.interface = interface,
	};
	return change_network(&request.header);
}

// As `ip link set up` of an interface, and with a kind (of at most 7 bytes) `ip link add` before.
static bool set_up_interface(unsigned index, const char *kind)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
		struct rtattr information, kind;
		char text[8];
	} request = {
		.header = {NLMSG_LENGTH(sizeof(request.link)), RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0},
		.link = {.ifi_index = (int)index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP},
		.information = {RTA_LENGTH(RTA_LENGTH(sizeof(request.text))), IFLA_LINKINFO},
		.kind = {RTA_LENGTH(sizeof(request.text)), IFLA_INFO_KIND},
	};
	if (kind != NULL) {
		request.header.nlmsg_len = sizeof(request);
		request.header.nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
		strcpy(request.text, kind);
	}
	return change_network(&request.header);
}

// fe80::1, as the source of datagrams to link-local servers.
static bool add_address(unsigned interface)
{
	const struct {
		struct nlmsghdr header;
		struct ifaddrmsg address;
		struct rtattr attribute;
		struct in6_addr bytes;
	} request = {
		.header = {sizeof(request), RTM_NEWADDR, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK, 1, 0},
		.address = {AF_INET6, 128, IFA_F_NODAD, RT_SCOPE_LINK, interface},
		.attribute = {RTA_LENGTH(sizeof(struct in6_addr)), IFA_ADDRESS},
		.bytes = {{{0xFE, 0x80, [15] = 1}}},
	};
	return change_network(&request.header);
}

// Link-local servers are reached by the interface of their scope. Not every kernel has all kinds.
static void make_scope(unsigned scope)
{
	static const char *const kinds[] = {"dummy", "bridge", "ifb"};
	char name[IF_NAMESIZE];
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) && if_indextoname(scope, name) == NULL; i++)
		(void)(set_up_interface(scope, kinds[i]) && make_all_local(AF_INET6, scope) && add_address(scope));
}

// So that the supervisor, which has no privileges in the namespace, can listen on port 53, and that no port is kept for
// packets that are late. An old kernel without such a setting refuses that later, or does not need it.
static void set_up_ports(void)
{
	static const struct {
		const char *path, *value;
	} settings[] = {
		{"/proc/sys/net/ipv4/ip_unprivileged_port_start", "0"},
		{"/proc/sys/net/ipv4/tcp_max_tw_buckets", "0"},
		{"/proc/sys/net/ipv4/ip_local_port_range", "1024 65535"},
	};
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		const int descriptor = open(settings[i].path, O_WRONLY | O_CLOEXEC);
		(void)!write(descriptor, settings[i].value, strlen(settings[i].value));
		file_close(descriptor);
	}
}

// Without IPv6 in the kernel, its routes are not needed.
static struct report prepare(void)
{
	if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
		return (struct report){OBSTACLE_NAMESPACE, errno};
	const unsigned loopback = if_nametoindex("lo");
	if (!set_up_interface(loopback, NULL) || !make_all_local(AF_INET, loopback) ||
		(!make_all_local(AF_INET6, loopback) && errno != EOPNOTSUPP && errno != EAFNOSUPPORT))
		return (struct report){OBSTACLE_CONFIGURE, errno};
	set_up_ports();
	return (struct report){.error = 0};
}

static bool send_socket(int channel, int descriptor, int error)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec part = {&error, sizeof(error)};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	if (descriptor >= 0) {
		memcpy(CMSG_DATA(&control.header), &descriptor, sizeof(descriptor));
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
	}
	return sendmsg(channel, &message, MSG_NOSIGNAL) >= 0;
}

_Noreturn static void serve_sockets(int channel)
{
	struct socket_request request;
	const struct report report = prepare();
	bool goes_on = send(channel, &report, sizeof(report), MSG_NOSIGNAL) == sizeof(report) && report.error == 0;
	while (goes_on && recv(channel, &request, sizeof(request), 0) == sizeof(request)) {
		if (request.scope != 0)
			make_scope(request.scope);
		const int descriptor = socket(request.domain, request.type | SOCK_CLOEXEC, 0);
		goes_on = send_socket(channel, descriptor, descriptor < 0 ? errno : 0);
		file_close(descriptor);
	}
	_exit(0);
}

// ---- the other side ----

static int receive_socket(int channel)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	int error = EPIPE, descriptor = -1;
	struct iovec part = {&error, sizeof(error)};
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	const struct cmsghdr *header;
	if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) != sizeof(error))
		return -1;
	header = CMSG_FIRSTHDR(&message);
	if (header != NULL && header->cmsg_type == SCM_RIGHTS)
		memcpy(&descriptor, CMSG_DATA(header), sizeof(descriptor));
	// Without room for a descriptor none is received.
	errno = error == 0 && descriptor < 0 ? EMFILE : error;
	return descriptor;
}

static bool take_report(int channel, struct problem *problem)
{
	struct report report;
	if (recv(channel, &report, sizeof(report), 0) != sizeof(report))
		return problem_set(problem, "--reach: the helper process has ended");
	return report.error == 0 || obstacle_tell_here(report.step, report.error, problem);
}

uint64_t private_network_cookie(int descriptor)
{
	uint64_t cookie = 0;
	socklen_t length = sizeof(cookie);
	return getsockopt(descriptor, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) == 0 ? cookie : 0;
}

static bool learn_cookies(struct private_network *network, struct problem *problem)
{
	const int home = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const int there = private_network_socket(network, AF_INET, SOCK_DGRAM, 0);
	network->home_cookie = private_network_cookie(home);
	network->cookie = private_network_cookie(there);
	file_close(home);
	file_close(there);
	return (network->cookie != 0 && network->home_cookie != 0) || obstacle_tell_here(OBSTACLE_COOKIE, errno, problem);
}

bool private_network_open(struct private_network *network, struct problem *problem)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return problem_set(problem, "--reach: socketpair: %m");
	network->requests = pair[0];
	// As fork(2), but waitpid(-1) does not wait for it.
	const pid_t helper = (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
	if (helper == 0) {
		close(pair[0]);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve_sockets(pair[1]);
	}
	close(pair[1]);
	if (helper < 0)
		return problem_set(problem, "--reach: fork: %m");
	return take_report(network->requests, problem) && learn_cookies(network, problem);
}

int private_network_socket(struct private_network *network, int domain, int type, unsigned scope)
{
	const struct socket_request request = {domain, type, scope};
	int descriptor = -1;
	pthread_mutex_lock(&network->lock);
	if (send(network->requests, &request, sizeof(request), MSG_NOSIGNAL) == sizeof(request))
		descriptor = receive_socket(network->requests);
	pthread_mutex_unlock(&network->lock);
	return descriptor;
}

static void read_program(pid_t process, char program[16])
{
	char path[32], *text;
	size_t size;
	snprintf(path, sizeof(path), "/proc/%d/comm", process);
	if (file_read(path, 4096, &text, &size) != 0)  // no file of /proc tells its size
		return;
	snprintf(program, 16, "%.*s", (int)strcspn(text, "\n"), text);
	free(text);
}

void private_network_note_client(struct private_network *network, bool is_stream, uint16_t port, pid_t process)
{
	struct log_process client = {.pid = process};
	read_program(process, client.program);
	pthread_mutex_lock(&network->clients_lock);
	network->clients[is_stream][port] = client;
	pthread_mutex_unlock(&network->clients_lock);
}

void private_network_find_client(
	struct private_network *network, bool is_stream, uint16_t port, struct log_process *out)
{
	pthread_mutex_lock(&network->clients_lock);
	*out = network->clients[is_stream][port];
	pthread_mutex_unlock(&network->clients_lock);
}
