// SPDX-License-Identifier: MIT
// An index of an answer's records by owner: n lookups among n records take O(n log n), whatever their order.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct answer;
struct indexed_record;
struct name;
struct record;

struct record_index {
	const struct answer *answer;
	uint16_t type;
	struct indexed_record *sorted;  // owned; NULL for few records or if out of memory: the search is linear
	size_t count;
};

// Indexes the answer's records of one type (RRTYPE_ANY: all). Always succeeds. The answer must not change until
// record_index_close.
struct record_index record_index_open(const struct answer *answer, uint16_t type);
void record_index_close(struct record_index *index);

// The next record of that owner after `previous`, which has the same owner (NULL: the first), in the answer's order;
// NULL if there is none.
const struct record *record_index_next(
	const struct record_index *index, const struct name *owner, const struct record *previous);
