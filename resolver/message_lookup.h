// SPDX-License-Identifier: MIT
// What lookup.h answers with hosts, answered with packets: for programs that read DNS messages themselves.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct resolver;
struct lookup_context;

// In all of these terms->as_packets must be set. *question tells what was asked last. *out is filled and the caller's
// to clear; where anything answered at all, a refusal included, out->message is a whole reply: the server's own
// bytes, or one made here for what no server was asked.

// One question, for the name just as it is. OUTCOME_NO_RECOVERY without a packet for a name that is none.
enum outcome message_lookup_query(struct resolver *resolver, const struct lookup_context *lookup, const char *name,
	uint16_t class, uint16_t type, struct question *question, struct answer *out);

// By the search list, as search.h says.
enum outcome message_lookup_search(struct resolver *resolver, const struct lookup_context *lookup, const char *name,
	uint16_t class, uint16_t type, struct question *question, struct answer *out);

// Writes the data of the answer's records of that type (any for ANY), each on a line, in printable ASCII: the first
// MESSAGE_LOOKUP_RECORDS_MAX, as far as they fit into text, which has MESSAGE_LOOKUP_RECORDS_SIZE bytes; "..." stands for the rest.
// Returns text.
#define MESSAGE_LOOKUP_RECORDS_MAX 4
#define MESSAGE_LOOKUP_RECORDS_SIZE 208
char *message_lookup_write_records(const struct answer *answer, uint16_t type, char *text);

// A query that a program wrote itself, sent as it is. OUTCOME_ERROR with EINVAL for what is no query.
enum outcome message_lookup_send(struct resolver *resolver, const struct lookup_context *lookup, const uint8_t *query,
	size_t size, struct answer *out);
