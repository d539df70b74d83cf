// SPDX-License-Identifier: MIT
#include "shim/command/text.h"

#include <stdlib.h>

#include "tests/unit/unit.h"

static void control_characters_and_invalid_utf_8_are_escaped(void **state)
{
	(void)state;
	static const struct {
		const char *text, *escaped;
		enum escape_style style;
	} cases[] = {
		{"a b\xC3\xA4", "a b\xC3\xA4", ESCAPE_TEXT},
		{"a\x1b[31m", "a\\x1b[31m", ESCAPE_TEXT},
		{"\xFF", "\\xff", ESCAPE_TEXT},
		{"\n", "\\u000a", ESCAPE_JSON},
		{"", "", ESCAPE_TEXT},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);
		assert_non_null(out);
		text_escape_as(cases[i].text, cases[i].style, out);
		fclose(out);
		assert_string_equal(text, cases[i].escaped);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_characters_and_invalid_utf_8_are_escaped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
