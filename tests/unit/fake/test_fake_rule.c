// SPDX-License-Identifier: MIT
// Records and rules of the scripted server as text: an invalid line is an error and changes nothing.
#include <stdlib.h>
#include <string.h>

#include "tests/fake/fake.h"
#include "tests/fake/rule.h"
#include "tests/unit/unit.h"

static void rules_are_parted_by_lines_and_semicolons_and_may_have_comments(void **state)
{
	static const char text[] = "\n# first\n app.test/TXT  drop ;*.b delay=0x10 first=2\n;;* aa # last\n";
	struct fake_rule *rules = NULL;
	char *wrong = NULL;
	(void)state;
	assert_true(fake_rules_read(&rules, text, &wrong));
	assert_int_equal(rules->type, RRTYPE_TXT);
	assert_true(rules->has[FAKE_DROP]);
	assert_true(rules->next->below);
	assert_int_equal(rules->next->value[FAKE_DELAY], 16);
	assert_int_equal(rules->next->value[FAKE_FIRST], 2);
	assert_true(rules->next->next->any_name);
	assert_null(rules->next->next->next);
	fake_rules_clear(&rules);
	assert_null(rules);
}

static void rules_with_an_error_are_not_taken_at_all(void **state)
{
	static const char *const texts[] = {
		"* drop\n* nonsense",
		"a drop; b delay",
		"a..b drop",
		"a/NOTYPE drop",
		"a drop=1",
		"a delay=x",
		"a delay=1x",
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct fake_rule *rules = NULL;
		char *wrong = NULL;
		assert_false(fake_rules_read(&rules, texts[i], &wrong));
		assert_non_null(wrong);
		assert_null(rules);
		free(wrong);
	}
}

static void an_unreadable_rule_is_an_error(void **state)
{
	struct fake *fake = fake_start(NULL, NULL, NULL);
	(void)state;
	assert_non_null(fake);
	assert_false(fake_add_rules(fake, "* drop\n* nonsense"));
	assert_string_equal(fake_error(fake), "rule: 'nonsense' is not understood");
	assert_false(fake_add_records(fake, "good.test. A 192.0.2.1\nbad.test. A 192.0.2.\n"));
	assert_non_null(strstr(fake_error(fake), "records:2:"));
	assert_false(fake_listen(fake, "localhost", NULL));
	fake_stop(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_parted_by_lines_and_semicolons_and_may_have_comments),
		cmocka_unit_test(rules_with_an_error_are_not_taken_at_all),
		cmocka_unit_test(an_unreadable_rule_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
