// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/base/append.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

static const char *path;

static int set_path(void **state)
{
	(void)state;
	path = files_path("file");
	return 0;
}

static void a_file_is_made_with_its_first_bytes_and_the_umask(void **state)
{
	(void)state;
	struct stat file;
	unlink(path);
	const mode_t before = umask(027);
	assert_true(append_make(path, "title\n", 6));
	umask(before);
	assert_string_equal(files_read(path), "title\n");
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0640);
}

static void a_file_that_is_there_stays_as_it_is(void **state)
{
	(void)state;
	unlink(path);
	assert_true(append_make(path, "first\n", 6));
	assert_false(append_make(path, "second\n", 7));
	assert_int_equal(errno, EEXIST);
	assert_string_equal(files_read(path), "first\n");
}

static void a_file_that_cannot_be_made_is_an_error(void **state)
{
	(void)state;
	assert_false(append_make("/nowhere/at/all", "text", 4));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(append_open("/nowhere/at/all", 0), -1);
	assert_int_equal(errno, ENOENT);
}

static bool has_nameless_files(void)
{
	const int descriptor = open(files_directory(), O_WRONLY | O_TMPFILE, 0600);
	return descriptor >= 0 && close(descriptor) == 0;
}

// A concurrent writer appends after the initial bytes.
static void of_many_that_make_a_file_at_once_one_writes_its_title_and_first(void **state)
{
	(void)state;
	if (!has_nameless_files())
		skip();
	for (int round = 0; round < 50; round++) {
		unlink(path);
		for (int child = 0; child < 4; child++) {
			if (fork() > 0)
				continue;
			append_make(path, "title\n", 6);
			const int descriptor = append_open(path, O_CREAT);
			_exit(append_write(descriptor, "line\n", 5) != 5);
		}
		for (int child = 0, status; child < 4; child++) {
			assert_true(wait(&status) > 0);
			assert_int_equal(status, 0);
		}
		assert_string_equal(files_read(path), "title\nline\nline\nline\nline\n");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_made_with_its_first_bytes_and_the_umask),
		cmocka_unit_test(a_file_that_is_there_stays_as_it_is),
		cmocka_unit_test(a_file_that_cannot_be_made_is_an_error),
		cmocka_unit_test(of_many_that_make_a_file_at_once_one_writes_its_title_and_first),
	};
	return cmocka_run_group_tests(tests, set_path, files_remove);
}
