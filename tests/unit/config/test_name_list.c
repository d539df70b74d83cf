// SPDX-License-Identifier: MIT
#include <string.h>

#include "config/base/address.h"
#include "config/base/rrtype.h"
#include "config/config_error.h"
#include "config/name_list.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

static struct name name_of(const char *text)
{
	struct name name;
	assert_true(name_list_read_name(text, &name));
	return name;
}

static void a_line_covers_names_and_types(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		uint16_t type;
		enum listing_state state;
	} cases[] = {
		{"app.test", RRTYPE_A, LISTED},
		{"APP.test.", RRTYPE_MX, LISTED},
		{"app.test", 0, LISTED},
		{"www.app.test", RRTYPE_A, LISTED_NOT},
		{"mail.test", RRTYPE_MX, LISTED},
		{"mail.test", RRTYPE_A, LISTED_OTHERWISE},
		{"mail.test", 0, LISTED_OTHERWISE},
		{"a.b.db.test", RRTYPE_AAAA, LISTED},
		{"a.b.db.test", RRTYPE_A, LISTED_OTHERWISE},
		{"db.test", RRTYPE_AAAA, LISTED_NOT},
		{"192.0.2.1", RRTYPE_PTR, LISTED},
		{"1.2.0.192.in-addr.arpa", RRTYPE_PTR, LISTED},
		{"2001:db8::1", RRTYPE_PTR, LISTED},
		{"both.test", RRTYPE_A, LISTED},
		{"both.test", RRTYPE_AAAA, LISTED},
		{"both.test", RRTYPE_TXT, LISTED_OTHERWISE},
		{"a/b:c#d.test", RRTYPE_A, LISTED},
	};
	struct name_list list;
	struct config_error error;
	const char *path = files_make("names",
		"app.test # all\nmail.test/mx\n\n*.db.test/AAAA\r\n192.0.2.1\n2001:db8::1/PTR\nboth.test/A\nboth.test/TYPE28\n"
		"a\\/b\\:c\\#d.test");
	assert_true(name_list_read(path, "", &list, &error));
	assert_int_equal(list.count, 8);
	assert_int_equal(list.list[7].line, 9);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct name name = name_of(cases[i].name);
		if (name_list_find(&list, &name, cases[i].type) != cases[i].state)
			fail_msg("%s %u", cases[i].name, cases[i].type);
	}
	name_list_clear(&list);
}

static void a_name_is_written_as_it_is_read(void **state)
{
	(void)state;
	static const char *const names[] = {"app.test", "a/b.*.c:d.e?f.g#h.test", "192.0.2.1", "2001:db8::1", "."};
	for (size_t i = 0; i < LENGTH(names); i++) {
		char text[NAME_TEXT_SIZE];
		struct name_list list;
		struct config_error error;
		const struct name name = name_of(names[i]);
		assert_true(name_list_read(files_make("names", name_list_write_name(&name, text)), "", &list, &error));
		assert_int_equal(list.count, 1);
		assert_int_equal(name_list_find(&list, &name, 0), LISTED);
		name_list_clear(&list);
	}
}

static void a_wrong_line_is_told_from_a_wrong_file(void **state)
{
	(void)state;
	struct name_list list;
	struct config_error error;
	assert_false(name_list_read(files_make("names", "a.test\n*\n"), "only: ", &list, &error));
	assert_non_null(strstr(error.text, "/names:2: expected one name or *.domain, then /TYPE or nothing"));
	assert_memory_equal(error.text, "only: /", 7);
	name_list_clear(&list);
	assert_false(name_list_read("/", "", &list, &error));
	assert_string_equal(error.text, "/: expected a file of names that can be read: is a directory");
	name_list_clear(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_covers_names_and_types),
		cmocka_unit_test(a_name_is_written_as_it_is_read),
		cmocka_unit_test(a_wrong_line_is_told_from_a_wrong_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
