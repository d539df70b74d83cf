// SPDX-License-Identifier: MIT
// The buffer in which a program of res_query(3), res_search or res_send receives a reply.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reply_buffer {
	unsigned char *bytes;
	int size;  // as the program gave it; may be negative
};

// How replies are copied to the buffer, and the result.
struct reply_copy {
	const struct reply_buffer *out;
	bool keeps_ad;  // else the AD flag is cleared
	bool clears;    // zero the buffer before each reply
	int length;     // to return for the last reply
};

// Copies a reply as far as it fits and sets length. As in glibc, length is that of the copied part for UDP; for TCP it
// is that of the whole reply, and TC is set in a part. copy is a struct reply_copy; for on_reply of struct
// lookup_context.
void reply_buffer_copy(void *copy, const uint8_t *message, size_t size, bool over_tcp);

// The EDNS payload size that glibc advertises for the buffer's size, so that larger replies come by TCP.
unsigned reply_buffer_payload(const struct reply_buffer *buffer);
