// SPDX-License-Identifier: MIT
#include "shim/reply_buffer.h"

#include <arpa/nameser.h>
#include <string.h>

#include "resolver/dns/message.h"

void reply_buffer_copy(void *context, const uint8_t *message, size_t size, bool over_tcp)
{
	struct reply_copy *copy = context;
	const struct reply_buffer *out = copy->out;
	const size_t room = out->size > 0 ? (size_t)out->size : 0;
	const size_t copied = size < room ? size : room;
	if (copy->clears)
		memset(out->bytes, 0, room);
	if (copied)
		memcpy(out->bytes, message, copied);
	if (copied < size && over_tcp && copied > 2)
		out->bytes[2] |= FLAG_TC >> 8;
	if (copied > NS_HFIXEDSZ && !copy->keeps_ad)
		out->bytes[3] &= (unsigned char)~FLAG_AD;
	copy->length = (int)(over_tcp ? size : copied);
}

unsigned reply_buffer_payload(const struct reply_buffer *buffer)
{
	enum { LEAST = NS_PACKETSZ, MOST = 1200 };
	return buffer->size < LEAST ? LEAST : buffer->size > MOST ? MOST : (unsigned)buffer->size;
}
