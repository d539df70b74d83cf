// SPDX-License-Identifier: MIT
// The records of an answer by their owners, so that to look for many names among many records costs no more than the
// records are long, in whatever order a server has put them.
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
	struct indexed_record *sorted;  // owned; NULL: few records, or no memory: they are gone through one by one
	size_t count;
};

// Of the answer's records of one type, RRTYPE_ANY: of all. The answer must not change until the index is closed.
struct record_index record_index_open(const struct answer *answer, uint16_t type);
void record_index_close(struct record_index *index);

// The first record of that owner behind another one of the same owner (NULL: of all) in the answer's order; NULL
// without one.
const struct record *record_index_next(
	const struct record_index *index, const struct name *owner, const struct record *behind);
