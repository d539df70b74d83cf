// SPDX-License-Identifier: MIT
// Files that others include.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/fault.h"
#include "tests/unit/configs.h"
#include "tests/unit/files.h"

static int prepare(void **state)
{
	(void)state;
	environment_unset();
	return mkdir(files_path("below"), 0700);
}

// The searched file in HOME is not used: the file is named.
static struct environment environment_with(const char *directives)
{
	struct environment environment = environment_of(directives);
	environment.config_file = files_path("main");
	return environment;
}

static void assert_records(const struct config *config, const char *expected)
{
	char text[1024] = "";
	for (size_t i = 0; i < config->record_count; i++) {
		const struct config_line *record = &config->records[i];
		const char *slash = strrchr(record->label, '/');
		const size_t used = strlen(text);
		snprintf(text + used, sizeof text - used, "%.1s %s:%u; ", record->text,
			slash != NULL ? slash + 1 : record->label, record->line);
	}
	assert_string_equal(text, expected);
}

static void lines_of_an_included_file_stand_in_place_of_the_directive(void **state)
{
	(void)state;
	struct environment environment = environment_with("record a A 192.0.2.1\ninclude " NOWHERE);
	char directives[256], expected[256];
	snprintf(directives, sizeof directives, "record a A 192.0.2.1;include %s\n--\nrecord e A 192.0.2.1",
		files_make("one",
			"# ; is a comment, -- no section\nrecord b A 192.0.2.1 ; c\ninclude below/two\nrecord d A 192.0.2.1"));
	environment.directives = directives;
	files_make("below/two", "\xEF\xBB\xBFrecord c A 192.0.2.1\nzone a.zone\nfault * drop\n");
	files_make("main", "record f A 192.0.2.1\ninclude one\n\nrecord g A 192.0.2.1\n");
	struct config config = config_of(&environment);
	assert_records(&config,
		"a WITHDNS:1; b one:2; c two:1; d one:4; e WITHDNS:4; f main:1; b one:2; c two:1; d one:4; g main:4; ");
	snprintf(expected, sizeof expected, "%s/below/a.zone", files_directory());
	assert_string_equal(config.zones[0].text, expected);
	assert_string_equal(config.zones[1].text, expected);
	assert_int_equal(config.faults[0].rank, 1);
	assert_int_equal(config.faults[1].rank, 3);
	assert_int_not_equal(config.faults[1].version, 0);
	assert_int_equal(config.file_count, 3);
	assert_true(config.files[0].is_included);
	assert_false(config.files[2].is_included);
	config_clear(&config);
}

static void the_line_that_includes_decides_the_precedence(void **state)
{
	(void)state;
	struct environment environment = environment_with(NULL);
	char directives[256];
	snprintf(directives, sizeof directives, "options ndots:2\n--\ninclude %s",
		files_make("one", "nameserver 192.0.2.1\noptions ndots:3 attempts:3"));
	environment.directives = directives;
	files_make("main", "nameserver 192.0.2.2\noptions attempts:4 timeout:7");
	struct config config = config_of(&environment);
	assert_int_equal(config.routes[0].server_count, 1);
	assert_int_equal(config.routes[0].servers[0].address.bytes[3], 1);
	assert_int_equal(config.options.ndots, 2);
	assert_int_equal(config.options.attempts, 3);
	assert_int_equal(config.options.timeout, 7);
	config_clear(&config);
}

static void an_unknown_directive_of_another_version_is_told_with_both_versions(void **state)
{
	(void)state;
	static const struct {
		const char *version, *error;
	} cases[] = {
		{"9.9",
			"WITHDNS:2: unknown directive (WITHDNS was written by withdns 9.9, this is " VERSION "): expected one of"},
		{VERSION, "WITHDNS:2: unknown directive: expected one of"},
		{NULL, "WITHDNS:2: unknown directive: expected one of"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct environment environment = {.directives = "nameserver none\nbogus", .version = cases[i].version};
		struct config_error error = {.text = ""};
		struct config config;
		assert_false(config_load(&environment, NULL, &config, &error));
		assert_ptr_equal(strstr(error.text, cases[i].error), error.text);
	}
}

static void errors_have_the_line_that_is_wrong(void **state)
{
	(void)state;
	static const struct {
		const char *main, *one, *error;  // "@": the directory
	} cases[] = {
		{"\ninclude one", "\nbogus", "@/one:2: unknown directive"},
		{"\ninclude one\nbogus", "", "@/main:3: unknown directive"},
		{"\ninclude none", "", "@/main:2: include @/none: expected a readable file, got \"no such file\""},
		{"include one", "\n\ninclude below", "@/one:3: include @/below: expected a regular file, got a directory"},
		{"include one", "\ninclude ./main", "include: expected at most 16 levels of files, got \"@/./"},
		{"include one", "include one", "@/one:1: include: expected at most 16 levels of files, got \"@/one\""},
		{"include one", "seed x", "@/one:1: seed: expected"},
	};
	const struct environment environment = environment_with(NULL);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct config config;
		struct config_error error;
		char expected[512], *at = expected;
		for (const char *from = cases[i].error; *from != '\0'; from++)
			at = *from == '@' ? stpcpy(at, files_directory()) : stpncpy(at, from, 1);
		*at = '\0';
		files_make("main", cases[i].main);
		files_make("one", cases[i].one);
		assert_false(config_load(&environment, NULL, &config, &error));
		if (strstr(error.text, expected) == NULL)
			fail_msg("expected %s, got %s", expected, error.text);
	}
}

static void so_many_files_are_an_error(void **state)
{
	(void)state;
	static char text[8192];
	const struct environment environment = environment_with(NULL);
	char *at = text;
	for (unsigned i = 0; i < 65; i++) {
		char name[16];
		snprintf(name, sizeof name, "file%u", i);
		files_make(name, "record a A 192.0.2.1\n");
		at += sprintf(at, "include %s\ninclude %s\n", name, name);
	}
	files_make("main", text);
	struct config config;
	struct config_error error;
	assert_false(config_load(&environment, NULL, &config, &error));
	assert_non_null(strstr(error.text, "main:129: include: expected at most 128 files"));
	*strstr(text, "include file64") = '\0';
	files_make("main", text);
	config = config_of(&environment);
	assert_int_equal(config.file_count, 65);
	assert_int_equal(config.record_count, 128);
	config_clear(&config);
}

static void an_included_file_is_as_trusted_as_the_one_that_includes_it(void **state)
{
	(void)state;
	struct environment environment = environment_with(NULL);
	struct config config;
	struct config_error error;
	files_make("main", "include one");
	assert_int_equal(chmod(files_make("one", "options ndots:2"), 0666), 0);
	config = config_of(&environment);
	config_clear(&config);
	environment.config_file = NULL;
	environment.system_path = files_path("main");
	assert_false(config_load(&environment, NULL, &config, &error));
	assert_non_null(strstr(error.text, "/one: expected a file that only its owner can write"));
}

static void an_included_file_is_watched(void **state)
{
	(void)state;
	const struct environment environment = environment_with(NULL);
	struct config config;
	files_make("main", "include one");
	const char *one = files_make("one", "options ndots:2");
	while (file_stamp_of(one).is_young)
		usleep(1000);
	config = config_of(&environment);
	assert_false(has_changed(&config));
	unlink(one);
	assert_true(has_changed(&config));
	config_clear(&config);
}

static void a_copy_counts_where_an_included_file_cannot_be_read(void **state)
{
	(void)state;
	struct environment environment = environment_with(NULL);
	struct config config, again;
	struct config_error error;
	char copies[512];
	files_settle(files_make("main", "include one"));
	snprintf(copies, sizeof copies, "file 12 5 %s\nbogus\nbogus\ninclude 15 6 %s\noptions ndots:2", files_path("main"),
		files_path("one"));
	environment.config_copy = copies;
	config = config_of(&environment);
	assert_int_equal(config.options.ndots, 2);
	assert_true(config.files[1].is_copy && !config.files[0].is_copy);
	assert_int_equal(config.files[1].version, 6);
	assert_true(config_load(&environment, &config, &again, &error));
	config_clear(&config);
	config_clear(&again);
	const char *one = files_make("one", "options ndots:3");
	files_settle(one);
	config = config_of(&environment);
	assert_int_equal(config.options.ndots, 3);
	unlink(one);
	assert_false(config_load(&environment, &config, &again, &error));  // the copy is older than what was read
	config_clear(&config);
	environment.secure = true;
	assert_true(config_load(&environment, NULL, &again, &error));
	assert_int_not_equal(again.options.ndots, 2);
	config_clear(&again);
}

// Without the files, so that a journal hears of an error in them.
static void directives_alone_are_without_files(void **state)
{
	(void)state;
	const struct environment environment = environment_with("include " NOWHERE "\noptions ndots:4");
	struct config config;
	assert_true(config_load_directives(&environment, &config));
	assert_int_equal(config.options.ndots, 4);
	config_clear(&config);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, prepare, files_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(lines_of_an_included_file_stand_in_place_of_the_directive),
		CASE(the_line_that_includes_decides_the_precedence),
		CASE(an_unknown_directive_of_another_version_is_told_with_both_versions),
		CASE(errors_have_the_line_that_is_wrong),
		CASE(so_many_files_are_an_error),
		CASE(an_included_file_is_as_trusted_as_the_one_that_includes_it),
		CASE(an_included_file_is_watched),
		CASE(a_copy_counts_where_an_included_file_cannot_be_read),
		CASE(directives_alone_are_without_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
