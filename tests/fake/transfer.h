// SPDX-License-Identifier: MIT
// A whole zone as the messages of a transfer (RFC 5936).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fake_query;
struct fake_rule;
struct fake_zone;

// Is this a query for a transfer that is granted: AXFR over TCP, of a name with an SOA, with no rule that alters the
// message? rule may be NULL.
bool fake_transfer_is_due(const struct fake_zone *zone, const struct fake_query *query, const struct fake_rule *rule);

// Writes each message into out, which holds WIRE_MESSAGE_MAX bytes, and hands its size to send. The names stand in the
// order of their text, the zone's own first.
void fake_transfer_write(const struct fake_zone *zone, const struct fake_query *query, const struct fake_rule *rule,
	uint8_t *out, void (*send)(void *context, size_t size), void *context);
