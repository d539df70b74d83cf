// SPDX-License-Identifier: MIT
// Replies that wait to be sent on a connection: a stream with a length before each message (RFC 1035 4.2.2), or a Unix
// socket with one message in each packet.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// All zero is a valid empty one; output_clear frees it.
struct output {
	uint8_t *bytes;  // messages, each with its length in two bytes before it; NULL: nothing waits
	size_t size, sent;
};

enum output_result {
	OUTPUT_SENT,     // nothing waits any more
	OUTPUT_WAITING,  // the kernel accepts no more now
	OUTPUT_FAILED,   // the connection is to be closed
};

// Adds a message of at most 65535 bytes. False if out of memory.
bool output_add(struct output *output, const uint8_t *message, size_t size);

// Sends as much as the descriptor accepts. *has_sent says whether that was anything.
enum output_result output_send(struct output *output, int descriptor, bool is_packet, bool *has_sent);

// The number of bytes that wait.
size_t output_waiting(const struct output *output);

void output_clear(struct output *output);
