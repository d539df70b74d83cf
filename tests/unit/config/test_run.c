// SPDX-License-Identifier: MIT
#include "config/run.h"
#include "tests/unit/unit.h"

static void an_address_is_a_path_and_a_key(void **state)
{
	(void)state;
	static const char key[] = "0123456789abcdef0123456789abcdef";
	static const struct {
		const char *word, *key;
	} wrong[] = {
		{"/a", key},
		{"unix:", key},
		{"unix:a", key},
		{"unix:/a", NULL},
		{"unix:/a", "short"},
		{"fd:3", key},
	};
	struct run_address address;
	assert_true(run_address_read("unix:/a b", key, NULL, &address));
	assert_string_equal(address.path, "/a b");
	assert_string_equal(address.key, key);
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		assert_false(run_address_read(wrong[i].word, wrong[i].key, NULL, &address));
		assert_string_equal(address.path, "/a b");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_a_path_and_a_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
