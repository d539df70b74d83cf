// SPDX-License-Identifier: MIT
// Evaluates replies: an answer ends its question; a failure or an unusable reply leads to a retry or another server.
#pragma once

struct attempt;
struct upstream_query;

// Accepts each provisional NXDOMAIN for which no earlier server is outstanding any more (struct upstream_query:
// provisional).
void reply_accept_provisional(struct upstream_query *query);

// Receives and evaluates at most so many datagrams of an attempt, or what a TCP connection has. Clears the bits of
// answered questions in query->open, and sets query->now.
void reply_receive(struct upstream_query *query, struct attempt *attempt, int most);
