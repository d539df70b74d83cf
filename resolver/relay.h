// SPDX-License-Identifier: MIT
// What lookup.h answers with hosts, answered with packets: for programs that read DNS messages themselves.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct resolver;
struct terms;

// In all of these terms->as_packets must be set. *question tells what was asked last. *out is filled and the caller's
// to clear; where anything answered at all, a refusal included, out->message is a whole reply: the server's own
// bytes, or one made here for what no server was asked.

// One question, for the name just as it is. OUTCOME_NO_RECOVERY without a packet for a name that is none.
enum outcome relay_query(struct resolver *resolver, const struct terms *terms, const char *name, uint16_t class,
                         uint16_t type, struct question *question, struct answer *out);

// By the search list, as search.h says.
enum outcome relay_search(struct resolver *resolver, const struct terms *terms, const char *name, uint16_t class,
                          uint16_t type, struct question *question, struct answer *out);

// A query that a program wrote itself, sent as it is. OUTCOME_ERROR with EINVAL for what is no query.
enum outcome relay_send(struct resolver *resolver, const struct terms *terms, const uint8_t *query, size_t size,
                        struct answer *out);
