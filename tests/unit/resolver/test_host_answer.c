// SPDX-License-Identifier: MIT
#include "resolver/host_answer.h"

#include <string.h>

#include "tests/unit/records.h"

static void the_end_of_the_chain_is_the_name_and_the_rest_are_aliases(void **state)
{
	(void)state;
	struct answer answer = {.outcome = OUTCOME_FOUND};
	struct host host = {0};
	const struct question question = question_of("a.test", RRTYPE_A);
	add_cname(&answer, "a.test", "b.test");
	add_cname(&answer, "b.test", "c.test");
	add_a(&answer, "c.test", "\xC0\0\2\1");
	add_a(&answer, "other.test", "\xC0\0\2\2");
	assert_true(host_add_answer(&host, &answer, &question, true));
	assert_string_equal(host.name, "c.test");
	assert_int_equal(host.alias_count, 2);
	assert_string_equal(host.aliases[0], "a.test");
	assert_string_equal(host.aliases[1], "b.test");
	assert_int_equal(host.address_count, 1);
	assert_int_equal(host.addresses[0].bytes[3], 1);
	host_clear(&host);
	answer_clear(&answer);
}

// glibc bug 12154. The name asked is used if there is no other, whatever it is.
static void names_that_are_no_host_names_are_left_out_but_for_the_name_asked(void **state)
{
	(void)state;
	static const struct {
		const char *links[2][2];
		const char *name, *alias;
	} cases[] = {
		{{{NULL}}, "a!.test", NULL},
		{{{"a!.test", "b.test"}}, "b.test", NULL},
		{{{"a!.test", "b!.test"}}, "a!.test", NULL},
		{{{"a!.test", "b.test"}, {"b.test", "c!.test"}}, "b.test", NULL},
		{{{"a!.test", "b.test"}, {"b.test", "c.test"}}, "c.test", "b.test"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct answer answer = {.outcome = OUTCOME_FOUND};
		struct host host = {0};
		const struct question question = question_of("a!.test", RRTYPE_A);
		for (size_t j = 0; j < 2 && cases[i].links[j][0]; j++)
			add_cname(&answer, cases[i].links[j][0], cases[i].links[j][1]);
		assert_true(host_add_answer(&host, &answer, &question, true));
		assert_string_equal(host.name, cases[i].name);
		assert_int_equal(host.alias_count, cases[i].alias != NULL);
		if (cases[i].alias)
			assert_string_equal(host.aliases[0], cases[i].alias);
		host_clear(&host);
		answer_clear(&answer);
	}
}

static void the_name_has_the_case_of_the_question_in_the_reply(void **state)
{
	(void)state;
	static const struct {
		char message[25];
		size_t size;
		const char *name;
	} cases[] = {
		{"............\1A\4tEst\0\0\1\0", 24, "A.tEst"},
		{"............\1A\4tEst\0\0\1\0", 23, "a.test"},
		{"............\1B\4tEst\0\0\1\0", 24, "a.test"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint8_t *message = test_malloc(cases[i].size);
		struct answer answer = {.outcome = OUTCOME_FOUND, .message = message, .message_size = cases[i].size};
		struct host host = {0};
		const struct question question = question_of("a.test", RRTYPE_A);
		memcpy(message, cases[i].message, cases[i].size);
		assert_true(host_add_answer(&host, &answer, &question, true));
		assert_string_equal(host.name, cases[i].name);
		host_clear(&host);
		test_free(message);
	}
}

static void an_answer_without_data_adds_nothing(void **state)
{
	(void)state;
	struct answer answer = {.outcome = OUTCOME_NO_DATA};
	struct host host = {0};
	const struct question question = question_of("a.test", RRTYPE_A);
	add_cname(&answer, "a.test", "b.test");
	assert_true(host_add_answer(&host, &answer, &question, true));
	assert_null(host.name);
	assert_int_equal(host.alias_count, 0);
	host_clear(&host);
	answer_clear(&answer);
}

static void the_first_ptr_record_must_be_a_host_name(void **state)
{
	(void)state;
	static const struct {
		const char *owner, *target;
		enum outcome outcome;
	} cases[] = {
		{"1.test", "host.test", OUTCOME_FOUND},
		{"1.test", "no\\032host.test", OUTCOME_NO_RECOVERY},
		{"2.test", "host.test", OUTCOME_UNUSABLE},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct answer answer = {.outcome = OUTCOME_FOUND};
		struct host host = {0};
		const struct question question = question_of("1.test", RRTYPE_PTR);
		add_record(&answer, RRTYPE_PTR, cases[i].owner, cases[i].target);
		assert_int_equal(host_take_ptr(&host, &answer, &question), cases[i].outcome);
		assert_int_equal(host.name != NULL, cases[i].outcome == OUTCOME_FOUND);
		host_clear(&host);
		answer_clear(&answer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_end_of_the_chain_is_the_name_and_the_rest_are_aliases),
		cmocka_unit_test(names_that_are_no_host_names_are_left_out_but_for_the_name_asked),
		cmocka_unit_test(the_name_has_the_case_of_the_question_in_the_reply),
		cmocka_unit_test(an_answer_without_data_adds_nothing),
		cmocka_unit_test(the_first_ptr_record_must_be_a_host_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
