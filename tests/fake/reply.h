// SPDX-License-Identifier: MIT
// One reply to one query: what the records say, changed as a rule says.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct fake_query;
struct fake_rule;
struct fake_zone;

// Writes the reply into out, which holds WIRE_MESSAGE_MAX bytes, and returns its size. rule may be NULL: the
// unaltered reply. The rule's transport words are ignored except for truncation, which is part of the message.
size_t fake_reply_write(
	const struct fake_zone *zone, const struct fake_query *query, const struct fake_rule *rule, uint8_t *out);

// A reply that only carries a code, to a query that could not be read.
size_t fake_reply_write_error(const struct fake_query *query, unsigned rcode, uint8_t *out);
