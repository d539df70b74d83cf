// SPDX-License-Identifier: MIT
#include "shim/command/serve/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "config/base/array.h"

#define PREFIX 2  // bytes of the length before a message

// A client that never takes all of the output must not make it grow: what was sent is dropped once it is half.
static void drop_sent(struct output *output)
{
	if (output->sent == 0 || output->sent < output->size / 2)
		return;
	output->size -= output->sent;
	memmove(output->bytes, output->bytes + output->sent, output->size);
	output->sent = 0;
}

bool output_add(struct output *output, const uint8_t *message, size_t size)
{
	drop_sent(output);
	uint8_t *grown = array_grown(output->bytes, output->size, PREFIX + size, 1);
	if (grown == NULL)
		return false;
	output->bytes = grown;
	uint8_t *at = grown + output->size;
	at[0] = (uint8_t)(size >> 8);
	at[1] = (uint8_t)size;
	memcpy(at + PREFIX, message, size);
	output->size += PREFIX + size;
	return true;
}

// Sends the next message of a Unix socket, or as much of a stream as the kernel accepts. Returns the number of bytes of
// output that it consumed; -1 with errno.
static ssize_t send_some(const struct output *output, int descriptor, bool is_packet)
{
	const uint8_t *from = output->bytes + output->sent;
	if (!is_packet)
		return send(descriptor, from, output->size - output->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
	const ssize_t sent = send(descriptor, from + PREFIX, (size_t)(from[0] << 8 | from[1]), MSG_DONTWAIT | MSG_NOSIGNAL);
	return sent < 0 ? sent : sent + PREFIX;
}

enum output_result output_send(struct output *output, int descriptor, bool is_packet, bool *has_sent)
{
	*has_sent = false;
	while (output->sent < output->size) {
		const ssize_t sent = send_some(output, descriptor, is_packet);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK ? OUTPUT_WAITING : OUTPUT_FAILED;
		output->sent += (size_t)sent;
		*has_sent = true;
	}
	output_clear(output);
	return OUTPUT_SENT;
}

size_t output_waiting(const struct output *output)
{
	return output->size - output->sent;
}

void output_clear(struct output *output)
{
	free(output->bytes);
	*output = (struct output){.bytes = NULL};
}
