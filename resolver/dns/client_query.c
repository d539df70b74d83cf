// SPDX-License-Identifier: MIT
#include "resolver/dns/client_query.h"

#include "resolver/dns/cursor.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/wire.h"

// The RCODE for such a question; RCODE_NOERROR if it can be answered.
static uint16_t error_of_question(const struct question *question)
{
	if (!question->class || question->class >= RRCLASS_NONE)
		return RCODE_FORMERR;
	switch (question->type) {
	case 0:
	case RRTYPE_ANY:
		return RCODE_NOERROR;
	case RRTYPE_AXFR:
	case RRTYPE_IXFR:
		return RCODE_REFUSED;
	case RRTYPE_MAILA:
	case RRTYPE_MAILB:
		return RCODE_NOTIMP;
	default:
		return rrtype_is_record(question->type) ? RCODE_NOERROR : RCODE_FORMERR;
	}
}

// Are the options whole, and a cookie of a valid length (RFC 7873 5.2.2)?
static bool has_valid_options(const struct cursor *message, const struct wire_record *opt)
{
	struct cursor options = {.bytes = message->bytes, .size = opt->data + opt->data_length, .at = opt->data};
	uint16_t code, length;
	while (wire_option(&options, &code, &length))
		if (code == OPTION_COOKIE && length != PACKET_COOKIE_CLIENT &&
			(length < 2 * PACKET_COOKIE_CLIENT || length > PACKET_COOKIE_MAX))
			return false;
	return !options.failed;
}

static bool read_opt(const struct cursor *message, const struct wire_record *opt, struct client_query *out)
{
	const bool is_first = !out->has_edns;
	out->has_edns = false;
	if (!is_first || opt->owner.length != 1 || !has_valid_options(message, opt))
		return false;
	out->has_edns = true;
	out->dnssec_ok = opt->ttl & EDNS_DNSSEC_OK;
	if (opt->class > PACKET_PLAIN_PAYLOAD)
		out->payload = opt->class;
	if (opt->ttl >> 16 & 0xff)
		out->error = RCODE_BADVERS;
	return true;
}

static bool read_records(struct cursor *cursor, const struct wire_header *header, struct client_query *out)
{
	const size_t others = (size_t)header->answers + header->authorities;
	for (size_t i = 0; i < others + header->additionals; i++) {
		struct wire_record record = {0};
		wire_record(cursor, &record);
		if (cursor->failed || (record.type == RRTYPE_OPT && (i < others || !read_opt(cursor, &record, out))))
			return false;
	}
	return true;
}

bool client_query_read(const uint8_t *message, size_t size, struct client_query *out)
{
	struct cursor cursor = {.bytes = message, .size = size};
	const struct wire_header header = wire_header(&cursor);
	if (cursor.failed || header.flags & FLAG_QR)
		return false;
	*out = (struct client_query){.id = header.id, .flags = header.flags, .payload = PACKET_PLAIN_PAYLOAD};
	if (header.flags & FLAG_OPCODE) {
		out->error = RCODE_NOTIMP;
		return true;
	}
	if (header.questions != 1 || !wire_question(&cursor, &out->question) || !read_records(&cursor, &header, out))
		out->error = RCODE_FORMERR;
	else if (!out->error)
		out->error = error_of_question(&out->question);
	return true;
}
