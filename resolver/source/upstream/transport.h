// SPDX-License-Identifier: MIT
// Sends and receives DNS messages over one UDP, TCP or Unix socket (SOCK_SEQPACKET, one message a packet).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "config/base/address.h"

#define TRANSPORT_DATAGRAM_MAX 4096  // bytes of a datagram in the channel's own memory
#define TRANSPORT_BATCH_MAX 2        // messages in one channel_send

// A connected, close-on-exec socket. Connected: the kernel drops datagrams of other addresses and reports ICMP errors.
// A new one for each attempt: its source port is random (RFC 5452 9.2). Only channel_receive after channel_block waits.
struct channel {
	int descriptor;                   // -1: closed
	struct channel *older;            // list of this thread's open channels, newest first
	bool stream;                      // TCP
	bool is_packet;                   // a Unix socket
	bool blocks;                      // the next channel_receive waits
	bool has_received;                // the last channel_receive took a datagram: another may be there
	int limit;                        // SO_RCVTIMEO in milliseconds; 0: not set
	const struct address *forwarded;  // an encrypted server, asked by way of a forwarder (config/forwarder.h), or NULL
	uint8_t *output;                  // TCP: queries with their length prefixes, not yet sent
	size_t output_size, output_sent;
	uint8_t *input;  // TCP: received bytes; the first input_taken are consumed. Else: room for a message, or NULL
	size_t input_size, input_taken;
};

struct message_view {
	const uint8_t *bytes;
	size_t size;
};

// Opens a socket and connects it; does not wait for a TCP connection. For a Unix socket stream says that a message may
// be longer than TRANSPORT_DATAGRAM_MAX. server must outlive the channel. Returns 0; or -1 with errno, channel closed.
int channel_open(struct channel *channel, const struct address *server, bool stream);

// Gets the local address (getsockname(2)). Returns false on failure.
bool channel_local(const struct channel *channel, struct address *local);

// Sends count messages (1 to TRANSPORT_BATCH_MAX): datagrams in one system call; over TCP as soon as the connection is
// established (channel_receive). Call it once per channel. Returns 0; or -1 with errno, channel closed.
int channel_send(struct channel *channel, const struct message_view *messages, size_t count);

// Returns the poll(2) events to wait for.
short channel_events(const struct channel *channel);

// Lets the next channel_receive wait for a datagram (SO_RCVTIMEO, socket(7)): less work for the kernel than poll(2) and
// recv(2). It waits until a signal at the latest, or for 7/8 of the time less 10 ms, because the kernel's timers of
// seconds are up to 1/8 late, and those of milliseconds up to two of its ticks. The time last set serves if it differs
// by at most CHANNEL_BLOCK_SLACK milliseconds; if not, the first channel_receive after one that took a datagram does
// not wait, since the next datagram may be there already. Returns false if poll(2) is needed: over TCP, on a Unix
// socket, for less than CHANNEL_BLOCK_LEAST milliseconds, or after an error.
#define CHANNEL_BLOCK_LEAST 40
#define CHANNEL_BLOCK_SLACK 4
bool channel_block(struct channel *channel, int milliseconds);

// Continues after poll(2) reported an event: sends pending data and takes one whole message. Returns its length and
// sets *message to it, which the caller may modify and which is valid until the next call; a datagram is stored in
// buffer (room bytes; NULL: memory of the channel), and *cut says that it was longer. Returns 0 with *message NULL if
// none is complete yet. Returns -1 with errno if the channel failed: ECONNREFUSED, ECONNRESET, EPIPE (closed early).
// The caller closes it.
ssize_t channel_receive(struct channel *channel, uint8_t *buffer, size_t room, uint8_t **message, bool *cut);

// Returns whether a failure to open or connect is one of this machine, not of the network or the server.
bool channel_is_local_failure(int error);

// Closes the socket and frees the buffers; no effect on a closed channel. Keeps errno. Only for the thread that opened
// it. An open channel must not be moved in memory: the thread's list points to it.
void channel_close(struct channel *channel);

// For lookups that are left by siglongjmp(3): channels_close_newer closes the descriptors of the channels that this
// thread opened since channel_newest returned mark. It frees no memory. Async-signal-safe.
const struct channel *channel_newest(void);
void channels_close_newer(const struct channel *mark);
