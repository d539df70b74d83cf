// SPDX-License-Identifier: MIT
#include "resolver/source/upstream/transport.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/compiler.h"
#include "config/base/error_text.h"
#include "config/base/file.h"
#include "config/base/kernel.h"
#include "config/run.h"

#define STREAM_INPUT_FIRST 4096

static __thread struct channel *newest;

static void remember(struct channel *channel)
{
	channel->older = newest;
	newest = channel;
}

static void forget(const struct channel *channel)
{
	struct channel **link = &newest;
	while (UNLIKELY(*link != channel) && *link)
		link = &(*link)->older;
	if (LIKELY(*link))
		*link = channel->older;
}

const struct channel *channel_newest(void)
{
	return newest;
}

COLD bool channel_is_local_failure(int error)
{
	return file_is_shortage(error) || error == ENOBUFS;
}

COLD void channels_close_newer(const struct channel *mark)
{
	for (; newest && newest != mark; newest = newest->older)
		close(newest->descriptor);
}

// If the program has closed the descriptor, or reused its number for something else, do not close it.
COLD static void disown_if_taken(struct channel *channel)
{
	if (errno != EBADF && errno != ENOTSOCK)
		return;
	forget(channel);
	channel->descriptor = -1;
}

// Clears the descriptor before closing it: after siglongjmp(3) in between, its number may have been reused and must not
// be closed again. By libc, as it was opened: another preloaded library may keep a table of the sockets.
void channel_close(struct channel *channel)
{
	int saved = errno;
	if (LIKELY(channel->descriptor >= 0)) {
		forget(channel);
		close(channel->descriptor);
	}
	if (UNLIKELY(channel->stream || channel->input)) {
		free(channel->output);
		free(channel->input);
	}
	*channel = (struct channel){.descriptor = -1};
	errno = saved;
}

// The backlog of a Unix socket is full (EAGAIN), and poll(2) does not report when it has room.
#define CROWDED_TRIES 50
#define BACKLOG_PAUSE 2  // milliseconds

COLD static int connect_to_forwarder(int descriptor, const char *forwarder)
{
	char path[RUN_PATH_MAX + 1];
	errno = ETLS_FORWARDER;
	return forwarder && ascii_copy(path, sizeof(path), forwarder, strcspn(forwarder, "\n")) &&
			run_connect(descriptor, path)
		? 0
		: -1;
}

static int connect_once(int descriptor, const struct address *server)
{
	struct sockaddr_storage storage;
	if (address_is_encrypted(server))
		return connect_to_forwarder(descriptor, server->forwarder);
	const socklen_t length = address_to_sockaddr(server, &storage);
	return kernel_connect(descriptor, (struct sockaddr *)&storage, length);
}

static int connect_to(int descriptor, const struct address *server)
{
	int result = connect_once(descriptor, server);
	for (int i = 0; UNLIKELY(result < 0) && errno == EAGAIN && i < CROWDED_TRIES; i++) {
		kernel_poll(NULL, 0, BACKLOG_PAUSE);
		result = connect_once(descriptor, server);
	}
	// An interrupted connect(2) continues asynchronously; for a datagram socket it never blocks.
	return LIKELY(result == 0) || errno == EINPROGRESS || errno == EINTR ? 0 : -1;
}

#define PARTS_MAX 3

// To a forwarder the settings and the server go before the message. Returns the number of parts.
COLD static size_t put_settings(struct iovec *parts, const struct address *forwarded)
{
	const char *header = strchr(forwarded->forwarder, '\n') + 1, *text = forwarded->path;
	parts[0] = (struct iovec){.iov_base = (void *)header, .iov_len = strlen(header)};
	parts[1] = (struct iovec){.iov_base = (void *)text, .iov_len = strlen(text) + 1};
	return 2;
}

static int send_datagrams(
	int descriptor, const struct address *forwarded, const struct message_view *messages, size_t count)
{
	struct iovec parts[TRANSPORT_BATCH_MAX][PARTS_MAX];
	struct mmsghdr headers[TRANSPORT_BATCH_MAX];
	for (size_t i = 0; i < count; i++) {
		const size_t before = forwarded ? put_settings(parts[i], forwarded) : 0;
		parts[i][before] = (struct iovec){.iov_base = (void *)messages[i].bytes, .iov_len = messages[i].size};
		headers[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = parts[i], .msg_iovlen = before + 1}};
	}
	struct mmsghdr *next = headers;
	do {
		const int more = kernel_sendmmsg(descriptor, next, (unsigned)count);
		if (UNLIKELY(more == 0))
			errno = EIO;  // a seccomp filter may make it return 0
		if (UNLIKELY(more <= 0) && errno != EINTR)
			return -1;
		if (LIKELY(more > 0)) {
			next += more;
			count -= (size_t)more;
		}
	} while (UNLIKELY(count));
	return 0;
}

// Stores the messages, each with its two-byte length prefix (RFC 1035 4.2.2), in channel->output.
COLD static int frame(struct channel *channel, const struct message_view *messages, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const uint8_t prefix[] = {(uint8_t)(messages[i].size >> 8), (uint8_t)messages[i].size};
		if (!array_append_all(&channel->output, &channel->output_size, prefix, sizeof(prefix), 1) ||
			!array_append_all(&channel->output, &channel->output_size, messages[i].bytes, messages[i].size, 1))
			return -1;
	}
	return 0;
}

COLD static int fail(struct channel *channel)
{
	disown_if_taken(channel);
	channel_close(channel);
	return -1;
}

int channel_open(struct channel *channel, const struct address *server, bool stream)
{
	const bool is_packet = server->family == AF_UNIX;
	const int type = is_packet ? SOCK_SEQPACKET : stream ? SOCK_STREAM : SOCK_DGRAM;
	const int mode = type == SOCK_DGRAM ? 0 : SOCK_NONBLOCK;
	*channel = (struct channel){
		.descriptor = socket(server->family, type | mode | SOCK_CLOEXEC, 0),
		.stream = stream && !is_packet,
		.is_packet = is_packet,
		.forwarded = address_is_encrypted(server) ? server : NULL,
	};
	if (channel->descriptor < 0)
		return -1;
	remember(channel);
	return connect_to(channel->descriptor, server) == 0 ? 0 : fail(channel);
}

bool channel_local(const struct channel *channel, struct address *local)
{
	return address_of_socket(channel->descriptor, local);
}

int channel_send(struct channel *channel, const struct message_view *messages, size_t count)
{
	if (channel->stream ? frame(channel, messages, count) < 0
						: send_datagrams(channel->descriptor, channel->forwarded, messages, count) < 0)
		return fail(channel);
	return 0;
}

COLD short channel_events(const struct channel *channel)
{
	return channel->output_sent < channel->output_size ? POLLOUT : POLLIN;
}

bool channel_block(struct channel *channel, int milliseconds)
{
	const int limit = milliseconds - milliseconds / 8 - 10;  // the kernel is up to that late, and rounds to its ticks
	channel->blocks = LIKELY(milliseconds >= CHANNEL_BLOCK_LEAST) && abs(limit - channel->limit) <= CHANNEL_BLOCK_SLACK;
	if (channel->blocks || channel->has_received)
		return true;
	const struct timeval time = {limit / 1000, limit % 1000 * 1000};
	if (UNLIKELY(channel->stream || channel->is_packet || milliseconds < CHANNEL_BLOCK_LEAST ||
			setsockopt(channel->descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) != 0))
		return false;
	channel->limit = limit;
	channel->blocks = true;
	return true;
}

static bool is_not_ready(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static ssize_t receive_datagram(struct channel *channel, uint8_t *buffer, size_t room, uint8_t **message, bool *cut)
{
	const int wait = channel->blocks ? 0 : MSG_DONTWAIT;
	channel->blocks = false;
	ssize_t size = kernel_recv(channel->descriptor, buffer, room, MSG_TRUNC | wait);
	channel->has_received = size >= 0;
	if (size < 0)
		return is_not_ready(errno) ? 0 : -1;
	*message = buffer;
	*cut = (size_t)size > room;
	return *cut ? (ssize_t)room : size;
}

COLD static ssize_t receive_in_input(struct channel *channel, size_t room, uint8_t **message, bool *cut)
{
	if (!channel->input && !(channel->input = malloc(room)))
		return -1;
	return receive_datagram(channel, channel->input, room, message, cut);
}

// A Unix socket: messages of any size. The end of the connection is no message, and the failure of a forwarder is one
// of the channel.
COLD static ssize_t receive_packet(struct channel *channel, uint8_t **message, bool *cut)
{
	const ssize_t size = receive_in_input(channel, UINT16_MAX, message, cut);
	const bool is_failure = channel->forwarded && size == (ssize_t)sizeof(int);
	if (size && !is_failure)
		return size;
	if (!*message)
		return 0;
	errno = EPIPE;
	if (is_failure)
		memcpy(&errno, *message, sizeof(int));
	return -1;
}

COLD static int flush_output(struct channel *channel)
{
	while (channel->output_sent < channel->output_size) {
		ssize_t sent = send(channel->descriptor, channel->output + channel->output_sent,
			channel->output_size - channel->output_sent, MSG_NOSIGNAL);
		if (sent == 0)
			errno = EIO;
		if (sent <= 0)
			return is_not_ready(errno) ? 0 : -1;
		channel->output_sent += (size_t)sent;
	}
	return 0;
}

// Returns the size of the first message in the input with its length prefix; 0 if the prefix is incomplete.
static size_t frame_size(const struct channel *channel)
{
	return channel->input_size < 2 ? 0 : 2u + (size_t)(channel->input[0] << 8 | channel->input[1]);
}

static void drop_taken_input(struct channel *channel)
{
	channel->input_size -= channel->input_taken;
	if (channel->input_taken && channel->input_size)
		memmove(channel->input, channel->input + channel->input_taken, channel->input_size);
	channel->input_taken = 0;
}

COLD static ssize_t receive_frame(struct channel *channel, uint8_t **message)
{
	drop_taken_input(channel);
	for (;;) {
		const size_t wanted = frame_size(channel);
		if (wanted && channel->input_size >= wanted) {
			channel->input_taken = wanted;
			*message = channel->input + 2;
			return (ssize_t)wanted - 2;
		}
		const size_t room = (wanted < STREAM_INPUT_FIRST ? STREAM_INPUT_FIRST : wanted) - channel->input_size;
		uint8_t *input = array_grown(channel->input, channel->input_size, room, 1);
		if (!input)
			return -1;
		channel->input = input;
		const ssize_t size = kernel_recv(channel->descriptor, input + channel->input_size, room, 0);
		if (size < 0)
			return is_not_ready(errno) ? 0 : -1;
		if (size == 0) {
			errno = EPIPE;
			return -1;
		}
		channel->input_size += (size_t)size;
	}
}

ssize_t channel_receive(struct channel *channel, uint8_t *buffer, size_t room, uint8_t **message, bool *cut)
{
	ssize_t size = -1;
	*cut = false;
	if (channel->is_packet)
		size = receive_packet(channel, message, cut);
	else if (!channel->stream)
		size = buffer ? receive_datagram(channel, buffer, room, message, cut)
					  : receive_in_input(channel, TRANSPORT_DATAGRAM_MAX, message, cut);
	else if (flush_output(channel) == 0)
		size = receive_frame(channel, message);
	if (size < 0)
		disown_if_taken(channel);
	return size;
}
