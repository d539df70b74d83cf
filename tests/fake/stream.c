// SPDX-License-Identifier: MIT
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "tests/fake/server.h"

#define INPUT_SIZE (2 + WIRE_MESSAGE_MAX)
#define DRIBBLE_GAP 500       // microseconds between bytes
#define COALESCE_WAIT 200000  // how long a reply waits for the second one

void fake_stream_accept(struct fake *fake, struct fake_endpoint *endpoint)
{
	struct sockaddr_storage peer;
	socklen_t length = sizeof peer;
	const int on = 1;
	const int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
	int descriptor = accept4(endpoint->listener.descriptor, (struct sockaddr *)&peer, &length, flags);
	if (descriptor < 0)
		return;
	struct fake_stream *stream = calloc(1, sizeof *stream);
	uint8_t *input = malloc(INPUT_SIZE);
	if (!stream || !input) {
		free(stream);
		free(input);
		close(descriptor);
		return;
	}
	setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	*stream = (struct fake_stream){
		.watched = {.kind = WATCH_STREAM, .descriptor = descriptor, .endpoint = endpoint},
		.next = fake->streams,
		.client = fake_address_of(&peer),
		.input = input,
		.closes_after = SIZE_MAX,
	};
	fake->streams = stream;
	fake->connections++;
	fake_watch(fake, &stream->watched, EPOLLIN);
}

static void forget_delayed(struct fake *fake, const struct fake_stream *stream)
{
	for (struct fake_delayed **at = &fake->delayed; *at;) {
		struct fake_delayed *delayed = *at;
		if (delayed->peer.stream != stream) {
			at = &delayed->next;
			continue;
		}
		*at = delayed->next;
		free(delayed);
	}
}

void fake_stream_close(struct fake *fake, struct fake_stream *stream)
{
	struct fake_stream **at = &fake->streams;
	while (*at != stream)
		at = &(*at)->next;
	*at = stream->next;
	forget_delayed(fake, stream);
	close(stream->watched.descriptor);
	free(stream->input);
	free(stream->output);
	free(stream);
}

// Handles every complete message of the input. A message may close the stream: then `closes` is set.
static void take_messages(struct fake *fake, struct fake_stream *stream)
{
	const struct fake_peer peer = {.endpoint = stream->watched.endpoint, .stream = stream};
	while (stream->input_size >= 2) {
		const size_t size = (size_t)stream->input[0] << 8 | stream->input[1];
		if (stream->input_size < 2 + size)
			return;
		fake_take_message(fake, &peer, stream->input + 2, size);
		stream->input_size -= 2 + size;
		memmove(stream->input, stream->input + 2 + size, stream->input_size);
	}
}

bool fake_stream_read(struct fake *fake, struct fake_stream *stream)
{
	const size_t room = INPUT_SIZE - stream->input_size;
	ssize_t got = recv(stream->watched.descriptor, stream->input + stream->input_size, room, 0);
	if (got < 0 && errno == EAGAIN)
		return true;
	if (got <= 0) {
		fake_stream_close(fake, stream);
		return false;
	}
	stream->input_size += (size_t)got;
	take_messages(fake, stream);
	return fake_stream_write(fake, stream);
}

static bool append(struct fake_stream *stream, const uint8_t *bytes, size_t size, unsigned id_change)
{
	uint8_t *output = realloc(stream->output, stream->output_size + 2 + size);
	if (!output)
		return false;
	stream->output = output;
	output += stream->output_size;
	output[0] = (uint8_t)(size >> 8);
	output[1] = (uint8_t)size;
	memcpy(output + 2, bytes, size);
	if (size >= 2)
		output[3] ^= (uint8_t)id_change;
	stream->output_size += 2 + size;
	return true;
}

static void reset(struct fake_stream *stream)
{
	const struct linger now = {.l_onoff = 1, .l_linger = 0};
	setsockopt(stream->watched.descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	stream->closes = true;
}

void fake_stream_reply(struct fake_stream *stream, const struct fake_rule *rule, const uint8_t *bytes, size_t size)
{
	static const struct fake_rule none;
	const bool *has = rule ? rule->has : none.has;
	if (has[FAKE_TCP_SILENT])
		return;
	if (has[FAKE_TCP_RESET])
		reset(stream);
	if (has[FAKE_TCP_CLOSE])
		stream->closes = true;
	if (stream->closes)
		return;
	if (has[FAKE_TCP_UNSOLICITED])
		append(stream, bytes, size, 0x55);
	if (has[FAKE_TCP_CLOSE_AFTER] && stream->closes_after == SIZE_MAX)
		stream->closes_after = stream->output_size + rule->value[FAKE_TCP_CLOSE_AFTER];
	if (!append(stream, bytes, size, 0))
		stream->closes = true;
	stream->dribbles |= has[FAKE_TCP_DRIBBLE];
	if (has[FAKE_TCP_COALESCE])
		stream->not_before = ++stream->frames_waiting < 2 ? clock_now() + COALESCE_WAIT : 0;
	for (uint32_t i = 1; i < (has[FAKE_DUPLICATE] ? 2 : has[FAKE_FLOOD] ? rule->value[FAKE_FLOOD] : 1); i++)
		append(stream, bytes, size, 0);
}

// The number of bytes that may be sent now.
static size_t portion(const struct fake_stream *stream)
{
	size_t end = stream->output_size < stream->closes_after ? stream->output_size : stream->closes_after;
	if (stream->not_before > clock_now() || end <= stream->output_sent)
		return 0;
	return stream->dribbles ? 1 : end - stream->output_sent;
}

bool fake_stream_write(struct fake *fake, struct fake_stream *stream)
{
	const size_t size = portion(stream);
	ssize_t sent = 0;
	if (size > 0)
		sent = send(stream->watched.descriptor, stream->output + stream->output_sent, size, MSG_NOSIGNAL);
	if (sent < 0 && errno != EAGAIN) {
		fake_stream_close(fake, stream);
		return false;
	}
	stream->output_sent += sent > 0 ? (size_t)sent : 0;
	if (stream->dribbles && sent > 0)
		stream->not_before = clock_now() + DRIBBLE_GAP;
	const bool is_done = stream->output_sent == stream->output_size;
	if ((is_done && stream->closes) || stream->output_sent >= stream->closes_after) {
		fake_stream_close(fake, stream);
		return false;
	}
	if (is_done)
		stream->output_size = stream->output_sent = stream->frames_waiting = 0;
	const bool waits_for_room = !is_done && stream->not_before <= clock_now();
	fake_watch(fake, &stream->watched, EPOLLIN | (waits_for_room ? EPOLLOUT : 0u));
	return true;
}
