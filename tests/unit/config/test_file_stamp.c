// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/base/file_stamp.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

static const struct file_stamp read_stamp = {
	.exists = true,
	.is_regular = true,
	.inode = 7,
	.size = 100,
	.modified = {.tv_sec = 1000},
	.changed = {.tv_sec = 1000},
};

static const char *successor;  // takes the place of the directory that is looked at next

int stat(const char *path, struct stat *status)
{
	const int result = fstatat(AT_FDCWD, path, status, 0);
	if (successor && rmdir(path) == 0)
		rename(successor, path);
	successor = NULL;
	return result;
}

// What is trusted must be what was read.
static void owner_and_mode_are_those_of_the_file_that_was_read(void **state)
{
	(void)state;
	struct file_stamp stamp;
	char *bytes = NULL;
	size_t size;
	const char *path = files_path("changing");
	successor = files_make("successor", "text");
	assert_int_equal(chmod(successor, 0622), 0);
	assert_int_equal(mkdir(path, 0755), 0);
	const int result = file_stamp_read(path, 100, &stamp, &bytes, &size);
	if (successor) {  // before glibc 2.33 there is no function to replace
		successor = NULL;
		skip();
	}
	assert_int_equal(result, 0);
	assert_string_equal(bytes, "text");
	assert_int_equal(stamp.mode, S_IFREG | 0622);
	assert_true(stamp.is_regular);
	assert_int_equal(stamp.owner, geteuid());
	free(bytes);
}

static void a_version_counts_when_it_has_settled(void **state)
{
	(void)state;
	struct file_stamp now = read_stamp;
	assert_false(file_stamp_is_outdated(&read_stamp, &now));
	now.changed.tv_sec = 1001;
	assert_true(file_stamp_is_outdated(&read_stamp, &now));
	now.is_young = true;
	assert_false(file_stamp_is_outdated(&read_stamp, &now));
	now = (struct file_stamp){.exists = false};
	assert_true(file_stamp_is_outdated(&read_stamp, &now));
	assert_true(file_stamp_is_outdated(&now, &read_stamp));
}

static void what_was_read_young_is_read_again(void **state)
{
	(void)state;
	struct file_stamp young = read_stamp, now = read_stamp;
	young.is_young = true;
	assert_true(file_stamp_is_outdated(&young, &now));
	now.is_young = true;
	assert_false(file_stamp_is_outdated(&young, &now));
}

// On ext4 O_TRUNC changes the size some 0.1 ms before the times.
static void a_file_that_is_being_cut_does_not_count(void **state)
{
	(void)state;
	struct file_stamp now = read_stamp, young = read_stamp;
	now.size = 0;
	assert_false(file_stamp_is_outdated(&read_stamp, &now));
	young.is_young = true;
	assert_true(file_stamp_is_outdated(&young, &now));
	now.inode = 8;
	assert_true(file_stamp_is_outdated(&read_stamp, &now));
	struct file_stamp timeless = read_stamp;
	timeless.changed.tv_sec = timeless.modified.tv_sec = 0;
	now = timeless;
	now.size = 0;
	assert_true(file_stamp_is_outdated(&timeless, &now));
}

static void a_sum_is_of_all_files(void **state)
{
	(void)state;
	const char *path = files_make("stamped", "");
	struct file_stamp_sum none = {.hash = 0}, libcs = none, ours = none, empty = none;
	file_stamp_sum_add(&empty, path, NULL, false);
	file_stamp_sum_add(&none, path, NULL, true);
	assert_true(empty.has_empty);
	assert_false(none.has_empty);
	none = (struct file_stamp_sum){.hash = 0};
	files_write_text(path, "x");
	file_stamp_sum_add(&none, NULL, NULL, false);
	file_stamp_sum_add(&libcs, path, NULL, true);
	file_stamp_sum_add(&ours, path, NULL, false);
	const struct file_stamp stamp = file_stamp_of(path);
	assert_int_equal(none.hash, 0);
	assert_true(libcs.hash != 0);
	assert_false(ours.has_empty);
	assert_false(libcs.is_unsettled);
	if (stamp.is_young)
		assert_true(ours.is_unsettled);
}

static void a_version_is_of_both_times(void **state)
{
	(void)state;
	struct file_stamp other = read_stamp, none = {.exists = false};
	assert_int_equal(file_stamp_version(&read_stamp), file_stamp_version(&other));
	other.changed.tv_nsec = 1;
	assert_int_not_equal(file_stamp_version(&read_stamp), file_stamp_version(&other));
	other = read_stamp;
	other.modified.tv_nsec = 1;
	assert_int_not_equal(file_stamp_version(&read_stamp), file_stamp_version(&other));
	assert_int_equal(file_stamp_version(&none), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_version_counts_when_it_has_settled),
		cmocka_unit_test(what_was_read_young_is_read_again),
		cmocka_unit_test(a_file_that_is_being_cut_does_not_count),
		cmocka_unit_test(a_sum_is_of_all_files),
		cmocka_unit_test(a_version_is_of_both_times),
		cmocka_unit_test_setup_teardown(owner_and_mode_are_those_of_the_file_that_was_read, NULL, files_remove),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
