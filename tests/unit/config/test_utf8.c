// SPDX-License-Identifier: MIT
#include "config/base/utf8.h"

#include "tests/unit/unit.h"

static void a_character_is_read_with_its_length_or_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t length;
		uint32_t point;
	} cases[] = {
		{"a", 1, 'a'},
		{"\xC3\xA4", 2, 0xE4},
		{"\xE2\x82\xAC", 3, 0x20AC},
		{"\xF0\x9F\x98\x80", 4, 0x1F600},
		{"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
		{"\xC3", 0, 0},
		{"\xE2\x82", 0, 0},
		{"\xA4", 0, 0},
		{"\xC0\x80", 0, 0},          // overlong
		{"\xE0\x80\x80", 0, 0},      // overlong
		{"\xED\xA0\x80", 0, 0},      // a surrogate
		{"\xF4\x90\x80\x80", 0, 0},  // above 10FFFF
		{"\xFF", 0, 0},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint32_t point = 0;
		assert_int_equal(utf8_read(cases[i].text, &point), cases[i].length);
		if (cases[i].length > 0)
			assert_int_equal(point, cases[i].point);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_character_is_read_with_its_length_or_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
