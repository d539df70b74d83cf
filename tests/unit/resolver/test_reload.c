// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "config/base/clock.h"
#include "config/base/file_stamp.h"
#include "resolver/reload.h"
#include "tests/unit/configs.h"
#include "tests/unit/files.h"

static const char *path;
static const struct resolver *settled;  // opened last by open_settled

// Waits until the file has settled, so that no case depends on the pace of the machine.
static struct resolver *open_settled(struct environment *environment, const char *text)
{
	struct resolver *resolver;
	path = files_make("settings", text);
	files_settle(path);
	*environment = environment_of(NULL);
	environment->config_file = path;
	environment_unset();
	resolver = resolver_of(environment, NULL);
	settled = resolver;
	return resolver;
}

static void wait_until_stale(const struct resolver *resolver)
{
	while (!resolver_files(resolver).is_stale)
		usleep(1000);
}

// With the resolver itself, whose files have settled, in place of one that was read from valid settings.
static enum reload_result finish(
	struct reload *reload, const struct resolver *older, const struct file_stamp_sum *before, const char *error)
{
	return reload_finish(reload, older, before, error ? NULL : settled, error);
}

static void a_changed_file_is_due_once_an_interval(void **state)
{
	(void)state;
	struct environment environment;
	struct reload reload = {0};
	struct resolver *resolver = open_settled(&environment, "options ndots:2");
	assert_false(reload_is_due(&reload, resolver, clock_now()));
	files_write_text(path, "options ndots:3");
	wait_until_stale(resolver);
	reload.next_look = 0;
	assert_true(reload_is_due(&reload, resolver, clock_now()));
	reload.next_look = INT64_MAX;
	assert_false(reload_is_due(&reload, resolver, clock_now()));
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
	assert_int_equal(finish(&reload, resolver, &files, "bogus"), RELOAD_TELL);
	assert_int_equal(finish(&reload, resolver, &files, "bogus"), RELOAD_KEEP);
	reload.next_look = 0;
	reload.failed_until = INT64_MAX;
	assert_false(reload_is_due(&reload, resolver, clock_now()));
	reload.next_look = reload.failed_until = 0;
	assert_true(reload_is_due(&reload, resolver, clock_now()));
	assert_int_equal(finish(&reload, resolver, &files, "other"), RELOAD_TELL);
	assert_int_equal(finish(&reload, resolver, &files, NULL), RELOAD_USE);
	assert_int_equal(finish(&reload, resolver, &files, "other"), RELOAD_TELL);
	// Another version counts at once.
	files_write_text(path, "options ndots:3");
	wait_until_stale(resolver);
	reload.next_look = 0;
	reload.failed_until = INT64_MAX;
	assert_true(reload_is_due(&reload, resolver, clock_now()));
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
		assert_int_equal(finish(&reload, resolver, &files, i % 2 ? "bogus" : NULL), RELOAD_DROP);
	assert_int_equal(finish(&reload, resolver, &files, NULL), RELOAD_USE);
	files = resolver_files(resolver);
	files.is_unsettled = true;
	assert_int_equal(finish(&reload, resolver, &files, NULL), RELOAD_DROP);
	assert_int_equal(finish(&reload, NULL, &files, NULL), RELOAD_USE);
	resolver_close(resolver);
}

// Half of them may choose other servers.
static void files_with_settings_are_waited_for_without_end(void **state)
{
	(void)state;
	struct environment environment;
	struct reload reload = {0};
	struct resolver *resolver = open_settled(&environment, "nameserver 192.0.2.1");
	for (int i = 0; i < 25; i++) {
		struct file_stamp_sum files = resolver_files(resolver);
		files.settings_hash += i % 2;
		files.are_settings_unsettled = i % 2 == 0;
		assert_int_equal(finish(&reload, resolver, &files, i % 3 ? "bogus" : NULL), RELOAD_DROP);
	}
	resolver_close(resolver);
}

static void a_file_that_had_not_settled_when_it_was_read_is_read_again(void **state)
{
	(void)state;
	struct environment environment;
	struct reload reload = {0};
	struct resolver *older = open_settled(&environment, "nameserver 192.0.2.1"), *read = NULL;
	do {
		resolver_close(read);
		environment.config_file = files_make("young", "nameserver 192.0.2.2");
		read = resolver_of(&environment, NULL);
	} while (!config_is_young(resolver_config(read)));
	const struct file_stamp_sum files = resolver_files(older);
	assert_int_equal(reload_finish(&reload, older, &files, read, NULL), RELOAD_DROP);
	assert_int_equal(reload_finish(&reload, older, &files, settled, NULL), RELOAD_USE);
	resolver_close(read);
	resolver_close(older);
}

#define CASE(function) cmocka_unit_test_teardown(function, files_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_changed_file_is_due_once_an_interval),
		CASE(an_error_is_told_once_and_its_version_is_not_read_again_soon),
		CASE(what_was_written_meanwhile_is_dropped_but_not_for_ever),
		CASE(files_with_settings_are_waited_for_without_end),
		CASE(a_file_that_had_not_settled_when_it_was_read_is_read_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
