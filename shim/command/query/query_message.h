// SPDX-License-Identifier: MIT
// --query NAME TYPE: looks up a DNS message as res_search(3) does for a program.
#pragma once

struct query;
struct question_kind;

// Looks up and writes the result; returns a query_status (query_outcome.h).
int query_message(const struct query *query, const char *name, const struct question_kind *kind);
