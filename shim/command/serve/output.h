// SPDX-License-Identifier: MIT
// Replies that wait to be sent on a connection: a stream with a length before each message (RFC 1035 4.2.2), or a Unix
// socket with one message in each packet.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// All zero is a valid empty one; the owner frees bytes.
struct output {
	uint8_t *bytes;  // messages, each with its length in two bytes before it; NULL: none waits
	size_t size;
};

// Adds a message of at most 65535 bytes. False if out of memory; nothing has changed then.
bool output_add(struct output *output, const uint8_t *message, size_t size);

// Sends, and removes from the output, as much as the descriptor accepts now. False if the connection is to be closed.
bool output_send(struct output *output, int descriptor, bool is_packet);
