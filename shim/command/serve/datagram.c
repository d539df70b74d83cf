// SPDX-License-Identifier: MIT
#include "shim/command/serve/datagram.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "config/base/hash.h"
#include "config/config.h"
#include "resolver/dns/packet.h"
#include "shim/command/serve/loop.h"

#define BATCH 32
#define BATCHES_MAX 8   // per call, so that other sockets are served too
#define QUERY_MAX 4096  // bytes; a longer datagram is dropped

// Where a datagram came from, and to which address (IP_PKTINFO).
struct source {
	struct sockaddr_in6 name;  // or sockaddr_in
	socklen_t name_length;
	int socket;
	size_t control_length;
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

_Static_assert(sizeof(struct source) <= sizeof(struct work_origin), "a source must fit into the origin of work");

struct datagrams {
	struct mmsghdr received[BATCH], sent[BATCH];
	struct iovec received_parts[BATCH], sent_parts[BATCH];
	struct source sources[BATCH];
	uint8_t queries[BATCH][QUERY_MAX];
	uint8_t replies[BATCH][PACKET_EDNS_PAYLOAD];
};

struct datagrams *datagrams_open(void)
{
	return calloc(1, sizeof(struct datagrams));
}

static struct address address_of(const struct source *source)
{
	struct sockaddr_storage sockaddr = {.ss_family = AF_UNSPEC};
	struct address address = {.family = AF_UNSPEC};
	memcpy(&sockaddr, &source->name, sizeof(source->name));
	address_from_sockaddr(&sockaddr, &address);
	return address;
}

// The counter of the client's outstanding queries. Clients with the same hash share it.
static atomic_uint *counter_of(struct serving *serving, const struct address *client)
{
	uint64_t hash = hash_bytes(HASH_START, client->bytes, sizeof(client->bytes));
	return &serving->clients[hash_word(hash, client->port) % CLIENT_SLOTS];
}

static struct msghdr header_of(struct source *source, struct iovec *part)
{
	return (struct msghdr){
		.msg_name = &source->name,
		.msg_namelen = source->name_length,
		.msg_iov = part,
		.msg_iovlen = 1,
		.msg_control = source->control,
		.msg_controllen = source->control_length,
	};
}

static void prepare_to_receive(struct datagrams *datagrams)
{
	for (size_t i = 0; i < BATCH; i++) {
		struct source *source = &datagrams->sources[i];
		source->name_length = sizeof(source->name);
		source->control_length = sizeof(source->control);
		datagrams->received_parts[i] = (struct iovec){datagrams->queries[i], QUERY_MAX};
		datagrams->received[i].msg_hdr = header_of(source, &datagrams->received_parts[i]);
	}
}

// The address that the datagram was sent to, if the kernel told it. The reply leaves from there, through the interface
// that the kernel selects for the client; a link-local address is one of an interface.
static struct address take_destination(struct source *source)
{
	struct address address = {.family = AF_UNSPEC};
	struct cmsghdr *part = (struct cmsghdr *)source->control;
	if (source->control_length < sizeof(*part))
		return address;
	if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
		struct in_pktinfo *ipv4 = (struct in_pktinfo *)CMSG_DATA(part);
		ipv4->ipi_ifindex = 0;
		return address_from_bytes(AF_INET, &ipv4->ipi_addr);
	}
	if (part->cmsg_level != IPPROTO_IPV6 || part->cmsg_type != IPV6_PKTINFO)
		return address;
	struct in6_pktinfo *ipv6 = (struct in6_pktinfo *)CMSG_DATA(part);
	if (!IN6_IS_ADDR_LINKLOCAL(&ipv6->ipi6_addr))
		ipv6->ipi6_ifindex = 0;
	address = address_from_bytes(AF_INET6, &ipv6->ipi6_addr);
	address.scope = ipv6->ipi6_ifindex;
	return address;
}

static void defer(struct loop *loop, const struct responder_request *request, const struct source *source,
	const struct address *client)
{
	atomic_uint *outstanding = counter_of(loop->serving, client);
	if (atomic_fetch_add(outstanding, 1) < OUTSTANDING_MAX && loop_defer(loop, request, NULL, source, sizeof(*source)))
		return;
	atomic_fetch_sub(outstanding, 1);
}

// Returns the length of the reply, in loop->reply; 0 if there is none now.
static size_t answer(struct loop *loop, struct source *source, const uint8_t *query, size_t size)
{
	const struct address client = address_of(source), server = take_destination(source);
	struct responder_client description = {.arguments = ""};
	struct responder_request request = {.message = query, .size = size, .is_datagram = true, .client = &description};
	size_t reply_size = 0;
	if (!loop_admits(loop, &client))
		return responder_refuse(&request, RCODE_REFUSED, loop->reply);
	if (loop_needs_client(loop))
		loop_describe_client(loop, &client, &server, false, &description);
	const enum responder_result result =
		responder_answer(loop->generation->resolver, &request, loop->reply, &reply_size);
	if (result == RESPONDER_WOULD_WAIT)
		defer(loop, &request, source, &client);
	return result == RESPONDER_REPLY ? reply_size : 0;
}

// Returns the number of replies in datagrams->sent.
static unsigned answer_batch(struct loop *loop, int socket, unsigned count)
{
	struct datagrams *datagrams = loop->datagrams;
	unsigned replies = 0;
	for (unsigned i = 0; i < count; i++) {
		struct mmsghdr *received = &datagrams->received[i];
		struct source *source = &datagrams->sources[i];
		source->socket = socket;
		source->name_length = received->msg_hdr.msg_namelen;
		source->control_length = received->msg_hdr.msg_controllen;
		const bool is_whole = (received->msg_hdr.msg_flags & MSG_TRUNC) == 0;
		const size_t size = is_whole ? answer(loop, source, datagrams->queries[i], received->msg_len) : 0;
		if (size == 0)
			continue;
		memcpy(datagrams->replies[replies], loop->reply, size);
		datagrams->sent_parts[replies] = (struct iovec){datagrams->replies[replies], size};
		datagrams->sent[replies].msg_hdr = header_of(source, &datagrams->sent_parts[replies]);
		replies++;
	}
	return replies;
}

// A reply that cannot be sent is lost, as on the network. Errors of earlier replies (ICMP) are passed over.
static void send_batch(struct datagrams *datagrams, int socket, unsigned count)
{
	for (unsigned sent = 0; sent < count;) {
		const int more = sendmmsg(socket, datagrams->sent + sent, count - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
		sent += more > 0 ? (unsigned)more : 1;
	}
}

void datagrams_receive(struct loop *loop, struct endpoint *endpoint, uint32_t events)
{
	struct datagrams *datagrams = loop->datagrams;
	(void)events;
	for (int batches = 0; batches < BATCHES_MAX; batches++) {
		prepare_to_receive(datagrams);
		const int count = recvmmsg(endpoint->descriptor, datagrams->received, BATCH, MSG_DONTWAIT, NULL);
		if (count <= 0)
			return;
		send_batch(datagrams, endpoint->descriptor, answer_batch(loop, endpoint->descriptor, (unsigned)count));
		if (count < BATCH)
			return;
	}
}

void datagrams_finish(struct loop *loop, struct work *work)
{
	struct source source;
	struct iovec part = {work->reply, work->reply_size};
	memcpy(&source, work->origin.bytes, sizeof(source));
	const struct address client = address_of(&source);
	atomic_fetch_sub(counter_of(loop->serving, &client), 1);
	const struct msghdr message = header_of(&source, &part);
	if (work->reply != NULL)
		sendmsg(source.socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}
