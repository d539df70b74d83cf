// SPDX-License-Identifier: MIT
#include "shim/command/shell/word_list.h"

#include <stdio.h>

#include "tests/unit/unit.h"

static void words_are_copied_and_keep_their_order(void **state)
{
	(void)state;
	struct word_list list = {.words = NULL};
	char word[16];
	word_list_clear(&list);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(word, sizeof(word), "word%u", i);
		word_list_add(&list, word);
	}
	assert_int_equal(list.count, 100);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(word, sizeof(word), "word%u", i);
		assert_string_equal(list.words[i], word);
	}
	word_list_clear(&list);
	assert_int_equal(list.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_copied_and_keep_their_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
