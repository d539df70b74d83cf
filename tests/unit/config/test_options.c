// SPDX-License-Identifier: MIT
#include "config/options.h"

#include "config/config.h"
#include "tests/unit/unit.h"

static void each_word_is_an_option_with_its_number_in_bounds(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool is_option;
		uint32_t value;
	} cases[] = {
		{"ndots:3", true, 3},
		{"ndots:99", true, 15},
		{"timeout:0", true, 0},
		{"rotate", true, 1},
		{"inet6", true, 1},
		{"ndots", false, 0},
		{"ndots:", false, 0},
		{"ndots:x", false, 0},
		{"rotate:1", false, 0},
		{"Rotate", false, 0},
		{"rotat", false, 0},
		{"", false, 0},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint32_t value = 0;
		const struct option *option = option_read(cases[i].text, &value);
		assert_int_equal(option != NULL, cases[i].is_option);
		if (option)
			assert_int_equal(value, cases[i].value);
	}
}

static void what_is_set_is_written_and_read_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option *option = &option_table[i];
		struct options options = {.ndots = 0}, again = {.ndots = 0};
		char text[OPTION_TEXT_SIZE], other[OPTION_TEXT_SIZE];
		uint32_t value;
		option_set(option, option->highest, &options);
		option_write(option, &options, text);
		assert_int_equal(text[0] == '\0', option->kind == OPTION_IGNORED);
		if (text[0] == '\0')
			continue;
		assert_ptr_equal(option_read(text, &value), option);
		option_set(option, value, &again);
		assert_string_equal(option_write(option, &again, other), text);
	}
}

static void a_number_below_its_bound_is_raised(void **state)
{
	(void)state;
	struct options options = {.timeout = 7};
	uint32_t value;
	char text[OPTION_TEXT_SIZE];
	const struct option *option = option_read("timeout:0", &value);
	option_set(option, value, &options);
	assert_string_equal(option_write(option, &options, text), "timeout:1");
}

static void a_synonym_and_a_word_without_effect_are_no_settings(void **state)
{
	(void)state;
	uint32_t value;
	assert_true(option_is_setting(option_read("no-tld-query", &value)));
	assert_false(option_is_setting(option_read("no_tld_query", &value)));
	assert_false(option_is_setting(option_read("inet6", &value)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_word_is_an_option_with_its_number_in_bounds),
		cmocka_unit_test(what_is_set_is_written_and_read_again),
		cmocka_unit_test(a_number_below_its_bound_is_raised),
		cmocka_unit_test(a_synonym_and_a_word_without_effect_are_no_settings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
