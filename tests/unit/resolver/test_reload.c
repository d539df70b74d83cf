// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "config/base/file_stamp.h"
#include "resolver/reload.h"
#include "tests/unit/configs.h"
#include "tests/unit/files.h"

static const char *path;

// Waits until the file has settled, so that no case depends on the pace of the machine.
static struct resolver *open_settled(struct environment *environment, const char *text)
{
	path = files_make("settings", text);
	while (file_stamp_of(path).is_young)
		usleep(1000);
	*environment = environment_of(NULL);
	environment->config_file = path;
	environment_unset();
	return resolver_of(environment, NULL);
}

static void wait_until_stale(const struct resolver *resolver)
{
	while (!resolver_is_stale(resolver))
		usleep(1000);
}

static void a_changed_file_is_due_once_an_interval(void **state)
{
	(void)state;
	struct environment environment;
	struct reload reload = {0};
	struct resolver *resolver = open_settled(&environment, "options ndots:2");
	assert_false(reload_is_due(&reload, resolver));
	files_write_text(path, "options ndots:3");
	wait_until_stale(resolver);
	reload.next_look = 0;
	assert_true(reload_is_due(&reload, resolver));
	reload.next_look = INT64_MAX;
	assert_false(reload_is_due(&reload, resolver));
	resolver_close(resolver);
}

static void an_error_is_told_once_and_its_version_is_not_read_again_soon(void **state)
{
	(void)state;
	struct environment environment;
	struct reload reload = {0};
	struct resolver *resolver = open_settled(&environment, "options ndots:2");
	files_write_text(path, "bogus");
	wait_until_stale(resolver);
	const struct file_stamp_sum files = resolver_files(resolver);
	assert_int_equal(reload_finish(&reload, resolver, &files, "bogus"), RELOAD_TELL);
	assert_int_equal(reload_finish(&reload, resolver, &files, "bogus"), RELOAD_KEEP);
	reload.next_look = 0;
	reload.failed_until = INT64_MAX;
	assert_false(reload_is_due(&reload, resolver));
	reload.next_look = reload.failed_until = 0;
	assert_true(reload_is_due(&reload, resolver));
	assert_int_equal(reload_finish(&reload, resolver, &files, "other"), RELOAD_TELL);
	assert_int_equal(reload_finish(&reload, resolver, &files, NULL), RELOAD_USE);
	assert_int_equal(reload_finish(&reload, resolver, &files, "other"), RELOAD_TELL);
	// Another version counts at once.
	files_write_text(path, "options ndots:3");
	wait_until_stale(resolver);
	reload.next_look = 0;
	reload.failed_until = INT64_MAX;
	assert_true(reload_is_due(&reload, resolver));
	resolver_close(resolver);
}

static void what_was_written_meanwhile_is_dropped_but_not_for_ever(void **state)
{
	(void)state;
	struct environment environment;
	struct reload reload = {0};
	struct resolver *resolver = open_settled(&environment, "options ndots:2");
	struct file_stamp_sum files = resolver_files(resolver);
	files.hash++;
	for (int i = 0; i < 9; i++)
		assert_int_equal(reload_finish(&reload, resolver, &files, i % 2 ? "bogus" : NULL), RELOAD_DROP);
	assert_int_equal(reload_finish(&reload, resolver, &files, NULL), RELOAD_USE);
	files = resolver_files(resolver);
	files.is_unsettled = true;
	assert_int_equal(reload_finish(&reload, resolver, &files, NULL), RELOAD_DROP);
	assert_int_equal(reload_finish(&reload, NULL, &files, NULL), RELOAD_USE);
	resolver_close(resolver);
}

#define CASE(function) cmocka_unit_test_teardown(function, files_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_changed_file_is_due_once_an_interval),
		CASE(an_error_is_told_once_and_its_version_is_not_read_again_soon),
		CASE(what_was_written_meanwhile_is_dropped_but_not_for_ever),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
