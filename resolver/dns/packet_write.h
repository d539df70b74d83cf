// SPDX-License-Identifier: MIT
// Writes DNS queries in wire format (RFC 1035 4).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/packet.h"

#define PACKET_QUERY_MAX (PACKET_HEADER_SIZE + NAME_WIRE_SIZE + 4 + 11 + 4 + PACKET_COOKIE_MAX)

enum packet_query_flags {
	PACKET_EDNS = 1,       // add an OPT record (RFC 6891)
	PACKET_AD = 2,         // ask for the AD bit (RFC 6840 5.7)
	PACKET_DNSSEC_OK = 4,  // with PACKET_EDNS: ask for signatures (RFC 3225)
	PACKET_NO_RECURSION = 8,
	PACKET_CHECKING_DISABLED = 16,
};

// The parts of a query other than its question.
struct packet_request {
	uint16_t id;
	unsigned flags;  // of enum packet_query_flags
	unsigned opcode;
	uint16_t payload;  // with PACKET_EDNS: the advertised UDP payload size; 0: PACKET_EDNS_PAYLOAD
	bool has_serial;   // add an SOA record with serial to the authority section, for IXFR (RFC 1995 3); no cookie then
	uint32_t serial;
	const struct packet_cookie *cookie;  // with PACKET_EDNS; NULL: none
};

// Writes a query into out (PACKET_QUERY_MAX bytes). Returns its length.
size_t packet_write_request(const struct question *question, const struct packet_request *request, uint8_t *out);

// Writes into out a query with the id and flags of query, another question, and no records. out and result as above.
size_t packet_write_replacement(const uint8_t *query, const struct question *question, uint8_t *out);
