// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "resolver/dns/message.h"
#include "tests/unit/records.h"

static void an_empty_answer_may_be_cleared_again_and_again(void **state)
{
	(void)state;
	struct answer answer = {0};
	answer_clear(&answer);
	add_a(&answer, "a", "1234");
	answer_clear(&answer);
	answer_clear(&answer);
	assert_int_equal(answer.record_count, 0);
	assert_null(answer.records);
}

static void records_are_copied_and_kept_in_their_order(void **state)
{
	(void)state;
	struct answer answer = {0};
	const struct name owner = name_of("many.test");
	for (unsigned i = 0; i < 3000; i++) {
		const uint8_t bytes[4] = {10, 0, (uint8_t)(i >> 8), (uint8_t)i};
		assert_true(
			answer_add(&answer, SECTION_ANSWER, &(struct record_view){&owner, RRTYPE_A, i, bytes, sizeof bytes}));
	}
	assert_int_equal(answer.record_count, 3000);
	for (unsigned i = 0; i < 3000; i++) {
		const struct record *record = &answer.records[i];
		const uint8_t *data = answer_data(&answer, record);
		assert_int_equal(record->ttl, i);
		assert_int_equal(data[2] << 8 | data[3], i);
	}
	expect_owner(&answer, 2999, "many.test");
	answer_clear(&answer);
}

static void a_record_may_have_no_data_or_as_much_as_there_can_be(void **state)
{
	(void)state;
	struct answer answer = {0};
	const struct name owner = name_of("x"), other = name_of("y");
	uint8_t *big = calloc(1, 65535);
	assert_non_null(big);
	big[65534] = 7;
	assert_true(answer_add(&answer, SECTION_ANSWER, &(struct record_view){&owner, 65280, 0, NULL, 0}));
	assert_true(answer_add(&answer, SECTION_ANSWER, &(struct record_view){&owner, 65280, 0, big, 65535}));
	assert_true(answer_add(&answer, SECTION_ANSWER, &(struct record_view){&other, RRTYPE_A, 0, "1234", 4}));
	assert_int_equal(answer.records[0].data_length, 0);
	assert_int_equal(answer.records[1].data_length, 65535);
	assert_int_equal(answer_data(&answer, &answer.records[1])[65534], 7);
	expect_owner(&answer, 0, "x");
	expect_owner(&answer, 2, "y");
	free(big);
	answer_clear(&answer);
}

// Owners with a common prefix are different.
static void each_record_keeps_its_own_owner(void **state)
{
	(void)state;
	static const char *const owners[] = {"a.test", "a", "A", "a.test", "b.a.test", "."};
	struct answer answer = {0};
	for (size_t i = 0; i < LENGTH(owners); i++)
		add_a(&answer, owners[i], "1234");
	for (size_t i = 0; i < LENGTH(owners); i++)
		expect_owner(&answer, i, owners[i]);
	answer_clear(&answer);
}

static void data_counts_by_its_owner_and_type(void **state)
{
	(void)state;
	static const struct {
		const char *owner;
		uint16_t type;
		bool has;
	} cases[] = {
		{"app.test", RRTYPE_A, true},
		{"APP.test", RRTYPE_A, true},
		{"app.test", RRTYPE_AAAA, false},
		{"app.test", RRTYPE_ANY, true},
		{"test", RRTYPE_A, false},
		{"test", RRTYPE_ANY, false},
	};
	struct answer answer = {0};
	add_a(&answer, "app.test", "1234");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct name owner = name_of(cases[i].owner);
		assert_int_equal(answer_has_data(&answer, &owner, cases[i].type), cases[i].has);
	}
	answer_clear(&answer);
}

static void a_target_that_is_no_name_is_none(void **state)
{
	(void)state;
	static const struct {
		const char *data;
		size_t size;
		bool is_name;
	} cases[] = {
		{"\1a\0", 3, true},
		{"\0", 1, true},
		{"", 0, false},
		{"\1a", 2, false},
		{"\xC0\x0C", 2, false},
		{"\5ab\0", 4, false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct answer answer = {0};
		const struct name owner = name_of("x");
		struct name target;
		assert_true(answer_add(
			&answer, SECTION_ANSWER, &(struct record_view){&owner, RRTYPE_CNAME, 0, cases[i].data, cases[i].size}));
		assert_int_equal(answer_target(&answer, &answer.records[0], &target), cases[i].is_name);
		answer_clear(&answer);
	}
}

static void a_record_empties_the_sections_after_its_own(void **state)
{
	(void)state;
	static const size_t left[][3] = {{2, 0, 0}, {1, 2, 0}, {1, 1, 2}};
	const struct name owner = name_of("x");
	const struct record_view record = {&owner, RRTYPE_A, 0, "1234", 4};
	for (enum message_section last = SECTION_ANSWER; last <= SECTION_ADDITIONAL; last++) {
		struct answer answer = {0};
		for (enum message_section section = SECTION_ANSWER; section <= SECTION_ADDITIONAL; section++)
			assert_true(answer_add(&answer, section, &record));
		assert_true(answer_add(&answer, last, &record));
		assert_int_equal(answer.record_count, left[last][0]);
		assert_int_equal(answer.authority_count, left[last][1]);
		assert_int_equal(answer.additional_count, left[last][2]);
		answer_clear(&answer);
	}
}

static void records_and_message_leave_each_other_alone_as_they_grow(void **state)
{
	(void)state;
	static const char text[] = "a message of some length";
	struct answer answer = {0};
	assert_true(answer_set_message(&answer, (const uint8_t *)text, 3));
	for (size_t i = 0; i < 100; i++) {
		char owner[16];
		snprintf(owner, sizeof owner, "n%zu", i);
		add_a(&answer, owner, "1234");
		assert_int_equal(answer.message_size, i < 50 ? 3 : sizeof text);
		assert_memory_equal(answer.message, text, answer.message_size);
		if (i == 49)
			assert_true(answer_set_message(&answer, (const uint8_t *)text, sizeof text));
	}
	assert_true(answer_reserve(&answer, 100, answer.store_size, NULL, 0));
	assert_null(answer.message);
	assert_int_equal(answer.record_count, 100);
	for (size_t i = 0; i < 100; i++) {
		char owner[16];
		snprintf(owner, sizeof owner, "n%zu", i);
		expect_owner(&answer, i, owner);
		assert_memory_equal(answer_data(&answer, &answer.records[i]), "1234", 4);
	}
	answer_clear(&answer);
}

static void an_extension_adds_its_records_and_its_outcome(void **state)
{
	(void)state;
	struct answer answer = {.outcome = OUTCOME_UNUSABLE, .rcode = 0};
	struct answer more = {
		.outcome = OUTCOME_NO_NAME,
		.rcode = 3,
		.source = SOURCE_SERVER,
		.over_tcp = true,
	};
	assert_true(answer_set_message(&answer, (const uint8_t *)"1", 1));
	assert_true(answer_set_message(&more, (const uint8_t *)"23", 2));
	add_cname(&answer, "a", "b");
	add_cname(&more, "b", "c");
	assert_true(answer_extend(&answer, &more));
	assert_int_equal(answer.outcome, OUTCOME_NO_NAME);
	assert_int_equal(answer.rcode, 3);
	assert_true(answer.over_tcp);
	assert_int_equal(answer.message_size, 2);
	assert_memory_equal(answer.message, "23", 2);
	assert_int_equal(answer.record_count, 2);
	expect_owner(&answer, 0, "a");
	expect_owner(&answer, 1, "b");
	assert_memory_equal(answer_data(&answer, &answer.records[0]), "\1b", 3);
	assert_memory_equal(answer_data(&answer, &answer.records[1]), "\1c", 3);
	assert_int_equal(more.record_count, 0);
	assert_null(more.message);
	answer_clear(&more);
	answer_clear(&answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_answer_may_be_cleared_again_and_again),
		cmocka_unit_test(records_are_copied_and_kept_in_their_order),
		cmocka_unit_test(a_record_may_have_no_data_or_as_much_as_there_can_be),
		cmocka_unit_test(each_record_keeps_its_own_owner),
		cmocka_unit_test(data_counts_by_its_owner_and_type),
		cmocka_unit_test(a_target_that_is_no_name_is_none),
		cmocka_unit_test(a_record_empties_the_sections_after_its_own),
		cmocka_unit_test(records_and_message_leave_each_other_alone_as_they_grow),
		cmocka_unit_test(an_extension_adds_its_records_and_its_outcome),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
