// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "resolver/dns/answer_chain.h"
#include "resolver/dns/message.h"
#include "tests/unit/names.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static void add_a(struct answer *answer, const char *owner, const char *bytes)
{
	const struct name name = name_of(owner);
	assert_true(answer_add(answer, &name, RRTYPE_A, 60, bytes, 4));
}

static void add_cname(struct answer *answer, const char *owner, const char *target)
{
	const struct name from = name_of(owner), to = name_of(target);
	assert_true(answer_add(answer, &from, RRTYPE_CNAME, 60, to.wire, to.length));
}

static void expect_owner(const struct answer *answer, size_t index, const char *expected)
{
	char text[NAME_TEXT_SIZE];
	const struct name owner = answer_owner(answer, &answer->records[index]);
	assert_string_equal(name_write(&owner, text), expected);
}

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
		assert_true(answer_add(&answer, &owner, RRTYPE_A, i, bytes, sizeof bytes));
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
	assert_true(answer_add(&answer, &owner, 65280, 0, NULL, 0));
	assert_true(answer_add(&answer, &owner, 65280, 0, big, 65535));
	assert_true(answer_add(&answer, &other, RRTYPE_A, 0, "1234", 4));
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

static void the_chain_ends_where_the_data_should_be(void **state)
{
	(void)state;
	static const struct {
		const char *links[4][2];
		const char *question, *end;
	} cases[] = {
		{{{NULL}}, "app.test", "app.test"},
		{{{"www.test", "app.test"}}, "www.test", "app.test"},
		{{{"www.test", "app.test"}}, "WWW.Test", "app.test"},
		{{{"www.test", "app.test"}}, "other.test", "other.test"},
		{{{"b", "c"}, {"a", "b"}}, "a", "c"},
		{{{"a", "b"}, {"b", "c"}, {"c", "d"}}, "b", "d"},
		{{{"a", "b"}, {"a", "c"}}, "a", "b"},
		{{{"a", "a"}}, "a", NULL},
		{{{"a", "b"}, {"b", "a"}}, "a", NULL},
		{{{"a", "b"}, {"b", "c"}, {"c", "b"}}, "a", NULL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct answer answer = {0};
		const struct question question = {name_of(cases[i].question), RRTYPE_A, RRCLASS_IN};
		struct name end;
		char text[NAME_TEXT_SIZE];
		for (size_t j = 0; j < 4 && cases[i].links[j][0]; j++)
			add_cname(&answer, cases[i].links[j][0], cases[i].links[j][1]);
		assert_int_equal(answer_chain_end(&answer, &question, &end), cases[i].end != NULL);
		if (cases[i].end)
			assert_string_equal(name_write(&end, text), cases[i].end);
		answer_clear(&answer);
	}
}

static void a_chain_may_have_sixteen_links_and_no_more(void **state)
{
	(void)state;
	for (int links = ANSWER_CHAIN_MAX - 1; links <= ANSWER_CHAIN_MAX + 1; links++) {
		struct answer answer = {0};
		const struct question question = {name_of("n0"), RRTYPE_A, RRCLASS_IN};
		struct name end;
		for (int i = 0; i < links; i++) {
			char from[16], to[16];
			snprintf(from, sizeof from, "n%d", i);
			snprintf(to, sizeof to, "n%d", i + 1);
			add_cname(&answer, from, to);
		}
		assert_int_equal(answer_chain_end(&answer, &question, &end), links <= ANSWER_CHAIN_MAX);
		answer_clear(&answer);
	}
}

static void an_answer_that_is_cut_to_its_chain_keeps_nothing_else(void **state)
{
	(void)state;
	struct answer answer = {0};
	const struct question question = {name_of("a"), RRTYPE_A, RRCLASS_IN};
	struct name end;
	char text[NAME_TEXT_SIZE];
	add_cname(&answer, "b", "c");
	add_cname(&answer, "other", "c");
	add_a(&answer, "b", "1234");
	add_cname(&answer, "A", "b");
	add_cname(&answer, "a", "d");
	assert_true(answer_chain_cut(&answer, &question, &end));
	assert_string_equal(name_write(&end, text), "c");
	assert_int_equal(answer.record_count, 2);
	expect_owner(&answer, 0, "a");
	expect_owner(&answer, 1, "b");
	assert_true(answer_target(&answer, &answer.records[1], &end));
	assert_string_equal(name_write(&end, text), "c");
	assert_false(answer_has_data(&answer, &end, RRTYPE_A));
	answer_clear(&answer);
}

// A question of type CNAME or ANY is answered at the name itself: no chain is followed.
static void a_question_for_the_cname_does_not_follow_it(void **state)
{
	(void)state;
	static const struct {
		uint16_t type;
		const char *end;
	} cases[] = {
		{RRTYPE_A, "b"},
		{RRTYPE_CNAME, "a"},
		{RRTYPE_ANY, "a"},
	};
	struct answer answer = {0};
	add_cname(&answer, "a", "b");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct question question = {name_of("a"), cases[i].type, RRCLASS_IN};
		struct name end;
		char text[NAME_TEXT_SIZE];
		assert_true(answer_chain_end(&answer, &question, &end));
		assert_string_equal(name_write(&end, text), cases[i].end);
	}
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
		assert_true(answer_add(&answer, &owner, RRTYPE_CNAME, 0, cases[i].data, cases[i].size));
		assert_int_equal(answer_target(&answer, &answer.records[0], &target), cases[i].is_name);
		answer_clear(&answer);
	}
}

static void an_extension_adds_its_records_and_its_verdict(void **state)
{
	(void)state;
	struct answer answer = {.outcome = OUTCOME_UNUSABLE, .rcode = 0, .message = malloc(1), .message_size = 1};
	struct answer more = {
		.outcome = OUTCOME_NO_NAME,
		.rcode = 3,
		.source = SOURCE_SERVER,
		.over_tcp = true,
		.message = malloc(2),
		.message_size = 2,
	};
	add_cname(&answer, "a", "b");
	add_cname(&more, "b", "c");
	assert_true(answer_extend(&answer, &more));
	assert_int_equal(answer.outcome, OUTCOME_NO_NAME);
	assert_int_equal(answer.rcode, 3);
	assert_true(answer.over_tcp);
	assert_int_equal(answer.message_size, 2);
	assert_int_equal(answer.record_count, 2);
	expect_owner(&answer, 0, "a");
	expect_owner(&answer, 1, "b");
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
		cmocka_unit_test(the_chain_ends_where_the_data_should_be),
		cmocka_unit_test(a_chain_may_have_sixteen_links_and_no_more),
		cmocka_unit_test(an_answer_that_is_cut_to_its_chain_keeps_nothing_else),
		cmocka_unit_test(a_question_for_the_cname_does_not_follow_it),
		cmocka_unit_test(data_counts_by_its_owner_and_type),
		cmocka_unit_test(a_target_that_is_no_name_is_none),
		cmocka_unit_test(an_extension_adds_its_records_and_its_verdict),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
