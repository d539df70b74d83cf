// SPDX-License-Identifier: MIT
#include "shim/command/serve/output.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "config/base/array.h"

#define PREFIX 2  // bytes of the length before a message

bool output_add(struct output *output, const uint8_t *message, size_t size)
{
	const uint8_t prefix[PREFIX] = {(uint8_t)(size >> 8), (uint8_t)size};
	return array_append_all(&output->bytes, &output->size, prefix, PREFIX, 1) &&
		array_append_all(&output->bytes, &output->size, message, size, 1);
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
	return more >= 0 || errno == EAGAIN;
}
