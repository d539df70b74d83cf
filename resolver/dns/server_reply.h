// SPDX-License-Identifier: MIT
// Writes the replies of a server to its clients (RFC 1035 4.1, RFC 6891 6.1.3).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/client_query.h"

// The reply being written: size of bytes are filled. The header has id, RD and CD of the query, and RA. As in BIND, RD
// is clear for opcodes other than QUERY, and RA for those and for queries that could not be parsed.
struct server_reply {
	const struct client_query *query;
	uint8_t *bytes;
	size_t size;
	size_t most;    // bytes that the reply may have: 512 at least, 65535 at most. A longer one is cut, with TC set
	bool is_plain;  // names are not compressed
};

// Writes a reply with that extended RCODE and no records. As everywhere here, one above 15 is SERVFAIL without EDNS.
void server_reply_write_error(struct server_reply *reply, uint16_t rcode);

// The same, with TC set: the client is to ask again over TCP.
void server_reply_write_truncated(struct server_reply *reply, uint16_t rcode);

// Writes a reply with the records of all three sections of *answer, which has no message: its RCODE, and AA, AD and TC
// as in its flags. Names are compressed (RFC 1035 4.1.4).
void server_reply_write_answer(struct server_reply *reply, const struct answer *answer);

// Makes the reply to a plain query with that question and id, as server_reply_write_answer, without AD, names
// uncompressed, of at most 65535 bytes. The caller frees the message of *size bytes; NULL if out of memory.
uint8_t *server_reply_make(const struct answer *answer, const struct question *question, uint16_t id, size_t *size);

// The same reply to `from` becomes the message of *answer, which may be *from. False if out of memory, with *answer
// unchanged.
bool server_reply_set_message(
	struct answer *answer, const struct answer *from, const struct question *question, uint16_t id);

// Writes the reply of another server, answer->message, as our reply: without its OPT record, without AA, and without AD
// unless keeps_ad. SERVFAIL if it is malformed. False if out of memory.
bool server_reply_write_message(struct server_reply *reply, const struct answer *answer, bool keeps_ad);
