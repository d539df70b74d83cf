// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "config/base/words.h"
#include "shim/command/query/question_words.h"
#include "tests/unit/unit.h"

// "NAME CLASS TYPE SERIAL;" a question.
static char taken[512];

static bool take(const char *name, const struct question_kind *asked, void *context)
{
	size_t *left = context;
	size_t used = strlen(taken);
	snprintf(
		taken + used, sizeof(taken) - used, "%s %u %u %u;", name, asked->class, asked->type, (unsigned)asked->serial);
	return --*left > 0;
}

// Reads all the words of the line, or as long as most questions are not taken.
static bool read_line(const char *line, size_t most)
{
	struct words words;
	bool goes_on = true;
	taken[0] = '\0';
	assert_int_equal(words_split(line, strlen(line), &words), WORDS_OK);
	for (size_t at = 0; goes_on && at < words.count;)
		goes_on = question_words_read(words.word, words.count, &at, take, &most);
	words_clear(&words);
	return goes_on;
}

static void words_are_names_with_their_types_and_class(void **state)
{
	(void)state;
	static const struct {
		const char *line, *taken;
	} cases[] = {
		{"a.test", "a.test 1 0 0;"},
		{"a.test b.test", "a.test 1 0 0;b.test 1 0 0;"},
		{"a.test MX aaaa b.test", "a.test 1 15 0;a.test 1 28 0;b.test 1 0 0;"},
		{"version.bind CH", "version.bind 3 16 0;"},
		{"version.bind CH TXT", "version.bind 3 16 0;"},
		{"version.bind TXT CH", "version.bind 3 16 0;"},
		{"a.test IXFR=7 A", "a.test 1 251 7;a.test 1 1 0;"},
		{"a.test mx=7", "a.test 1 0 0;mx=7 1 0 0;"},
		{"mx", "mx 1 0 0;"},
		{"mx mx", "mx 1 15 0;"},
		{"MX a.test", "a.test 1 15 0;"},
		{"MX a.test b.test", "a.test 1 15 0;b.test 1 0 0;"},
		{"TXT CH version.bind", "version.bind 3 16 0;"},
		{"CH version.bind", "version.bind 3 16 0;"},
		{"A AAAA a.test MX b.test", "a.test 1 1 0;a.test 1 28 0;b.test 1 15 0;"},
		{"CH version.bind TXT", "version.bind 3 16 0;"},
		{"mx. a.test", "mx. 1 0 0;a.test 1 0 0;"},
		{"a.test A MX b.test", "a.test 1 1 0;a.test 1 15 0;b.test 1 0 0;"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		assert_true(read_line(cases[i].line, SIZE_MAX));
		assert_string_equal(taken, cases[i].taken);
	}
}

static void a_word_in_capitals_after_a_name_is_a_type_or_unknown(void **state)
{
	(void)state;
	static const struct {
		const char *line, *unknown;
	} cases[] = {
		{"a.test NONSENSE", "NONSENSE"},
		{"a.test MX NONSENSE2 b.test", "NONSENSE2"},
		{"a.test MX=7", "MX=7"},
		{"a.test TYPE0", "TYPE0"},
		{"a.test b.test A B-C", "B-C"},
		{"NONSENSE", NULL},
		{"a.test B.", NULL},
		{"a.test Nonsense", NULL},
		{"a.test 192.0.2.1", NULL},
		{"a.test 7", NULL},
		{"a.test FE80::1", NULL},
		{"a.test CH TXT RESINFO DSYNC TYPE65535 IXFR=7", NULL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct words words;
		assert_int_equal(words_split(cases[i].line, strlen(cases[i].line), &words), WORDS_OK);
		const char *unknown = question_words_unknown(words.word, words.count);
		assert_string_equal(unknown ? unknown : "", cases[i].unknown ? cases[i].unknown : "");
		words_clear(&words);
	}
}

static void the_callback_may_end_the_reading(void **state)
{
	(void)state;
	assert_false(read_line("a.test A AAAA b.test", 1));
	assert_string_equal(taken, "a.test 1 1 0;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_names_with_their_types_and_class),
		cmocka_unit_test(a_word_in_capitals_after_a_name_is_a_type_or_unknown),
		cmocka_unit_test(the_callback_may_end_the_reading),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
