// SPDX-License-Identifier: MIT
// Answers put together record by record.
#pragma once

#include "resolver/dns/message.h"
#include "tests/unit/names.h"

static inline void add_a(struct answer *answer, const char *owner, const char *bytes)
{
	const struct name name = name_of(owner);
	assert_true(answer_add(answer, SECTION_ANSWER, &(struct record_view){&name, RRTYPE_A, 60, bytes, 4}));
}

// A record whose data is a name.
static inline void add_record(struct answer *answer, uint16_t type, const char *owner, const char *target)
{
	const struct name from = name_of(owner), to = name_of(target);
	assert_true(answer_add(answer, SECTION_ANSWER, &(struct record_view){&from, type, 60, to.wire, to.length}));
}

static inline void add_cname(struct answer *answer, const char *owner, const char *target)
{
	add_record(answer, RRTYPE_CNAME, owner, target);
}

static inline void expect_owner(const struct answer *answer, size_t index, const char *expected)
{
	char text[NAME_TEXT_SIZE];
	const struct name owner = answer_owner(answer, &answer->records[index]);
	assert_string_equal(name_write(&owner, text), expected);
}
