// SPDX-License-Identifier: MIT
#include "config/log_member.h"

#include <string.h>

#include "tests/unit/unit.h"

static void each_key_and_each_place_in_a_trace_is_there_once(void **state)
{
	(void)state;
	unsigned places = 0, last = 0;
	for (const struct log_member *member = log_members; member->key; member++) {
		for (const struct log_member *earlier = log_members; earlier < member; earlier++) {
			assert_string_not_equal(earlier->key, member->key);
			assert_true(member->trace_place == 0 || earlier->trace_place != member->trace_place);
		}
		places += member->trace_place > 0;
		last = member->trace_place > last ? member->trace_place : last;
	}
	assert_int_equal(places, last);
	for (unsigned place = 1; place <= last; place++)
		assert_int_equal(log_member_at(place)->trace_place, place);
	assert_null(log_member_at(last + 1));
}

static void a_member_is_a_text_or_a_number_or_absent(void **state)
{
	(void)state;
	const uint16_t counts[3] = {1, 2, 3};
	const struct log_event full = {
		.kind = EVENT_CALL, .name = "app.test", .try = 2, .counts = counts, .microseconds = 5};
	const struct log_event empty = {.kind = EVENT_CALL, .microseconds = -1};
	static const struct {
		const char *key, *text;
		int64_t number;
	} cases[] = {
		{"event", "call", -1},
		{"name", "app.test", -1},
		{"server", NULL, -1},
		{"try", NULL, 2},
		{"additional", NULL, 3},
		{"ms", NULL, 5},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct log_member *member = log_members;
		while (strcmp(member->key, cases[i].key) != 0)
			member++;
		const char *text = log_member_text(member, &full);
		assert_int_equal(text != NULL, cases[i].text != NULL);
		if (text)
			assert_string_equal(text, cases[i].text);
		assert_int_equal(log_member_number(member, &full), cases[i].number);
		assert_int_equal(log_member_number(member, &empty), -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_key_and_each_place_in_a_trace_is_there_once),
		cmocka_unit_test(a_member_is_a_text_or_a_number_or_absent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
