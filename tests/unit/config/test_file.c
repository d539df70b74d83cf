// SPDX-License-Identifier: MIT
#include "config/base/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/files.h"
#include "tests/unit/unit.h"

static void a_file_is_read_whole_up_to_the_limit(void **state)
{
	(void)state;
	const char *path = files_make("file", "");
	char *bytes;
	size_t size;
	files_write(path, "a\0b\n", 4);
	assert_int_equal(file_read(path, 4, &bytes, &size), 0);
	assert_int_equal(size, 4);
	assert_memory_equal(bytes, "a\0b\n", 5);
	free(bytes);
	assert_int_equal(file_read(path, 3, &bytes, &size), -1);
	assert_int_equal(errno, EFBIG);
	assert_int_equal(file_read("/dev/null", 8192, &bytes, &size), 0);
	assert_int_equal(size, 0);
	free(bytes);
}

static void a_file_that_gives_no_size_is_read_to_its_end(void **state)
{
	(void)state;
	char *bytes;
	size_t size;
	assert_int_equal(file_read("/proc/self/smaps", 1 << 24, &bytes, &size), 0);
	assert_true(size > 2 * 4096);
	assert_non_null(strstr(bytes, "[stack]"));
	free(bytes);
}

static void what_is_no_file_has_its_errno(void **state)
{
	(void)state;
	const struct {
		const char *path;
		int error;
	} cases[] = {
		{files_path("none"), ENOENT},
		{files_directory(), EISDIR},
		{files_path("fifo"), EINVAL},
	};
	assert_int_equal(mkfifo(files_path("fifo"), 0600), 0);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *bytes;
		size_t size;
		assert_int_equal(file_read(cases[i].path, 100, &bytes, &size), -1);
		assert_int_equal(errno, cases[i].error);
	}
}

static void a_byte_order_mark_is_skipped_once(void **state)
{
	(void)state;
	static const struct {
		const char *text, *rest;
	} cases[] = {{"\xEF\xBB\xBF"
				  "a",
					 "a"},
		{"\xEF\xBB\xBF\xEF\xBB\xBF", "\xEF\xBB\xBF"}, {"\xEF\xBB", "\xEF\xBB"}, {"a", "a"}, {"", ""}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		size_t size = strlen(cases[i].text);
		assert_string_equal(file_skip_mark(cases[i].text, &size), cases[i].rest);
		assert_int_equal(size, strlen(cases[i].rest));
	}
}

static void a_word_is_a_path_from_its_directory_or_from_home(void **state)
{
	(void)state;
	static const struct {
		const char *word, *directory, *home, *path;
	} cases[] = {
		{"/a/b", "/etc", "/home/u", "/a/b"},
		{"a/b", "/etc", "/home/u", "/etc/a/b"},
		{"~/b", "/etc", "/home/u", "/home/u/b"},
		{"~/b", "/etc", NULL, "/etc/~/b"},
		{"~/b", "/etc", "relative", "/etc/~/b"},
		{"~b", "/etc", "/home/u", "/etc/~b"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *path = file_path_of_word(cases[i].word, cases[i].directory, cases[i].home);
		assert_string_equal(path, cases[i].path);
		free(path);
	}
}

static void the_base_name_follows_the_last_slash(void **state)
{
	(void)state;
	assert_string_equal(file_base_name("/a/b"), "b");
	assert_string_equal(file_base_name("b"), "b");
	assert_string_equal(file_base_name("/a/"), "");
}

static void a_name_is_beside_a_path_unless_it_is_absolute(void **state)
{
	(void)state;
	static const char *const cases[][3] = {
		{"/a/b", "c", "/a/c"}, {"/a/b", "/c", "/c"}, {"b", "c/d", "c/d"}, {"a/b", ".", "a/."}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *path = file_beside(cases[i][0], cases[i][1]);
		assert_string_equal(path, cases[i][2]);
		free(path);
	}
}

// As fs.protected_symlinks does.
static void a_link_of_another_user_in_a_directory_of_all_is_not_followed(void **state)
{
	(void)state;
	static const struct {
		mode_t mode;            // of the directory
		uid_t directory, link;  // owners
		bool is_followed;
	} cases[] = {
		{01777, 0, 0, true}, {01777, 0, 12, false}, {01777, 12, 12, true}, {0777, 0, 12, true}, {01755, 0, 12, true}};
	if (geteuid() != 0)
		skip();
	const char *directory = files_path("sticky"), *link = files_path("sticky/link");
	assert_int_equal(mkdir(directory, 0700), 0);
	assert_int_equal(symlink("target", link), 0);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		assert_int_equal(chmod(directory, cases[i].mode), 0);
		assert_int_equal(chown(directory, cases[i].directory, 0), 0);
		assert_int_equal(lchown(link, cases[i].link, 0), 0);
		errno = 0;
		char *path = file_follow(link);
		assert_int_equal(path != NULL, cases[i].is_followed);
		assert_int_equal(errno == EACCES, !cases[i].is_followed);
		assert_true(path == NULL || strcmp(path, files_path("sticky/target")) == 0);
		free(path);
		const int descriptor = file_open_output(link, O_WRONLY | O_CREAT | O_CLOEXEC);
		assert_int_equal(descriptor >= 0, cases[i].is_followed);
		assert_int_equal(unlink(files_path("sticky/target")) == 0, cases[i].is_followed);
		close(descriptor);
	}
}

static bool is_limit_refused;

// Replaces that of libc for file.c.
int getrlimit(__rlimit_resource_t resource, struct rlimit *limit)
{
	return is_limit_refused ? -1 : prlimit(0, resource, NULL, limit);
}

static void a_limit_of_descriptors_that_cannot_be_read_is_left_as_it_is(void **state)
{
	(void)state;
	struct rlimit before, after;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	is_limit_refused = true;
	const rlim_t most = file_raise_limit();
	is_limit_refused = false;
	assert_true(most == RLIM_INFINITY);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &after), 0);
	assert_memory_equal(&before, &after, sizeof after);
}

static void the_limit_of_descriptors_is_raised_to_the_most_that_is_allowed(void **state)
{
	(void)state;
	struct rlimit before, limit;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	limit = (struct rlimit){.rlim_cur = 16, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(file_raise_limit(), before.rlim_max);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(limit.rlim_cur, before.rlim_max);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_read_whole_up_to_the_limit),
		cmocka_unit_test(a_file_that_gives_no_size_is_read_to_its_end),
		cmocka_unit_test(what_is_no_file_has_its_errno),
		cmocka_unit_test(a_byte_order_mark_is_skipped_once),
		cmocka_unit_test(a_word_is_a_path_from_its_directory_or_from_home),
		cmocka_unit_test(the_base_name_follows_the_last_slash),
		cmocka_unit_test(a_name_is_beside_a_path_unless_it_is_absolute),
		cmocka_unit_test(a_link_of_another_user_in_a_directory_of_all_is_not_followed),
		cmocka_unit_test(a_limit_of_descriptors_that_cannot_be_read_is_left_as_it_is),
		cmocka_unit_test(the_limit_of_descriptors_is_raised_to_the_most_that_is_allowed),
	};
	return cmocka_run_group_tests(tests, NULL, files_remove);
}
