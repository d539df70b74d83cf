// SPDX-License-Identifier: MIT
#include "resolver/dns/cursor.h"

#include <string.h>

#include "config/base/name.h"

const uint8_t *cursor_rest(struct cursor *cursor, size_t *length)
{
	*length = cursor->failed ? 0 : cursor->size - cursor->at;
	return cursor_bytes(cursor, *length);
}

// A name while it is read.
struct reading {
	size_t at, earliest;  // offset of the next label; of the lowest one so far
	size_t end;           // offset behind the name: behind the first pointer; 0: there was none
	int pointers;
	bool is_whole;
	size_t used;
	uint8_t *wire;  // NULL: not copied
};

static bool follow_pointer(const struct cursor *cursor, struct reading *reading)
{
	const uint8_t *pointer = cursor->bytes + reading->at;
	if (cursor->size - reading->at < 2)
		return false;
	const size_t target = (size_t)(pointer[0] & 0x3f) << 8 | pointer[1];
	if (!reading->end)
		reading->end = reading->at + 2;
	if (target < cursor->names || target >= reading->earliest || ++reading->pointers > CURSOR_POINTERS_MAX)
		return false;
	reading->at = reading->earliest = target;
	return true;
}

// Reads labels up to a pointer or the end of the name.
static bool read_labels(const struct cursor *cursor, struct reading *reading)
{
	size_t at = reading->at, length = 1;
	while (length && at < cursor->size && cursor->bytes[at] < 0xc0 && at - reading->at <= NAME_WIRE_SIZE) {
		length = cursor->bytes[at];
		if (length > NAME_LABEL_SIZE)
			return false;
		at += length + 1;
	}
	const size_t size = at - reading->at;
	if (at > cursor->size || reading->used + size > NAME_WIRE_SIZE)
		return false;
	if (reading->wire)
		memcpy(reading->wire + reading->used, cursor->bytes + reading->at, size);
	reading->used += size;
	reading->at = at;
	reading->is_whole = !length;
	return true;
}

void cursor_name(struct cursor *cursor, struct name *name)
{
	struct reading reading = {.at = cursor->at, .earliest = cursor->at, .wire = name ? name->wire : NULL};
	while (!cursor->failed && !reading.is_whole)
		cursor->failed = !read_labels(cursor, &reading) || (!reading.is_whole && !follow_pointer(cursor, &reading));
	if (cursor->failed)
		return;
	cursor->at = reading.end ? reading.end : reading.at;
	if (name)
		name->length = (uint8_t)reading.used;
}
