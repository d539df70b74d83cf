// SPDX-License-Identifier: MIT
// Bytes to and from one server over one fresh socket.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "config/base/address.h"

#define TRANSPORT_DATAGRAM_MAX 4096  // longer datagrams count as truncated
#define TRANSPORT_BATCH_MAX 2

// A connected, non-blocking, close-on-exec socket. Connected, because the kernel then drops what other
// addresses send, and reports ICMP errors at once; fresh, because its port is then random.
struct channel {
	int descriptor;         // -1 when closed
	struct channel *older;  // the one that this thread opened before, of those still open
	bool stream;
	uint8_t *output;  // of a stream: framed queries not yet sent
	size_t output_size, output_sent;
	uint8_t *input;  // of a stream: what came, the first input_taken bytes handed out already
	size_t input_size, input_taken, input_capacity;
};

struct message_view {
	const uint8_t *bytes;
	size_t size;
};

// 0, or -1 with errno and the channel closed.
int channel_open(struct channel *channel, const struct address *server, bool stream);

// The address that the kernel chose for our end. False where it does not tell.
bool channel_local(const struct channel *channel, struct address *local);

// Sends the messages (1 to TRANSPORT_BATCH_MAX): datagrams in one system call, a stream's as soon as its connection
// stands. Once a channel. 0, or -1 with errno and the channel closed.
int channel_send(struct channel *channel, const struct message_view *messages, size_t count);

// The poll(2) events to wait for.
short channel_events(const struct channel *channel);

// Goes on after poll(2) said something: sends what waits, takes one whole message. Its length, with *message pointing
// to it, the caller's to change, until the next call; a datagram is put into buffer (TRANSPORT_DATAGRAM_MAX bytes), and
// *cut says that it was longer. 0 when none is there yet. -1 with errno when the channel is broken: ECONNREFUSED,
// ECONNRESET, EPIPE for an early end.
ssize_t channel_receive(struct channel *channel, uint8_t *buffer, uint8_t **message, bool *cut);

// The same with a buffer of room bytes.
ssize_t channel_receive_whole(struct channel *channel, uint8_t *buffer, size_t room, uint8_t **message, bool *cut);

// Closes and frees; harmless on a closed one. Keeps errno. For the thread that opened it; until then it stays in its
// place.
void channel_close(struct channel *channel);

// For a lookup that is left by a jump (siglongjmp(3)) and never closes what it opened: channels_close_newer closes the
// descriptors of what this thread opened since channel_newest gave mark. It frees nothing and is safe in a signal
// handler.
const struct channel *channel_newest(void);
void channels_close_newer(const struct channel *mark);
