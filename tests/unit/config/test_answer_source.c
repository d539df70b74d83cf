// SPDX-License-Identifier: MIT
#include "config/base/answer_source.h"

#include "tests/unit/unit.h"

static void each_source_has_a_word_of_its_own(void **state)
{
	(void)state;
	for (enum answer_source source = SOURCE_LITERAL; source <= SOURCE_FAULT; source++)
		assert_int_equal(answer_source_of(answer_source_word(source)), source);
	assert_null(answer_source_word(SOURCE_UNSET));
	assert_int_equal(answer_source_of("nonsense"), SOURCE_UNSET);
	assert_int_equal(answer_source_of(""), SOURCE_UNSET);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_source_has_a_word_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
