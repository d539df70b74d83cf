// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "config/directive_file.h"
#include "tests/unit/unit.h"

static void copies_are_found_by_their_paths(void **state)
{
	(void)state;
	static const struct directive_copy copies[] = {
		{false, 7, "/a b", 4, "one\ntwo", 7},
		{true, UINT64_MAX, "/c", 2, "", 0},
		{true, 0, "/d", 2, NULL, 0},
		{true, 1, "/e", 2, "include 3 4 /c\n", 15},
	};
	static const char text[] = "file 7 7 /a b\none\ntwoinclude 0 18446744073709551615 /c\ninclude - 0 /d\n"
							   "include 15 1 /e\ninclude 3 4 /c\n";
	for (size_t i = 0; i < LENGTH(copies); i++) {
		char path[8];
		struct directive_copy copy;
		snprintf(path, sizeof path, "%.*s", (int)copies[i].path_length, copies[i].path);
		assert_true(directive_file_copy(text, path, &copy));
		assert_int_equal(copy.is_included, copies[i].is_included);
		assert_int_equal(copy.version, copies[i].version);
		assert_int_equal(copy.size, copies[i].size);
		assert_int_equal(copy.text == NULL, copies[i].text == NULL);
		if (copy.text != NULL)
			assert_memory_equal(copy.text, copies[i].text, copy.size);
	}
	struct directive_copy copy;
	assert_true(directive_file_copy(text, NULL, &copy));
	assert_int_equal(copy.version, 7);
	assert_false(directive_file_copy(text, "/f", &copy));
	assert_false(directive_file_copy(NULL, "/f", &copy));
}

static void malformed_copies_are_not_used(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "/a\nb", "file", "file 1 2 a\nb", "file 1 /a\nb", "file 2 2 /a\nb",
		"file 1 2 /a", "files 1 2 /a\nb", "file -1 2 /a\nb", "file 18446744073709551616 2 /a\nb", "file - - /a\n"};
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct directive_copy copy;
		if (directive_file_copy(texts[i], NULL, &copy) || directive_file_copy(texts[i], "/a", &copy))
			fail_msg("%s was read", texts[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_are_found_by_their_paths),
		cmocka_unit_test(malformed_copies_are_not_used),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
