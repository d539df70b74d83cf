// SPDX-License-Identifier: MIT
#include "resolver/dns/cursor.h"

#include <string.h>

#include "config/base/compiler.h"
#include "config/base/name.h"

const uint8_t *cursor_rest(struct cursor *cursor, size_t *length)
{
	*length = cursor->failed ? 0 : cursor->size - cursor->at;
	return cursor_bytes(cursor, *length);
}

// The offset of the byte that ends the labels from `at`: of the root label, or of a pointer. The size of the message if
// they are malformed, or if the root label would be beyond `most` bytes.
static size_t labels_end(const struct cursor *cursor, size_t at, size_t most)
{
	for (const size_t start = at; at < cursor->size && at - start < most;) {
		const size_t length = cursor->bytes[at];
		if (LIKELY(length == 0 || length >= 0xc0))
			return at;
		if (length > NAME_LABEL_SIZE)
			break;
		at += length + 1;
	}
	return cursor->size;
}

// The offset that the pointer at `at` leads to; SIZE_MAX if it is cut.
static size_t pointer_target(const struct cursor *cursor, size_t at)
{
	const uint8_t *pointer = cursor->bytes + at;
	return cursor->size - at < 2 ? SIZE_MAX : (size_t)(pointer[0] & 0x3f) << 8 | pointer[1];
}

void cursor_name(struct cursor *cursor, struct name *name)
{
	size_t at = cursor->at, earliest = at, end = 0, used = 0;  // end: behind the first pointer
	for (int pointers = 0; !cursor->failed; pointers++) {
		const size_t stop = labels_end(cursor, at, NAME_WIRE_SIZE - used);
		if (stop == cursor->size)
			break;
		const bool is_whole = cursor->bytes[stop] == 0;
		const size_t size = stop - at + is_whole;
		if (UNLIKELY(name))
			memcpy(name->wire + used, cursor->bytes + at, size);
		used += size;
		if (LIKELY(is_whole)) {
			cursor->at = end ? end : stop + 1;
			if (UNLIKELY(name))
				name->length = (uint8_t)used;
			return;
		}
		end = end ? end : stop + 2;
		at = pointer_target(cursor, stop);
		if (at < cursor->names || at >= earliest || pointers == CURSOR_POINTERS_MAX)
			break;
		earliest = at;
	}
	cursor->failed = true;
}
