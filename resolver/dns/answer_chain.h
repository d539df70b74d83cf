// SPDX-License-Identifier: MIT
// Follows the chain of CNAME records in an answer (RFC 1034 3.6.2).
#pragma once

#include <stdbool.h>

#include "resolver/dns/message.h"

// Follows the CNAME chain from the question's name. Returns the name where the data should be: without a CNAME the
// question's name itself, else *room, which is filled. visit is called for each name of the chain with its CNAME record
// (NULL for the last name) and stops the walk by returning false. NULL if visit stopped it, for a loop, and for more
// than ANSWER_CHAIN_MAX links. Of several CNAME records of one owner the first counts; their order in the answer does
// not matter.
#define ANSWER_CHAIN_MAX 64
typedef bool answer_chain_visit(const struct name *name, const struct record *alias, void *context);
const struct name *answer_chain_walk(const struct answer *answer, const struct question *question,
	answer_chain_visit *visit, void *context, struct name *room);
const struct name *answer_chain_end(const struct answer *answer, const struct question *question, struct name *room);

// Drops all records but the CNAMEs of the chain: for a caller that will query its end. False, with the answer
// unchanged, if there is no end; out of memory, with OUTCOME_ERROR.
bool answer_chain_cut(struct answer *answer, const struct question *question);
