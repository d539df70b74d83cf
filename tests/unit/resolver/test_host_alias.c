// SPDX-License-Identifier: MIT
#include "resolver/host_alias.h"

#include <stdlib.h>

#include "tests/unit/files.h"
#include "tests/unit/unit.h"

static void the_first_line_with_the_alias_counts(void **state)
{
	(void)state;
	static const struct {
		const char *alias, *name;
	} cases[] = {
		{"web", "www.test"},
		{"WEB", "www.test"},
		{"tabbed", "t.test"},
		{"lonely", NULL},
		{"we", NULL},
		{"www.test", NULL},
		{"last", "l.test"},
	};
	setenv("HOSTALIASES",
		files_make("aliases", "lonely\n\nweb www.test more\nweb other.test\n\ttabbed\tt.test\r\nlast l.test"), 1);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *name = host_alias_find(cases[i].alias);
		if (cases[i].name)
			assert_string_equal(name, cases[i].name);
		else
			assert_null(name);
		free(name);
	}
}

static void without_a_file_there_is_no_alias(void **state)
{
	(void)state;
	setenv("HOSTALIASES", files_path("none"), 1);
	assert_null(host_alias_find("web"));
	unsetenv("HOSTALIASES");
	assert_null(host_alias_find("web"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_line_with_the_alias_counts),
		cmocka_unit_test(without_a_file_there_is_no_alias),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
