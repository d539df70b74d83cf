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
	unsigned used;
	uint8_t wire[NAME_WIRE_SIZE];
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

// Copies a label with its length byte.
static bool read_label(const struct cursor *cursor, size_t length, struct reading *reading)
{
	const size_t size = length + 1;
	if (length > NAME_LABEL_SIZE || cursor->size - reading->at < size || reading->used + size > NAME_WIRE_SIZE)
		return false;
	memcpy(reading->wire + reading->used, cursor->bytes + reading->at, size);
	reading->used += (unsigned)size;
	reading->at += size;
	return true;
}

void cursor_name(struct cursor *cursor, struct name *name)
{
	struct reading reading;  // not cleared: most of it is not used
	reading.at = reading.earliest = cursor->at;
	reading.end = 0;
	reading.pointers = 0;
	reading.used = 0;
	while (!cursor->failed) {
		const uint8_t length = reading.at < cursor->size ? cursor->bytes[reading.at] : UINT8_MAX;
		if (!(length >= 0xc0 ? follow_pointer(cursor, &reading) : read_label(cursor, length, &reading)))
			cursor->failed = true;
		else if (!length)
			break;
	}
	if (cursor->failed)
		return;
	cursor->at = reading.end ? reading.end : reading.at;
	if (!name)
		return;
	name->length = (uint8_t)reading.used;
	memcpy(name->wire, reading.wire, reading.used);
}
