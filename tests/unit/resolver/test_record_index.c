// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "resolver/dns/message.h"
#include "resolver/dns/record_index.h"
#include "tests/unit/names.h"

static const uint16_t types[] = {RRTYPE_A, RRTYPE_CNAME, RRTYPE_ANY};

// The reference: a linear search.
static const struct record *next_plainly(
	const struct answer *answer, uint16_t type, const struct name *owner, const struct record *behind)
{
	for (size_t i = behind ? (size_t)(behind - answer->records) + 1 : 0; i < answer->record_count; i++) {
		const struct record *record = &answer->records[i];
		if ((type == RRTYPE_ANY || record->type == type) && answer_owner_is(answer, record, owner))
			return record;
	}
	return NULL;
}

static void expect_same(const struct answer *answer, const char *text)
{
	for (size_t i = 0; i < LENGTH(types); i++) {
		struct record_index index = record_index_open(answer, types[i]);
		const struct name owner = name_of(text);
		const struct record *record = NULL;
		do {
			const struct record *behind = record;
			record = record_index_next(&index, &owner, behind);
			assert_ptr_equal(record, next_plainly(answer, types[i], &owner, behind));
		} while (record);
		record_index_close(&index);
	}
}

// Owners that differ in case, repeat, or are prefixes of others.
static void records_are_found_in_their_order_however_many_there_are(void **state)
{
	(void)state;
	static const char *const owners[] = {"a.test", "A.Test", "b.test", "a", "test", "aa.test", ".", "b.test"};
	const size_t count = LENGTH(owners);
	for (size_t records = 0; records < 200; records = 2 * records + 1) {
		struct answer answer = {0};
		for (size_t i = 0; i < records; i++) {
			const struct name owner = name_of(owners[(i * 5 + i / 7) % count]);
			assert_true(answer_add(&answer, SECTION_ANSWER, &(struct record_view){&owner, types[i % 2], 60, "\1x", 3}));
		}
		for (size_t i = 0; i < count; i++)
			expect_same(&answer, owners[i]);
		expect_same(&answer, "missing.test");
		answer_clear(&answer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_found_in_their_order_however_many_there_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
