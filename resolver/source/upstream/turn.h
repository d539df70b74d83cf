// SPDX-License-Identifier: MIT
// The turns of an upstream query: each asks the next server, and lasts for as long as that usually takes to answer.
#pragma once

struct upstream_query;

// If the current turn is over, asks the next server all open questions; else asks it only those that no attempt of the
// current turn can answer any more.
void turn_take(struct upstream_query *query);

// Sends a probe to a down server if one is due, outside the turns. Call it first: the probe must be attempts[0].
void turn_send_probe(struct upstream_query *query);
