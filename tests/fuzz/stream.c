// SPDX-License-Identifier: MIT
// A server's TCP stream in pieces of any size: the frames are independent of the pieces.
#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "resolver/source/upstream/transport.h"
#include "tests/fuzz/fuzz.h"

struct stream {
	struct channel channel;
	int server;            // the other end
	const uint8_t *bytes;  // all that is sent
	size_t size, sent, taken;
};

static void stream_open(struct stream *stream, const uint8_t *bytes, size_t size)
{
	int ends[2];
	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
	*stream = (struct stream){{.descriptor = ends[0], .stream = true}, ends[1], bytes, size, 0, 0};
}

// Sends the next piece; after the last one, closes the stream.
static bool send_piece(struct stream *stream, size_t piece)
{
	const size_t left = stream->size - stream->sent;
	if (!left) {
		shutdown(stream->server, SHUT_WR);
		return false;
	}
	const ssize_t sent = send(stream->server, stream->bytes + stream->sent, piece < left ? piece : left, MSG_NOSIGNAL);
	MUST(sent > 0);
	stream->sent += (size_t)sent;
	return true;
}

// The frame that was taken is the next one of the bytes.
static void check_frame(struct stream *stream, const uint8_t *message, size_t size)
{
	const uint8_t *frame = stream->bytes + stream->taken;
	MUST(stream->sent - stream->taken >= 2 + size);
	MUST((size_t)(frame[0] << 8 | frame[1]) == size);
	MUST(memcmp(message, frame + 2, size) == 0);
	stream->taken += 2 + size;
}

// False once the stream has come to its end.
static bool take_frames(struct stream *stream)
{
	for (;;) {
		uint8_t *message = NULL;
		uint8_t unused[1];
		bool cut;
		const ssize_t size = channel_receive(&stream->channel, unused, sizeof unused, &message, &cut);
		if (size < 0 || !message) {
			MUST(size == 0 || errno == EPIPE);
			return size == 0;
		}
		MUST(!cut);
		check_frame(stream, message, (size_t)size);
	}
}

// No whole frame is left.
static void check_rest(const struct stream *stream)
{
	const size_t left = stream->size - stream->taken;
	const uint8_t *frame = stream->bytes + stream->taken;
	MUST(stream->sent == stream->size);
	MUST(left < 2 || left < 2 + (size_t)(frame[0] << 8 | frame[1]));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct stream stream;
	if (!size)
		return 0;
	const size_t piece = 1 + bytes[0] * (size_t)bytes[0];
	stream_open(&stream, bytes + 1, size - 1);
	while (send_piece(&stream, piece))
		MUST(take_frames(&stream));
	MUST(!take_frames(&stream));
	check_rest(&stream);
	channel_close(&stream.channel);
	close(stream.server);
	return 0;
}
