// SPDX-License-Identifier: MIT
#include "shim/command/tls/tls_edns.h"

#include <string.h>

#include "config/base/rrtype.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/wire.h"

#define BLOCK 128
#define OPTION_HEAD 4  // code and length
#define OPT_HEAD 11    // an OPT record without options
#define ADDITIONAL_COUNT 10

// The last record of the message. False if there is none, or it is not at the end.
static bool find_last(const uint8_t *message, size_t size, struct wire_record *out)
{
	struct cursor cursor = {.bytes = message, .size = size};
	size_t count = wire_go_to_records(&cursor);
	if (count == 0)
		return false;
	while (count-- > 0 && !cursor.failed)
		wire_record(&cursor, out);
	return !cursor.failed && out->data + out->data_length == size;
}

static void add_to_count(uint8_t *message, int more)
{
	uint8_t *at = message + ADDITIONAL_COUNT;
	wire_put_u16(at, (unsigned)(wire_u16(at) + more));
}

static bool has_option(const uint8_t *message, size_t size, uint16_t wanted)
{
	struct cursor options;
	uint16_t code, length;
	if (!wire_options(message, size, &options))
		return false;
	while (wire_option(&options, &code, &length) != NULL)
		if (code == wanted)
			return true;
	return options.failed;
}

static uint8_t *put_option(uint8_t *at, unsigned code, size_t length)
{
	at = wire_put_u16(wire_put_u16(at, code), (unsigned)length);
	memset(at, 0, length);
	return at + length;
}

// *last: the last record, of type 0 if there is none.
static bool may_be_padded(const uint8_t *message, size_t size, struct wire_record *last)
{
	struct cursor cursor = {.bytes = message, .size = size};
	const size_t count = wire_go_to_records(&cursor);
	last->type = 0;
	if (cursor.failed || size > UINT16_MAX - TLS_EDNS_ROOM || (count == 0 && cursor.at != size) ||
		(count > 0 && !find_last(message, size, last)))
		return false;
	if (last->type == RRTYPE_OPT)
		return !has_option(message, size, OPTION_PADDING);
	return last->type != RRTYPE_SIG && last->type != RRTYPE_TSIG && !wire_options(message, size, &cursor);
}

size_t tls_edns_pad(uint8_t *message, size_t size, bool is_https, bool *is_added)
{
	static const uint8_t opt[OPT_HEAD] = {0, 0, RRTYPE_OPT, PACKET_EDNS_PAYLOAD >> 8, PACKET_EDNS_PAYLOAD & 0xFF};
	struct wire_record last;
	*is_added = false;
	if (!may_be_padded(message, size, &last))
		return size;
	if (last.type != RRTYPE_OPT) {
		*is_added = true;
		memcpy(message + size, opt, OPT_HEAD);
		add_to_count(message, 1);
		last.data = size += OPT_HEAD;
	}
	uint8_t *at = message + size;
	if (!is_https && !has_option(message, size, OPTION_KEEPALIVE))
		at = put_option(at, OPTION_KEEPALIVE, 0);
	const size_t padded = (size_t)(at - message) + OPTION_HEAD;
	at = put_option(at, OPTION_PADDING, (BLOCK - padded % BLOCK) % BLOCK);
	wire_put_u16(message + last.data - 2, (unsigned)(at - message) - (unsigned)last.data);
	return (size_t)(at - message);
}

size_t tls_edns_strip(uint8_t *reply, size_t size)
{
	struct wire_record last;
	if (!find_last(reply, size, &last) || last.type != RRTYPE_OPT || last.owner.length != 1)
		return size;
	add_to_count(reply, -1);
	return last.data - OPT_HEAD;
}

int64_t tls_edns_idle(const uint8_t *reply, size_t size)
{
	struct cursor options;
	uint16_t code, length;
	const uint8_t *data;
	if (!wire_options(reply, size, &options))
		return -1;
	while ((data = wire_option(&options, &code, &length)) != NULL)
		if (code == OPTION_KEEPALIVE && length == 2)
			return wire_u16(data) * INT64_C(100000);
	return -1;
}
