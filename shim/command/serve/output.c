// SPDX-License-Identifier: MIT
#include "shim/command/serve/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "config/base/array.h"

#define PREFIX 2  // bytes of the length before a message

bool output_add(struct output *output, const uint8_t *message, size_t size)
{
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
static ssize_t send_some(const uint8_t *from, size_t size, int descriptor, bool is_packet)
{
	if (!is_packet)
		return send(descriptor, from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	const ssize_t sent = send(descriptor, from + PREFIX, (size_t)(from[0] << 8 | from[1]), MSG_DONTWAIT | MSG_NOSIGNAL);
	return sent < 0 ? sent : sent + PREFIX;
}

bool output_send(struct output *output, int descriptor, bool is_packet)
{
	size_t sent = 0;
	ssize_t more = 0;
	for (; sent < output->size && more >= 0; sent += more > 0 ? (size_t)more : 0)
		more = send_some(output->bytes + sent, output->size - sent, descriptor, is_packet);
	if (sent > 0)
		memmove(output->bytes, output->bytes + sent, output->size - sent);
	output->size -= sent;
	if (output->size == 0) {
		free(output->bytes);
		output->bytes = NULL;
	}
	return more >= 0 || errno == EAGAIN;
}
