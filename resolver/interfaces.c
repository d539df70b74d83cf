// SPDX-License-Identifier: MIT
#include "resolver/interfaces.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "config/base/array.h"
#include "config/sync/seqlock.h"

#define DUMP_BUFFER_SIZE 8192  // netlink(7): the kernel fits its datagrams to it

static const uint8_t ipv4_loopback[16] = {[10] = 0xff, 0xff, 127, 0, 0, 1};
static const uint8_t ipv6_loopback[16] = {[15] = 1};

// Returns IFA_ADDRESS if present, else IFA_LOCAL, as glibc.
static const void *address_attribute(const struct ifaddrmsg *message, size_t length)
{
	const void *found = NULL;
	const size_t size = message->ifa_family == AF_INET ? 4 : 16;
	for (const struct rtattr *at = IFA_RTA(message); RTA_OK(at, length); at = RTA_NEXT(at, length)) {
		if (RTA_PAYLOAD(at) < size)
			continue;
		if (at->rta_type == IFA_ADDRESS)
			return RTA_DATA(at);
		if (at->rta_type == IFA_LOCAL)
			found = RTA_DATA(at);
	}
	return found;
}

static bool take_address(struct interfaces *interfaces, const struct nlmsghdr *header)
{
	const struct ifaddrmsg *message = NLMSG_DATA(header);
	if (message->ifa_family != AF_INET && message->ifa_family != AF_INET6)
		return true;
	const void *bytes = address_attribute(message, IFA_PAYLOAD(header));
	if (!bytes)
		return true;
	struct interface_address address = {
		.bytes = {[10] = 0xff, 0xff},
		.interface = message->ifa_index,
		.prefix_length = message->ifa_prefixlen,
		.is_deprecated = message->ifa_flags & (IFA_F_DEPRECATED | IFA_F_OPTIMISTIC),
		.is_home = message->ifa_flags & IFA_F_HOMEADDRESS,
	};
	if (message->ifa_family == AF_INET) {
		memcpy(address.bytes + 12, bytes, 4);
		interfaces->has_ipv4 |= memcmp(address.bytes, ipv4_loopback, 16) != 0;
	} else {
		memcpy(address.bytes, bytes, 16);
		interfaces->has_ipv6 |= memcmp(address.bytes, ipv6_loopback, 16) != 0;
	}
	return array_append(&interfaces->addresses, &interfaces->count, &address, sizeof address);
}

static bool ask_for_addresses(int descriptor)
{
	const struct {
		struct nlmsghdr header;
		struct ifaddrmsg message;
	} request = {
		.header =
			{
				.nlmsg_len = sizeof request,
				.nlmsg_type = RTM_GETADDR,
				.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
				.nlmsg_seq = 1,
			},
		.message = {.ifa_family = AF_UNSPEC},
	};
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	return sendto(descriptor, &request, sizeof request, 0, (const struct sockaddr *)&kernel, sizeof kernel) ==
		sizeof request;
}

// Receives one datagram. Returns its size; 0 if it is not from the kernel; -1 on failure.
static ssize_t receive(int descriptor, void *buffer)
{
	struct sockaddr_nl from = {.nl_pid = 0};
	struct iovec part = {buffer, DUMP_BUFFER_SIZE};
	struct msghdr message = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &part, .msg_iovlen = 1};
	ssize_t size;
	do {
		size = recvmsg(descriptor, &message, MSG_DONTWAIT);
	} while (size < 0 && errno == EINTR);
	if (size <= 0 || message.msg_flags & MSG_TRUNC)
		return -1;
	return from.nl_family == AF_NETLINK && from.nl_pid == 0 ? size : 0;
}

static bool receive_addresses(int descriptor, struct nlmsghdr *buffer, struct interfaces *interfaces)
{
	while (true) {
		ssize_t size = receive(descriptor, buffer);
		if (size < 0)
			return false;
		size_t left = (size_t)size;
		for (const struct nlmsghdr *at = buffer; NLMSG_OK(at, left); at = NLMSG_NEXT(at, left)) {
			if (at->nlmsg_type == NLMSG_DONE)
				return true;
			if (at->nlmsg_type == NLMSG_ERROR)
				return false;
			if (at->nlmsg_type == RTM_NEWADDR && !take_address(interfaces, at))
				return false;
		}
	}
}

static int compare_bytes(const void *one, const void *other)
{
	const struct interface_address *left = one, *right = other;
	return memcmp(left->bytes, right->bytes, sizeof left->bytes);
}

bool interfaces_read(struct interfaces *out)
{
	struct interfaces interfaces = {0};
	const int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (descriptor < 0)
		return false;
	errno = 0;  // not all failures below set it
	struct nlmsghdr *buffer = malloc(DUMP_BUFFER_SIZE);
	const bool is_read = buffer && ask_for_addresses(descriptor) && receive_addresses(descriptor, buffer, &interfaces);
	const int error = errno;
	free(buffer);
	// Another thread may have closed the descriptor, and the number may have been reused: then do not close it.
	if (is_read || (error != EBADF && error != ENOTSOCK))
		close(descriptor);
	if (!is_read) {
		interfaces_clear(&interfaces);
		return false;
	}
	if (interfaces.count > 1)
		qsort(interfaces.addresses, interfaces.count, sizeof *interfaces.addresses, compare_bytes);
	*out = interfaces;
	return true;
}

void interfaces_clear(struct interfaces *interfaces)
{
	free(interfaces->addresses);
	*interfaces = (struct interfaces){0};
}

const struct interface_address *interfaces_find(const struct interfaces *interfaces, const uint8_t *bytes)
{
	if (interfaces->count == 0)
		return NULL;
	struct interface_address key;
	memcpy(key.bytes, bytes, sizeof key.bytes);
	return bsearch(&key, interfaces->addresses, interfaces->count, sizeof key, compare_bytes);
}

bool interface_is_native(uint32_t interface)
{
	struct ifreq request = {0};
	const int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return false;
	request.ifr_ifindex = (int)interface;
	const bool is_known =
		ioctl(descriptor, SIOCGIFNAME, &request) == 0 && ioctl(descriptor, SIOCGIFHWADDR, &request) == 0;
	close(descriptor);
	if (!is_known)
		return false;
	const unsigned type = request.ifr_hwaddr.sa_family;
	return type != ARPHRD_TUNNEL && type != ARPHRD_TUNNEL6 && type != ARPHRD_SIT;
}

// ---- the cache ----

#define KNOWN_MAX 16  // addresses; longer lists are not cached

struct known {
	int64_t until;   // start of the lookups for which it is too old
	uint32_t count;  // may be more than KNOWN_MAX
	uint16_t has_ipv4, has_ipv6;
	struct interface_address addresses[KNOWN_MAX];
};
static seqlock_word known_place[SEQLOCK_WORDS(struct known)];
static _Atomic int64_t known_until;

static void remember(const struct interfaces *interfaces, int64_t begun, struct known *known)
{
	memset(known, 0, sizeof *known);
	known->until = begun + INTERFACES_PAUSE;
	known->count = (uint32_t)interfaces->count;
	known->has_ipv4 = interfaces->has_ipv4;
	known->has_ipv6 = interfaces->has_ipv6;
	if (interfaces->count && interfaces->count <= KNOWN_MAX)
		memcpy(known->addresses, interfaces->addresses, interfaces->count * sizeof *interfaces->addresses);
	seqlock_write(known_place, known, sizeof *known);
	known_until = known->until;
}

// Returns false if the addresses cannot be read.
static bool recall(int64_t begun, struct known *known)
{
	struct interfaces interfaces;
	if (seqlock_read(known_place, known, sizeof *known) && known->until > begun)
		return true;
	if (!interfaces_read(&interfaces))
		return false;
	remember(&interfaces, begun, known);
	interfaces_clear(&interfaces);
	return true;
}

bool interfaces_recall(struct interfaces *out, int64_t begun)
{
	struct known known;
	if (!recall(begun, &known))
		return false;
	if (known.count > KNOWN_MAX)
		return interfaces_read(out);
	struct interface_address *addresses = malloc(sizeof known.addresses);
	if (!addresses)
		return false;
	memcpy(addresses, known.addresses, sizeof known.addresses);
	*out = (struct interfaces){addresses, known.count, known.has_ipv4, known.has_ipv6};
	return true;
}

void interfaces_prepare(int64_t begun)
{
	const int saved_errno = errno;
	struct known known;
	if (known_until <= begun)
		recall(begun, &known);
	errno = saved_errno;
}

bool interface_narrow_family(int *family, int64_t begun)
{
	const int saved_errno = errno;
	struct known known;
	if (!recall(begun, &known))
		known.has_ipv4 = known.has_ipv6 = true;
	errno = saved_errno;
	if (*family == AF_UNSPEC && known.has_ipv4 != known.has_ipv6)
		*family = known.has_ipv4 ? AF_INET : AF_INET6;
	return *family == AF_INET ? known.has_ipv4 : *family == AF_INET6 ? known.has_ipv6 : true;
}
