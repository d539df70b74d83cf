// SPDX-License-Identifier: MIT
// The DNS answer to NAME TYPE as a message, asked as a program would by res_search(3).
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "resolver/dns/message.h"

struct query_options;
struct question_kind;
struct resolver;

// Asks and writes; returns a query_status (query_outcome.h).
int query_message(struct resolver *resolver, const struct query_options *options, const char *name,
	const struct question_kind *kind, FILE *out);

// The message that libc's own res_search(3) has, for a name that the configuration hands to libc: allocated, the
// caller's to free. NULL for one that denies: its length libc keeps to itself.
uint8_t *query_message_of_libc(const char *name, uint16_t class, uint16_t type, size_t *size, enum outcome *outcome);
