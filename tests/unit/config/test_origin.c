// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/origin.h"
#include "tests/unit/configs.h"
#include "tests/unit/files.h"

// Each test has files of its own; the system's files are not read.
static const char *resolvconf_path, *system_path, *nsswitch_path;

static int prepare(void **state)
{
	(void)state;
	resolvconf_path = files_path("resolv.conf");
	system_path = files_path("withdns.conf");
	nsswitch_path = files_path("nsswitch.conf");
	environment_unset();
	return 0;
}

// A loaded configuration and its origins.
struct loaded {
	struct config config;
	struct origin_book book;
};

static struct loaded load(const char *directives)
{
	struct loaded loaded;
	origin_book_open(&loaded.book);
	struct environment environment = environment_of(directives);
	environment.home = files_directory();
	environment.resolvconf_path = resolvconf_path;
	environment.system_path = system_path;
	environment.nsswitch_path = nsswitch_path;
	environment.origins = &loaded.book.origins;
	loaded.config = config_of(&environment);
	assert_false(loaded.book.is_incomplete);
	return loaded;
}

static void unload(struct loaded *loaded)
{
	origin_book_close(&loaded->book);
	config_clear(&loaded->config);
}

// The origin as "LABEL:LINE", files without their directory; "" for a default.
static const char *write_origin(const struct origin *origin, char *text, size_t size)
{
	text[0] = '\0';
	if (origin == NULL)
		return text;
	const size_t length = strlen(files_directory());
	const char *label =
		strncmp(origin->label, files_directory(), length) == 0 ? origin->label + length + 1 : origin->label;
	snprintf(text, size, "%s:%u", label, origin->line);
	return text;
}

static void assert_origin(struct loaded *loaded, const char *wanted, enum origin_of what, size_t index, size_t element)
{
	char text[128];
	assert_string_equal(write_origin(origin_find(&loaded->book, what, index, element), text, sizeof text), wanted);
}

static void every_directive_is_found_at_its_line(void **state)
{
	(void)state;
	struct loaded loaded =
		load("nameserver 192.0.2.1 192.0.2.2\nsearch a.test\nsortlist 192.0.2.0 198.51.100.0\n"
			 "options ndots:2 rotate\nhosts " NOWHERE "\nrecord a.test A 192.0.2.9\nzone " NOWHERE "\n"
			 "fault a.test servfail\nseed 4\nlog " NOWHERE ".log\njournal " NOWHERE "\nrecording " NOWHERE ".recorded\n"
			 "recording-mode new");
	assert_origin(&loaded, "WITHDNS:1", ORIGIN_SERVER, 0, 0);
	assert_origin(&loaded, "WITHDNS:1", ORIGIN_SERVER, 0, 1);
	assert_origin(&loaded, "WITHDNS:2", ORIGIN_SEARCH, 0, 0);
	assert_origin(&loaded, "WITHDNS:3", ORIGIN_SORT_RANGE, 1, 0);
	assert_origin(&loaded, "WITHDNS:4", ORIGIN_OPTION, offsetof(struct options, ndots), 0);
	assert_origin(&loaded, "WITHDNS:4", ORIGIN_OPTION, offsetof(struct options, rotate), 0);
	assert_origin(&loaded, "WITHDNS:5", ORIGIN_HOSTS, 0, 0);
	assert_origin(&loaded, "WITHDNS:6", ORIGIN_RECORD, 0, 0);
	assert_origin(&loaded, "WITHDNS:7", ORIGIN_ZONE, 0, 0);
	assert_origin(&loaded, "WITHDNS:8", ORIGIN_FAULT, 0, 0);
	assert_origin(&loaded, "WITHDNS:9", ORIGIN_SEED, 0, 0);
	assert_origin(&loaded, "WITHDNS:10", ORIGIN_LOG, 0, 0);
	assert_origin(&loaded, "WITHDNS:11", ORIGIN_JOURNAL, 0, 0);
	assert_origin(&loaded, "WITHDNS:12", ORIGIN_RECORDING, 0, 0);
	assert_origin(&loaded, "WITHDNS:13", ORIGIN_RECORDING_MODE, 0, 0);
	unload(&loaded);
}

static void each_server_of_a_domain_has_its_own(void **state)
{
	(void)state;
	files_write_text(system_path, "# one\nnameserver 192.0.2.2 for a.test\nnameserver 192.0.2.3 for b.test\n");
	struct loaded loaded = load("nameserver 192.0.2.1 for a.test");
	assert_origin(&loaded, "WITHDNS:1", ORIGIN_SERVER, 1, 0);
	assert_origin(&loaded, "withdns.conf:2", ORIGIN_SERVER, 1, 1);
	assert_origin(&loaded, "withdns.conf:3", ORIGIN_SERVER, 2, 0);
	unload(&loaded);
}

static void a_setting_belongs_to_the_source_of_highest_precedence(void **state)
{
	(void)state;
	files_write_text(system_path, "search c.test\noptions ndots:4 timeout:3\nnameserver 192.0.2.9\n");
	files_write_text(resolvconf_path, "search d.test\noptions ndots:5 attempts:4\nnameserver 192.0.2.8\n");
	struct loaded loaded = load("search a.test\n--\nsearch b.test\noptions ndots:3");
	assert_origin(&loaded, "WITHDNS:1", ORIGIN_SEARCH, 0, 0);
	assert_origin(&loaded, "WITHDNS:4", ORIGIN_OPTION, offsetof(struct options, ndots), 0);
	assert_origin(&loaded, "withdns.conf:2", ORIGIN_OPTION, offsetof(struct options, timeout), 0);
	assert_origin(&loaded, "resolv.conf:2", ORIGIN_OPTION, offsetof(struct options, attempts), 0);
	assert_origin(&loaded, "withdns.conf:3", ORIGIN_SERVER, 0, 0);
	assert_origin(&loaded, "", ORIGIN_SERVER, 0, 1);
	unload(&loaded);
}

static void two_words_for_one_option_are_one_setting(void **state)
{
	(void)state;
	files_write_text(system_path, "options no-tld-query\n");
	struct loaded loaded = load("options no_tld_query");
	assert_origin(&loaded, "WITHDNS:1", ORIGIN_OPTION, offsetof(struct options, no_tld_query), 0);
	unload(&loaded);
}

static void within_one_source_the_later_line_counts(void **state)
{
	(void)state;
	struct loaded loaded = load("search a.test\nhosts none\nsearch b.test\nhosts " NOWHERE);
	assert_string_equal(loaded.config.search[0], "b.test");
	assert_origin(&loaded, "WITHDNS:3", ORIGIN_SEARCH, 0, 0);
	assert_origin(&loaded, "WITHDNS:4", ORIGIN_HOSTS, 0, 0);
	unload(&loaded);
}

static void the_lines_of_resolv_conf_are_counted(void **state)
{
	(void)state;
	files_write_text(resolvconf_path,
		"# a comment\n\nnameserver 192.0.2.1\nnameserver nonsense\nnameserver 192.0.2.2\n"
		"domain a.test\nsortlist 192.0.2.0\noptions rotate");
	struct loaded loaded = load(NULL);
	assert_origin(&loaded, "resolv.conf:3", ORIGIN_SERVER, 0, 0);
	assert_origin(&loaded, "resolv.conf:5", ORIGIN_SERVER, 0, 1);
	assert_origin(&loaded, "resolv.conf:6", ORIGIN_SEARCH, 0, 0);
	assert_origin(&loaded, "resolv.conf:7", ORIGIN_SORT_RANGE, 0, 0);
	assert_origin(&loaded, "resolv.conf:8", ORIGIN_OPTION, offsetof(struct options, rotate), 0);
	unload(&loaded);
}

static void the_environment_of_libc_is_named(void **state)
{
	(void)state;
	setenv("RES_OPTIONS", "ndots:3", 1);
	setenv("LOCALDOMAIN", "e.test", 1);
	files_write_text(resolvconf_path, "search d.test\noptions ndots:5\n");
	struct loaded loaded = load(NULL);
	assert_origin(&loaded, "LOCALDOMAIN:0", ORIGIN_SEARCH, 0, 0);
	assert_origin(&loaded, "RES_OPTIONS:0", ORIGIN_OPTION, offsetof(struct options, ndots), 0);
	unload(&loaded);
}

static void a_setting_of_no_source_is_the_default(void **state)
{
	(void)state;
	struct loaded loaded = load(NULL);
	assert_origin(&loaded, "default:0", ORIGIN_SERVER, 0, 0);
	assert_origin(&loaded, "", ORIGIN_HOSTS, 0, 0);
	assert_origin(&loaded, "", ORIGIN_OPTION, offsetof(struct options, ndots), 0);
	assert_origin(&loaded, "", ORIGIN_LOG, 0, 0);
	assert_origin(&loaded, "", ORIGIN_SERVICES, 0, 0);
	unload(&loaded);
}

static void a_word_without_effect_is_no_setting(void **state)
{
	(void)state;
	struct loaded loaded = load("options inet6");
	assert_origin(&loaded, "", ORIGIN_OPTION, 0, 0);
	unload(&loaded);
}

static void the_line_of_nsswitch_conf_is_reported(void **state)
{
	(void)state;
	files_write_text(nsswitch_path, "passwd: files\nhosts: dns\n# hosts: none\nhosts: files dns\n");
	struct loaded loaded = load(NULL);
	assert_origin(&loaded, "nsswitch.conf:4", ORIGIN_SERVICES, 0, 0);
	unload(&loaded);
}

static void every_missing_file_is_reported(void **state)
{
	(void)state;
	static const char *const wanted[] = {
		".config/withdns.conf:0",
		"withdns.conf:0",
		"resolv.conf:0",
		"nsswitch.conf:0",
	};
	struct loaded loaded = load(NULL);
	for (size_t i = 0; i < LENGTH(wanted); i++) {
		char text[128];
		size_t position = 0;
		const struct origin *origin;
		do {
			origin = origin_next(&loaded.book, ORIGIN_NO_FILE, &position);
			assert_non_null(origin);
		} while (strcmp(write_origin(origin, text, sizeof text), wanted[i]) != 0);
	}
	unload(&loaded);
}

static void many_lines_are_found_quickly(void **state)
{
	(void)state;
	enum { LINES = 5000 };
	char *text = malloc(LINES * 40), *end = text, wanted[32];
	assert_non_null(text);
	for (int i = 0; i < LINES; i++)
		end += sprintf(end, "nameserver 192.0.2.1 for d%d.test\n", i);
	struct loaded loaded = load(text);
	for (size_t i = 0; i < LINES; i++) {
		snprintf(wanted, sizeof wanted, "WITHDNS:%zu", i + 1);
		assert_origin(&loaded, wanted, ORIGIN_SERVER, i + 1, 0);
	}
	assert_ptr_equal(loaded.book.list[1].label, loaded.book.list[LINES - 1].label);
	unload(&loaded);
	free(text);
}

static void a_book_that_was_never_filled_can_be_asked(void **state)
{
	(void)state;
	struct origin_book book;
	size_t position = 0;
	origin_book_open(&book);
	assert_null(origin_find(&book, ORIGIN_SEARCH, 0, 0));
	assert_null(origin_next(&book, ORIGIN_SEARCH, &position));
	origin_book_close(&book);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, prepare, files_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_directive_is_found_at_its_line),
		TEST(each_server_of_a_domain_has_its_own),
		TEST(a_setting_belongs_to_the_source_of_highest_precedence),
		TEST(two_words_for_one_option_are_one_setting),
		TEST(within_one_source_the_later_line_counts),
		TEST(the_lines_of_resolv_conf_are_counted),
		TEST(the_environment_of_libc_is_named),
		TEST(a_setting_of_no_source_is_the_default),
		TEST(a_word_without_effect_is_no_setting),
		TEST(the_line_of_nsswitch_conf_is_reported),
		TEST(every_missing_file_is_reported),
		TEST(many_lines_are_found_quickly),
		cmocka_unit_test(a_book_that_was_never_filled_can_be_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
