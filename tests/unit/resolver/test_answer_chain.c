// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "resolver/dns/answer_chain.h"
#include "resolver/dns/message.h"
#include "tests/unit/records.h"

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
		struct name room;
		char text[NAME_TEXT_SIZE];
		for (size_t j = 0; j < 4 && cases[i].links[j][0]; j++)
			add_cname(&answer, cases[i].links[j][0], cases[i].links[j][1]);
		const struct name *end = answer_chain_end(&answer, &question, &room);
		assert_int_equal(end != NULL, cases[i].end != NULL);
		if (end)
			assert_string_equal(name_write(end, text), cases[i].end);
		answer_clear(&answer);
	}
}

static void a_chain_has_at_most_answer_chain_max_links(void **state)
{
	(void)state;
	for (int links = ANSWER_CHAIN_MAX - 1; links <= ANSWER_CHAIN_MAX + 1; links++) {
		struct answer answer = {0};
		const struct question question = {name_of("n0"), RRTYPE_A, RRCLASS_IN};
		struct name room;
		for (int i = 0; i < links; i++) {
			char from[16], to[16];
			snprintf(from, sizeof from, "n%d", i);
			snprintf(to, sizeof to, "n%d", i + 1);
			add_cname(&answer, from, to);
		}
		assert_int_equal(answer_chain_end(&answer, &question, &room) != NULL, links <= ANSWER_CHAIN_MAX);
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
	assert_true(answer_chain_cut(&answer, &question));
	assert_int_equal(answer.record_count, 2);
	assert_int_equal(answer.store_size, 4 * sizeof("\1a"));
	expect_owner(&answer, 0, "a");
	expect_owner(&answer, 1, "b");
	assert_true(answer_target(&answer, &answer.records[1], &end));
	assert_string_equal(name_write(&end, text), "c");
	assert_false(answer_has_data(&answer, &end, RRTYPE_A));
	answer_clear(&answer);
}

// Owners that differ in case, repeat, or are prefixes of others, between as many records of another type.
static void the_first_cname_of_a_name_counts_however_many_records_there_are(void **state)
{
	(void)state;
	static const char *const owners[] = {"a.test", "A.Test", "b.test", "a", "test", "aa.test", ".", "b.test"};
	static const char *const firsts[][2] = {{"a.test", "t0"}, {"a.tesT", "t0"}, {"b.test", "t2"}, {"a", "t3"},
		{"test", "t4"}, {"AA.test", "t5"}, {".", "t6"}, {"missing.test", "missing.test"}};
	for (size_t records = LENGTH(owners); records < 300; records = 2 * records + 1) {
		struct answer answer = {0};
		for (size_t i = 0; i < records; i++) {
			char target[16];
			snprintf(target, sizeof target, "t%zu", i);
			add_a(&answer, owners[(i + 1) % LENGTH(owners)], "1234");
			add_cname(&answer, owners[i % LENGTH(owners)], target);
		}
		for (size_t i = 0; i < LENGTH(firsts); i++) {
			const struct question question = {name_of(firsts[i][0]), RRTYPE_A, RRCLASS_IN};
			struct name room;
			char text[NAME_TEXT_SIZE];
			const struct name *end = answer_chain_end(&answer, &question, &room);
			assert_non_null(end);
			assert_string_equal(name_write(end, text), firsts[i][1]);
		}
		answer_clear(&answer);
	}
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
		struct name room;
		char text[NAME_TEXT_SIZE];
		const struct name *end = answer_chain_end(&answer, &question, &room);
		assert_non_null(end);
		assert_string_equal(name_write(end, text), cases[i].end);
	}
	answer_clear(&answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_chain_ends_where_the_data_should_be),
		cmocka_unit_test(a_chain_has_at_most_answer_chain_max_links),
		cmocka_unit_test(the_first_cname_of_a_name_counts_however_many_records_there_are),
		cmocka_unit_test(an_answer_that_is_cut_to_its_chain_keeps_nothing_else),
		cmocka_unit_test(a_question_for_the_cname_does_not_follow_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
