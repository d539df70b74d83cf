// SPDX-License-Identifier: MIT
// Lookups that return DNS messages, for programs that parse replies themselves (res_query(3), res_search(3),
// res_send(3)).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct resolver;
struct lookup_context;

// For all functions here lookup->as_packets must be set. *out is always filled, and the caller clears it: if any source
// answered, a refusal included, out->message is a complete reply, either the server's own bytes or a message composed
// here. The caller sets type and class of *question; its name is set to the last name asked for, length 0 if none was.

// Asks one question, for exactly this name. An invalid name is OUTCOME_NO_RECOVERY without a message.
enum outcome message_lookup_query(struct resolver *resolver, const struct lookup_context *lookup, const char *name,
	struct question *question, struct answer *out);

// Searches for name with the search list, as search_answer.
enum outcome message_lookup_search(struct resolver *resolver, const struct lookup_context *lookup, const char *name,
	struct question *question, struct answer *out);

// Writes the data of the answer's records of that type (RRTYPE_ANY: all), one per line, in printable ASCII, to text,
// which has MESSAGE_LOOKUP_RECORDS_SIZE bytes: at most MESSAGE_LOOKUP_RECORDS_MAX records, and "..." for omitted ones.
// Returns text.
#define MESSAGE_LOOKUP_RECORDS_MAX 4
#define MESSAGE_LOOKUP_RECORDS_SIZE 208
char *message_lookup_write_records(const struct answer *answer, uint16_t type, char *text);

// Sends a query that the program composed itself (size bytes), unchanged. OUTCOME_ERROR with EINVAL in out->error if it
// is not a valid query.
enum outcome message_lookup_send(struct resolver *resolver, const struct lookup_context *lookup, const uint8_t *bytes,
	size_t size, struct answer *out);
