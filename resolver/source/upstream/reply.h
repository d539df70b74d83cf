// SPDX-License-Identifier: MIT
// What a reply means for the question that it belongs to: the answer, a failure, or a reason to ask once more.
#pragma once

struct attempt;
struct query;

// A no that was provisional counts once nobody is out any more who might contradict it.
void reply_accept_provisional(struct query *query);

// Takes in what came for an attempt, after poll(2) said something. A question that has its answer is no longer open.
void reply_receive(struct query *query, struct attempt *attempt);
