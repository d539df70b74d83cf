// SPDX-License-Identifier: MIT
#include <string.h>

#include "resolver/source/special.h"
#include "tests/unit/names.h"

static void special_names_have_their_fixed_outcome(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		uint16_t type;
		enum outcome outcome;
		size_t records;
	} cases[] = {
		{"localhost", RRTYPE_A, OUTCOME_FOUND, 1},
		{"localhost.", RRTYPE_AAAA, OUTCOME_FOUND, 1},
		{"LocalHost", RRTYPE_A, OUTCOME_FOUND, 1},
		{"a.b.localhost", RRTYPE_A, OUTCOME_FOUND, 1},
		{"localhost", RRTYPE_ANY, OUTCOME_FOUND, 2},
		{"localhost", RRTYPE_MX, OUTCOME_NO_DATA, 0},
		{"invalid", RRTYPE_A, OUTCOME_NO_NAME, 0},
		{"x.INVALID", RRTYPE_MX, OUTCOME_NO_NAME, 0},
		{"x.onion", RRTYPE_AAAA, OUTCOME_NO_NAME, 0},
		{"onion", RRTYPE_A, OUTCOME_NO_NAME, 0},
		{"notlocalhost", RRTYPE_A, OUTCOME_PASS, 0},
		{"localhost.test", RRTYPE_A, OUTCOME_PASS, 0},
		{"onion.test", RRTYPE_A, OUTCOME_PASS, 0},
		{"xinvalid", RRTYPE_A, OUTCOME_PASS, 0},
		{"test", RRTYPE_A, OUTCOME_PASS, 0},
		{".", RRTYPE_A, OUTCOME_PASS, 0},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct question question = question_of(cases[i].name, cases[i].type);
		struct answer answer = {0};
		print_message("%s %u\n", cases[i].name, cases[i].type);
		assert_int_equal(special_answer(&question, &answer), cases[i].outcome);
		assert_int_equal(answer.outcome, cases[i].outcome);
		assert_int_equal(answer.record_count, cases[i].records);
		assert_int_equal(answer.rcode, cases[i].outcome == OUTCOME_NO_NAME ? RCODE_NXDOMAIN : RCODE_NOERROR);
		assert_int_equal(answer.source, cases[i].outcome == OUTCOME_PASS ? SOURCE_UNSET : SOURCE_SPECIAL);
		answer_clear(&answer);
	}
}

static void localhost_is_the_loopback_address_of_each_family(void **state)
{
	(void)state;
	static const struct {
		uint16_t type;
		uint16_t length;
		uint8_t data[16];
	} cases[] = {
		{RRTYPE_A, 4, {127, 0, 0, 1}},
		{RRTYPE_AAAA, 16, {[15] = 1}},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct question question = question_of("www.localhost", cases[i].type);
		struct answer answer = {0};
		assert_int_equal(special_answer(&question, &answer), OUTCOME_FOUND);
		const struct record *record = &answer.records[0];
		const struct name owner = answer_owner(&answer, record);
		assert_int_equal(record->type, cases[i].type);
		assert_int_equal(record->data_length, cases[i].length);
		assert_memory_equal(answer_data(&answer, record), cases[i].data, cases[i].length);
		assert_true(name_equal(&owner, &question.name));
		answer_clear(&answer);
	}
}

static void localhost_has_nothing_in_another_class(void **state)
{
	(void)state;
	struct question question = question_of("localhost", RRTYPE_A);
	struct answer answer = {0};
	question.class = 3;
	assert_int_equal(special_answer(&question, &answer), OUTCOME_NO_DATA);
	answer_clear(&answer);
}

static void names_of_multicast_dns_are_recognised(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		bool is_multicast;
	} cases[] = {
		{"local", true},
		{"a.b.LOCAL.", true},
		{"1.0.254.169.in-addr.arpa", true},
		{"0.0.8.e.f.ip6.arpa", true},
		{"0.b.e.f.ip6.arpa", true},
		{"notlocal", false},
		{"local.test", false},
		{"1.0.254.168.in-addr.arpa", false},
		{"0.c.e.f.ip6.arpa", false},
		{".", false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct question question = question_of(cases[i].name, RRTYPE_A);
		assert_int_equal(special_is_multicast(&question.name), cases[i].is_multicast);
		assert_false(special_is_name(&question.name));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(special_names_have_their_fixed_outcome),
		cmocka_unit_test(localhost_is_the_loopback_address_of_each_family),
		cmocka_unit_test(localhost_has_nothing_in_another_class),
		cmocka_unit_test(names_of_multicast_dns_are_recognised),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
