// SPDX-License-Identifier: MIT
#include "resolver/dns/cursor.h"

#include <string.h>

#include "config/base/name.h"

const uint8_t *cursor_bytes(struct cursor *cursor, size_t size)
{
	if (cursor->failed || cursor->size - cursor->at < size) {
		cursor->failed = true;
		return NULL;
	}
	const uint8_t *bytes = cursor->bytes + cursor->at;
	cursor->at += size;
	return bytes;
}

const uint8_t *cursor_rest(struct cursor *cursor, size_t *length)
{
	*length = cursor->failed ? 0 : cursor->size - cursor->at;
	return cursor_bytes(cursor, *length);
}

uint8_t cursor_u8(struct cursor *cursor)
{
	const uint8_t *b = cursor_bytes(cursor, 1);
	return b ? b[0] : 0;
}

uint16_t cursor_u16(struct cursor *cursor)
{
	const uint8_t *b = cursor_bytes(cursor, 2);
	return b ? (uint16_t)(b[0] << 8 | b[1]) : 0;
}

uint32_t cursor_u32(struct cursor *cursor)
{
	const uint8_t *b = cursor_bytes(cursor, 4);
	return b ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3] : 0;
}

// Copies one label with its length byte. False if the name would exceed 255 bytes.
static bool append_label(struct name *name, const uint8_t *label, size_t size)
{
	if (name->length + size > NAME_WIRE_SIZE)
		return false;
	memcpy(name->wire + name->length, label, size);
	name->length = (uint8_t)(name->length + size);
	return true;
}

void cursor_name(struct cursor *cursor, struct name *name)
{
	struct name read = {0};
	struct cursor walk = *cursor;
	size_t earliest = cursor->at;
	bool jumped = false;
	for (int pointers = 0;;) {
		uint8_t length = cursor_u8(&walk);
		if (walk.failed)
			break;
		if (length >= 0xc0) {
			size_t target = (size_t)(length & 0x3f) << 8 | cursor_u8(&walk);
			if (!jumped)
				cursor->at = walk.at;
			jumped = true;
			if (walk.failed || target < walk.names || target >= earliest || ++pointers > CURSOR_POINTERS_MAX)
				break;
			walk.at = earliest = target;
			continue;
		}
		if (length > NAME_LABEL_SIZE || !cursor_bytes(&walk, length))
			break;
		if (!append_label(&read, walk.bytes + walk.at - length - 1, (size_t)length + 1))
			break;
		if (length)
			continue;
		if (!jumped)
			cursor->at = walk.at;
		if (name && !cursor->failed)
			*name = read;
		return;
	}
	cursor->failed = true;
}
