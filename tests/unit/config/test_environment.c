// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/environment.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

static int forget_all(void **state)
{
	(void)state;
	return unsetenv("WITHDNS") != 0 || unsetenv("WITHDNS_CONF") != 0 || unsetenv("WITHDNS_CONF_COPY") != 0 ||
		unsetenv("HOME") != 0;
}

static void what_is_unset_is_null(void **state)
{
	(void)state;
	struct environment environment = {.directives = "old", .hosts_path = "old"};
	environment_take(&environment);
	assert_null(environment.directives);
	assert_null(environment.config_file);
	assert_null(environment.home);
	assert_null(environment.resolvconf_path);
	assert_null(environment.system_path);
	assert_null(environment.hosts_path);
	assert_false(environment.secure);
}

static void the_copies_outlive_the_environment(void **state)
{
	(void)state;
	struct environment environment;
	setenv("WITHDNS", "nameserver 192.0.2.1", 1);
	setenv("WITHDNS_CONF", "", 1);
	setenv("HOME", "/home/user", 1);
	environment_take(&environment);
	memset(getenv("WITHDNS"), 'x', strlen("nameserver 192.0.2.1"));
	memset(getenv("HOME"), 'x', strlen("/home/user"));
	forget_all(NULL);
	assert_string_equal(environment.directives, "nameserver 192.0.2.1");
	assert_string_equal(environment.config_file, "");
	assert_string_equal(environment.home, "/home/user");
	assert_false(environment.secure);
}

static void a_long_value_is_taken_whole(void **state)
{
	(void)state;
	const size_t size = 100 * 1000;
	char *text = malloc(size + 1);
	memset(text, 'x', size);
	text[size] = '\0';
	struct environment environment;
	setenv("WITHDNS", text, 1);
	environment_take(&environment);
	assert_string_equal(environment.directives, text);
	free(text);
}

static void without_memory_nothing_is_followed(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip();  // AddressSanitizer needs more memory than any limit
#endif
	struct rlimit before, none;
	struct environment environment;
	char directives[sizeof environment.room + 1];
	memset(directives, ' ', sizeof directives - 1);
	directives[sizeof directives - 1] = '\0';
	setenv("WITHDNS", directives, 1);
	assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
	environment_take(&environment);
	assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
	assert_null(environment.directives);
	assert_true(environment.secure);
}

static void a_file_that_is_there_is_seen(void **state)
{
	(void)state;
	const char *path = files_path(".config/withdns.conf");
	struct environment environment;
	assert_int_equal(mkdir(files_path(".config"), 0700), 0);
	setenv("HOME", files_directory(), 1);
	setenv("WITHDNS_CONF_COPY", "/a\nb", 1);
	environment_take(&environment);
	assert_false(environment.had_home_file);
	assert_string_equal(environment.config_copy, "/a\nb");
	files_write_text(path, "");
	environment_take(&environment);
	assert_true(environment.had_home_file);
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 4711, 0), 0);
		environment_take(&environment);
		assert_false(environment.had_home_file);
		unlink(path);
		assert_int_equal(symlink(files_make("other", ""), path), 0);
		environment_take(&environment);
		assert_true(environment.had_home_file);
		assert_int_equal(lchown(path, 4711, 0), 0);
		environment_take(&environment);
		assert_false(environment.had_home_file);
	}
}

static void the_home_file_needs_an_absolute_home(void **state)
{
	(void)state;
	static const char *const homes[] = {NULL, "", "relative"};
	for (size_t i = 0; i < LENGTH(homes); i++)
		assert_null(environment_home_file(&(struct environment){.home = homes[i]}));
	char *path = environment_home_file(&(struct environment){.home = "/home/user"});
	assert_string_equal(path, "/home/user/.config/withdns.conf");
	free(path);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, forget_all, forget_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_is_unset_is_null),
		CASE(the_copies_outlive_the_environment),
		CASE(a_long_value_is_taken_whole),
		CASE(without_memory_nothing_is_followed),
		CASE(a_file_that_is_there_is_seen),
		CASE(the_home_file_needs_an_absolute_home),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
