// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/base/append.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

#define CHILDREN 4
#define LINES 100

static void a_file_that_cannot_be_made_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(append_open("/nowhere/at/all", O_CREAT), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(append_open(files_path("none"), 0), -1);
	assert_int_equal(errno, ENOENT);
}

static void of_many_that_append_at_once_no_line_is_lost_or_torn(void **state)
{
	static const char line[] = "a line\n";
	const char *path = files_path("file");
	(void)state;
	for (int child = 0; child < CHILDREN; child++) {
		if (fork() > 0)
			continue;
		const int descriptor = append_open(path, O_CREAT);
		for (int i = 0; i < LINES; i++)
			if (append_write(descriptor, line, strlen(line)) != (ssize_t)strlen(line))
				_exit(1);
		_exit(0);
	}
	for (int child = 0, status; child < CHILDREN; child++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	const char *text = files_read(path);
	for (int i = 0; i < CHILDREN * LINES; i++, text += strlen(line))
		assert_int_equal(strncmp(text, line, strlen(line)), 0);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_that_cannot_be_made_is_an_error),
		cmocka_unit_test(of_many_that_append_at_once_no_line_is_lost_or_torn),
	};
	return cmocka_run_group_tests(tests, NULL, files_remove);
}
