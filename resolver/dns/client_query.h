// SPDX-License-Identifier: MIT
// Parses the queries that clients send to a server (RFC 1035 4.1, RFC 6891 6).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct client_query {
	uint16_t id, flags;        // of the header
	uint16_t error;            // RCODE to reply with if the query cannot be answered, else RCODE_NOERROR
	struct question question;  // name.length 0: none could be read, and error is set
	bool has_edns, dnssec_ok;
	uint16_t payload;  // bytes that a UDP reply may have, at least 512
};

// Reads a message of size bytes. As BIND, error is NOTIMP for an opcode other than QUERY and for MAILA and MAILB;
// FORMERR without exactly one question, for malformed records, options and cookies, a second OPT record, and types and
// classes that cannot be asked for; BADVERS for an EDNS version other than 0; REFUSED for zone transfers. Options and
// TSIG are ignored. False for what must not be replied to: a reply, or a message without a whole header.
bool client_query_read(const uint8_t *message, size_t size, struct client_query *out);
