// SPDX-License-Identifier: MIT
// --query NAME TYPE: looks up a DNS message as res_search(3) does for a program.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct query;
struct question_kind;

// Looks up and writes the result; returns a query_status (query_outcome.h).
int query_message(const struct query *query, const char *name, const struct question_kind *kind);

// The message from the res_search(3) of libc, for a name whose source is libc: allocated, the caller frees it. NULL for
// a negative reply, since libc does not return its length.
uint8_t *query_message_of_libc(const char *name, uint16_t class, uint16_t type, size_t *size, enum outcome *outcome);
