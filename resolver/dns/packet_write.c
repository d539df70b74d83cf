// SPDX-License-Identifier: MIT
#include "resolver/dns/packet_write.h"

#include <string.h>

#include "config/base/compiler.h"
#include "resolver/dns/wire.h"

#define OPTION_HEADER_SIZE 4  // bytes of an EDNS option before its data

static uint8_t *put_bytes(uint8_t *out, const void *bytes, size_t length)
{
	memcpy(out, bytes, length);
	return out + length;
}

// The OPT pseudo-record (RFC 6891 6.1.2) with at most one option, the cookie.
static uint8_t *put_opt(uint8_t *out, unsigned payload, bool dnssec_ok, const struct packet_cookie *cookie)
{
	*out++ = 0;  // owner: the root
	out = wire_put_u16(out, RRTYPE_OPT);
	out = wire_put_u16(out, payload);
	out = wire_put_u16(out, 0);  // extended rcode, version
	out = wire_put_u16(out, dnssec_ok ? EDNS_DNSSEC_OK : 0);
	if (UNLIKELY(!cookie || !cookie->size))
		return wire_put_u16(out, 0);  // no rdata
	out = wire_put_u16(out, OPTION_HEADER_SIZE + cookie->size);
	out = wire_put_u16(out, OPTION_COOKIE);
	out = wire_put_u16(out, cookie->size);
	memcpy(out, cookie->bytes, sizeof(cookie->bytes));  // there is room for the longest
	return out + cookie->size;
}

// The SOA record of an IXFR query (RFC 1995 3): only the serial is significant.
COLD static uint8_t *put_serial(uint8_t *out, uint16_t class, uint32_t serial)
{
	static const uint8_t others[16];
	out = wire_put_u16(out, 0xc000 | PACKET_HEADER_SIZE);
	out = wire_put_u16(out, RRTYPE_SOA);
	out = wire_put_u16(out, class);
	out = put_bytes(out, others, 4);  // TTL
	out = wire_put_u16(out, 2 + 4 + sizeof(others));
	out = put_bytes(out, others, 2);  // two names: the root
	out = wire_put_u16(out, serial >> 16);
	out = wire_put_u16(out, serial);
	return put_bytes(out, others, sizeof(others));
}

static uint8_t *put_question(uint8_t *out, const struct question *question)
{
	out = put_bytes(out, question->name.wire, question->name.length);
	out = wire_put_u16(out, question->type);
	return wire_put_u16(out, question->class);
}

size_t packet_write_request(const struct question *question, const struct packet_request *request, uint8_t *out)
{
	const unsigned flags = request->flags;
	uint8_t *at = wire_put_u16(out, request->id);
	at = wire_put_u16(at,
		(request->opcode << 11 & FLAG_OPCODE) | (flags & PACKET_NO_RECURSION ? 0 : FLAG_RD) |
			(flags & PACKET_AD ? FLAG_AD : 0) | (flags & PACKET_CHECKING_DISABLED ? FLAG_CD : 0));
	at = wire_put_u16(at, 1);
	at = wire_put_u16(at, 0);
	at = wire_put_u16(at, request->has_serial ? 1 : 0);
	at = wire_put_u16(at, flags & PACKET_EDNS ? 1 : 0);
	at = put_question(at, question);
	if (request->has_serial)
		at = put_serial(at, question->class, request->serial);
	const unsigned payload = request->payload ? request->payload : PACKET_EDNS_PAYLOAD;
	if (LIKELY(flags & PACKET_EDNS))
		at = put_opt(at, payload, flags & PACKET_DNSSEC_OK, request->cookie);
	return (size_t)(at - out);
}

size_t packet_write_replacement(const uint8_t *query, const struct question *question, uint8_t *out)
{
	static const uint8_t one_question[] = {0, 1, 0, 0, 0, 0, 0, 0};
	uint8_t *at = put_bytes(out, query, PACKET_HEADER_SIZE - sizeof(one_question));
	at = put_question(put_bytes(at, one_question, sizeof(one_question)), question);
	return (size_t)(at - out);
}
