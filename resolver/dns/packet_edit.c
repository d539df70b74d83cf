// SPDX-License-Identifier: MIT
#include "resolver/dns/packet.h"

#include <string.h>

#include "resolver/dns/cursor.h"
#include "resolver/dns/wire.h"

// Call it only at the start of a name: other data may contain the same bytes.
static void restore_case_at(uint8_t *message, size_t size, size_t at, const struct name *sent, const struct name *name)
{
	if (size - at >= sent->length && memcmp(message + at, sent->wire, sent->length) == 0)
		memcpy(message + at, name->wire, name->length);
}

void packet_edit_case(uint8_t *message, size_t size, const struct name *sent, const struct name *name)
{
	struct cursor cursor = {.bytes = message, .size = size};
	restore_case_at(message, size, PACKET_HEADER_SIZE, sent, name);
	size_t records = wire_go_to_records(&cursor);
	for (size_t i = 0; i < records && !cursor.failed; i++) {
		struct wire_record record = {0};
		restore_case_at(message, size, cursor.at, sent, name);
		wire_record(&cursor, &record);
	}
}

// The TTL becomes the number, or is reduced by it.
static void change_ttls(uint8_t *message, size_t size, bool is_set, uint32_t number)
{
	struct cursor cursor = {.bytes = message, .size = size};
	size_t records = wire_go_to_records(&cursor);
	for (size_t i = 0; i < records; i++) {
		struct wire_record record = {0};
		wire_record(&cursor, &record);
		if (cursor.failed)
			return;
		const uint32_t old = wire_ttl(&record), ttl = is_set ? number : old > number ? old - number : 0;
		uint8_t *at = message + record.data - 6;
		if (record.type != RRTYPE_OPT)
			wire_put_u16(wire_put_u16(at, ttl >> 16), ttl);
	}
}

void packet_edit_count_down(uint8_t *message, size_t size, uint32_t seconds)
{
	change_ttls(message, size, false, seconds);
}

void packet_edit_set_ttl(uint8_t *message, size_t size, uint32_t ttl)
{
	change_ttls(message, size, true, ttl);
}

void packet_edit_strip(uint8_t *message, size_t size, const struct question *question)
{
	const size_t end = packet_question_end(question);
	if (size < end)
		return;
	uint8_t *counts = wire_put_u16(message + 4, 1);
	memset(counts, 0, 6);
	wire_put_u16(message + end - 4, question->type);
}
