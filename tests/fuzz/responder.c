// SPDX-License-Identifier: MIT
// Any packet of a client: what is replied is a reply to it, and no longer than it may be. No server is there to be asked.
#include <stdbool.h>

#include "config/config.h"
#include "config/environment.h"
#include "resolver/dns/listing.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/wire.h"
#include "resolver/resolver.h"
#include "resolver/responder.h"
#include "tests/fuzz/fuzz.h"

static struct resolver *resolver_of_records(void)
{
	static struct resolver *resolver;
	const struct environment environment = {
		.directives = "nameserver none;hosts none;record a.test A 192.0.2.1;record a.test TXT \"text\";"
					  "record *.test CNAME a.test;record m.test MX 5 a.test;record s.test SRV 1 2 3 a.test",
		.resolvconf_path = "/dev/null",
		.system_path = "/nonexistent",
		.nsswitch_path = "/dev/null",
	};
	struct config_error error;
	if (!resolver)
		resolver = resolver_open(&environment, NULL, &error);
	MUST(resolver);
	return resolver;
}

static void check_reply(const uint8_t *query, const uint8_t *reply, size_t size)
{
	struct listing listing;
	MUST(size >= PACKET_HEADER_SIZE && reply[2] & FLAG_QR >> 8 && memcmp(query, reply, 2) == 0);
	MUST(listing_read(reply, size, &listing));
	MUST(!listing.is_malformed && !listing.trailing);
	listing_clear(&listing);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static uint8_t reply[RESPONDER_REPLY_MAX];
	uint8_t *query = fuzz_copy(bytes, size);
	for (unsigned i = 0; i < 4; i++) {
		const struct responder_client client = {.arguments = ""};
		struct responder_request request = {.message = query, .size = size, .client = &client};
		request.is_datagram = i & 1;
		request.may_wait = i & 2;
		size_t reply_size;
		const enum responder_result result = responder_answer(resolver_of_records(), &request, reply, &reply_size);
		MUST(result != RESPONDER_WOULD_WAIT);
		MUST(result == RESPONDER_REPLY || size < PACKET_HEADER_SIZE || bytes[2] & FLAG_QR >> 8);
		if (result != RESPONDER_REPLY)
			continue;
		MUST(!request.is_datagram || reply_size <= PACKET_EDNS_PAYLOAD);
		check_reply(query, reply, reply_size);
	}
	free(query);
	return 0;
}
