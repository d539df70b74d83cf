// SPDX-License-Identifier: MIT
// Any packet of a client, and any reply of the server that is asked for it: what is replied is a reply to the query,
// and no longer than it may be.
#include <stdbool.h>

#include "config/config.h"
#include "config/environment.h"
#include "resolver/dns/cursor.h"
#include "resolver/dns/listing.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/packet_write.h"
#include "resolver/dns/wire.h"
#include "resolver/resolver.h"
#include "resolver/responder.h"
#include "tests/fuzz/fuzz.h"

#define RECORDS                                                                                                   \
	"nameserver none;hosts none;record a.test A 192.0.2.1;record a.test TXT \"text\";record *.test CNAME a.test;" \
	"record m.test MX 5 a.test;record s.test SRV 1 2 3 a.test"
#define SERVER "nameserver system;hosts none;options trust-ad"

static struct resolver *open_resolver(const char *directives)
{
	const struct environment environment = {
		.directives = directives,
		.resolvconf_path = "/dev/null",
		.system_path = "/nonexistent",
		.nsswitch_path = "/dev/null",
	};
	struct config_error error;
	struct resolver *resolver = resolver_open(&environment, NULL, &error);
	MUST(resolver);
	return resolver;
}

// Returns whether the reply has an OPT record.
static bool check_reply(const uint8_t *query, const uint8_t *reply, size_t size)
{
	struct listing listing;
	MUST(size >= PACKET_HEADER_SIZE && reply[2] & FLAG_QR >> 8 && memcmp(query, reply, 2) == 0);
	MUST(listing_read(reply, size, &listing));
	MUST(!listing.is_malformed && !listing.trailing);
	const bool has_edns = listing.has_edns;
	listing_clear(&listing);
	return has_edns;
}

static void answer_query(const uint8_t *bytes, size_t size)
{
	static struct resolver *resolver;
	static uint8_t reply[RESPONDER_REPLY_MAX];
	uint8_t *query = fuzz_copy(bytes, size);
	if (!resolver)
		resolver = open_resolver(RECORDS);
	for (unsigned i = 0; i < 4; i++) {
		const struct responder_client client = {.arguments = ""};
		struct responder_request request = {.message = query, .size = size, .client = &client};
		request.is_datagram = i & 1;
		request.may_wait = i & 2;
		size_t reply_size;
		const enum responder_result result = responder_answer(resolver, &request, reply, &reply_size);
		MUST(result != RESPONDER_WOULD_WAIT);
		MUST(result == RESPONDER_REPLY || size < PACKET_HEADER_SIZE || bytes[2] & FLAG_QR >> 8);
		if (result != RESPONDER_REPLY)
			continue;
		MUST(!request.is_datagram || reply_size <= PACKET_EDNS_PAYLOAD);
		check_reply(query, reply, reply_size);
	}
	free(query);
}

struct input {
	const uint8_t *bytes;
	size_t size;
};

// The server that is asked replies with the input.
static uint8_t *reply_with_input(
	const struct responder_request *request, const struct question *question, size_t *size, enum outcome *outcome)
{
	const struct input *input = request->context;
	(void)question;
	*outcome = OUTCOME_FOUND;
	*size = input->size;
	return fuzz_copy(input->bytes, input->size);
}

// Asks the question that the input repeats, if there is one.
static void pass_on_reply(const uint8_t *bytes, size_t size)
{
	static struct resolver *resolver;
	static uint8_t reply[RESPONDER_REPLY_MAX];
	static const unsigned flags[] = {0, PACKET_EDNS, PACKET_EDNS | PACKET_DNSSEC_OK | PACKET_AD, PACKET_AD};
	const struct input input = {bytes, size};
	struct cursor cursor = {.bytes = bytes, .size = size, .at = PACKET_HEADER_SIZE};
	struct question question = {.type = RRTYPE_A, .class = RRCLASS_IN};
	uint8_t query[PACKET_QUERY_MAX];
	if (size < PACKET_HEADER_SIZE)
		return;
	cursor_name(&cursor, &question.name);
	if (cursor.failed)
		return;
	if (!resolver)
		resolver = open_resolver(SERVER);
	question.type = cursor_u16(&cursor);
	for (unsigned i = 0; i < 8; i++) {
		const struct packet_request of = {.id = 1, .flags = flags[i / 2]};
		const struct responder_client client = {.arguments = ""};
		struct responder_request request = {
			.message = query, .client = &client, .is_datagram = i & 1, .may_wait = true};
		size_t reply_size;
		request.size = packet_write_request(&question, &of, query);
		request.ask_libc = reply_with_input;
		request.context = &input;
		MUST(responder_answer(resolver, &request, reply, &reply_size) == RESPONDER_REPLY);
		MUST(!request.is_datagram || reply_size <= (i < 2 || i > 5 ? PACKET_PLAIN_PAYLOAD : PACKET_EDNS_PAYLOAD));
		MUST(check_reply(query, reply, reply_size) == ((flags[i / 2] & PACKET_EDNS) != 0));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	answer_query(bytes, size);
	pass_on_reply(bytes, size);
	return 0;
}
