// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim/command/shell/history.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

#define FILE_BELOW ".local/state/withdns/history"

static const char *home, *path;

static int make_home(void **state)
{
	(void)state;
	unsetenv("XDG_STATE_HOME");
	home = files_directory();
	path = files_path(FILE_BELOW);
	return 0;
}

static struct seen {
	unsigned count;
	char first[64], last[64];
} seen;

static void see(const char *line)
{
	if (seen.count++ == 0)
		strcpy(seen.first, line);
	strcpy(seen.last, line);
}

static void open_history(struct history *history)
{
	seen.count = 0;
	history_open(history, home, see);
}

static void lines_are_there_in_the_next_session(void **state)
{
	(void)state;
	struct history history;
	struct stat status;

	open_history(&history);
	assert_int_equal(seen.count, 0);
	assert_true(history_add(&history, "one"));
	assert_true(history_add(&history, "two"));
	history_close(&history);
	open_history(&history);
	history_close(&history);
	assert_int_equal(seen.count, 2);
	assert_string_equal(seen.first, "one");
	assert_string_equal(seen.last, "two");
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
}

static void repetitions_and_lines_that_begin_with_a_blank_are_not_kept(void **state)
{
	(void)state;
	struct history history;

	open_history(&history);
	assert_true(history_add(&history, "one"));
	assert_false(history_add(&history, "one"));
	assert_false(history_add(&history, " secret"));
	assert_false(history_add(&history, ""));
	assert_true(history_add(&history, "two"));
	assert_true(history_add(&history, "one"));
	history_close(&history);

	open_history(&history);
	assert_int_equal(seen.count, 3);
	assert_false(history_add(&history, "one"));  // from the previous session
	history_close(&history);
}

static void a_thousand_lines_are_kept(void **state)
{
	(void)state;
	struct history history;

	open_history(&history);
	for (unsigned i = 1; i <= HISTORY_MAX + 5; i++) {
		char line[32];
		snprintf(line, sizeof(line), "line %u", i);
		history_add(&history, line);
	}
	history_close(&history);
	open_history(&history);
	assert_int_equal(seen.count, HISTORY_MAX);
	assert_string_equal(seen.first, "line 6");
	assert_string_equal(seen.last, "line 1005");
	history_add(&history, "one more");
	history_close(&history);

	const char *lines = files_read(path);
	unsigned count = 0;
	for (const char *at = lines; *at != '\0'; at++)
		count += *at == '\n';
	assert_int_equal(count, HISTORY_MAX);
	assert_memory_equal(lines, "line 7\n", 7);
}

static void the_directory_of_the_environment_comes_first_where_it_is_absolute(void **state)
{
	(void)state;
	struct history history;
	char wanted[128];

	setenv("XDG_STATE_HOME", home, 1);
	history_open(&history, "/nowhere", see);
	snprintf(wanted, sizeof(wanted), "%s/withdns/history", home);
	assert_string_equal(history.path, wanted);
	history_close(&history);
	setenv("XDG_STATE_HOME", "relative", 1);
	open_history(&history);
	assert_string_equal(history.path, path);
	history_close(&history);
	unsetenv("XDG_STATE_HOME");
}

static void without_a_place_for_it_nothing_is_kept_and_nothing_breaks(void **state)
{
	(void)state;
	static const char *const homes[] = {NULL, "relative", "/proc/no-such-process"};

	for (size_t i = 0; i < LENGTH(homes); i++) {
		struct history history;
		seen.count = 0;

		history_open(&history, homes[i], see);
		assert_true(history_add(&history, "one"));
		assert_int_equal(seen.count, 0);
		history_close(&history);
	}
}

#define IN_A_HOME(test) cmocka_unit_test_setup_teardown(test, make_home, files_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_HOME(lines_are_there_in_the_next_session),
		IN_A_HOME(repetitions_and_lines_that_begin_with_a_blank_are_not_kept),
		IN_A_HOME(a_thousand_lines_are_kept),
		IN_A_HOME(the_directory_of_the_environment_comes_first_where_it_is_absolute),
		IN_A_HOME(without_a_place_for_it_nothing_is_kept_and_nothing_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
