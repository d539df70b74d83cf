// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/nsswitch.h"
#include "shim/command/options.h"
#include "shim/command/problem.h"
#include "shim/command/query/show.h"
#include "shim/command/query/survey.h"
#include "tests/unit/configs.h"
#include "tests/unit/files.h"

static const char *config_path, *escape_path;
static struct problem problem;

static int prepare(void **state)
{
	(void)state;
	config_path = files_path("withdns.conf");
	escape_path = files_path("shown.conf");
	environment_unset();
	return 0;
}

// The output of --show-config with these options, terminated by NULL, and an inherited WITHDNS; allocated. NULL on
// failure.
static char *shown(const char *const *options, const char *inherited, bool json)
{
	struct environment environment = environment_of(inherited);
	environment.hosts_path = "/dev/null";
	char *words[16] = {(char *)"withdns", (char *)"--show-config"};
	int count = 2;
	while (options[count - 2] != NULL) {
		words[count] = (char *)options[count - 2];
		count++;
	}
	struct command_line line = {.action = ACTION_RUN, .inherited = &environment};
	assert_true(options_parse(count, words, &line, &problem));
	line.query.json = json;

	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	const bool done = show_config(&line, out, &problem);
	assert_int_equal(fclose(out), 0);
	command_line_clear(&line);
	if (!done) {
		free(text);
		return NULL;
	}
	return text;
}

// Does a line begin with the setting, and end with the mark and the origin?
static void assert_line(const char *text, const char *setting, const char *origin)
{
	for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
		const size_t length = strcspn(line, "\n"), begins = strlen(setting), ends = strlen(origin);
		if (length > begins + ends && strncmp(line, setting, begins) == 0 && strncmp(line + begins, "  ", 2) == 0 &&
			strncmp(line + length - ends, origin, ends) == 0 &&
			(line[length - ends - 1] == ' ' || line[length - ends - 1] == '/'))
			return;
	}
	fail_msg("no line \"%s ... %s\" in\n%s", setting, origin, text);
}

static void an_option_is_shown_as_it_was_written(void **state)
{
	(void)state;
	const char *const options[] = {
		"-s", "192.0.2.1 for a.test", "--server=192.0.2.2#54", "-r", "b.test A 192.0.2.3", NULL};
	char *text = shown(options, NULL, false);
	assert_line(text, "nameserver 192.0.2.1:53 for a.test", "# -s '192.0.2.1 for a.test'");
	assert_line(text, "nameserver 192.0.2.2:54", "# --server '192.0.2.2#54'");
	assert_line(text, "record b.test A 192.0.2.3", "; -r 'b.test A 192.0.2.3'");
	free(text);
}

static void what_was_inherited_is_counted_by_its_own_lines(void **state)
{
	(void)state;
	const char *const options[] = {"-s", "192.0.2.1", "-o", "options rotate", NULL}, *const none[] = {NULL};
	const char *inherited = "search a.test\nnameserver 192.0.2.9;options ndots:4";
	char *text = shown(options, inherited, false);
	assert_line(text, "search a.test", "# WITHDNS:1");
	assert_line(text, "options ndots:4", "# WITHDNS:3");
	assert_line(text, "options rotate", "# -o 'options rotate'");
	assert_null(strstr(text, "192.0.2.9"));
	free(text);
	text = shown(none, inherited, false);
	assert_line(text, "nameserver 192.0.2.9:53", "# WITHDNS:2");
	free(text);
}

static void a_setting_of_no_source_is_shown_as_the_default(void **state)
{
	(void)state;
	const char *const none[] = {NULL};
	char *text = shown(none, NULL, false);
	assert_line(text, "nameserver 127.0.0.1:53", "# default");
	assert_line(text, "options ndots:1", "# default");
	assert_line(text, "options cache:4096", "# default");
	assert_line(text, "hosts /dev/null", "# default");
	assert_line(text, "# nsswitch hosts files dns", "# default");
	assert_non_null(strstr(text,
		"\n# not set: sortlist, record, zone, only, fault, seed, counter, forwarder, tls-ca, tls-pin, log, journal, "
		"recording\n"));
	assert_non_null(strstr(text, "\n# not set: options debug rotate "));
	free(text);
}

// A copy of the text without the origins; allocated.
static char *left_parts(const char *text)
{
	char *left = calloc(1, strlen(text) + 1), *end = left;
	assert_non_null(left);
	for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
		const size_t length = strcspn(line, "\n");
		if (*line == '#')
			continue;
		size_t mark = length;
		for (size_t at = 0; at + 3 < length; at++)
			if (strncmp(line + at, "  # ", 4) == 0 || strncmp(line + at, "  ; ", 4) == 0)
				mark = at;
		while (mark > 0 && line[mark - 1] == ' ')
			mark--;
		end += sprintf(end, "%.*s\n", (int)mark, line);
	}
	return left;
}

static void the_output_is_an_equivalent_configuration(void **state)
{
	(void)state;
	static const char *const cases[] = {
		"",
		"nameserver none",
		"nameserver system for a.test",
		"nameserver 192.0.2.1 192.0.2.2#54 2001:db8::1 [fe80::1%lo]:55",
		"nameserver 192.0.2.1 for a.test b\\.c.test\nnameserver none for d.test e.test\nnameserver 192.0.2.2 for a.test",
		"nameserver 192.0.2.1 for for. \\042.test",
		"nameserver 192.0.2.1 for \"semi\\\\;colon.test\" \"ha#sh.test\" \"#hash.test\" \\032.test",
		"nameserver 192.0.2.1 for a\\,b.test a\\/b.test a\\:5.test 0/25.2.0.192.in-addr.arpa münchen.test",
		"search a\\,b.test",
		"fault a\\,b\\:5.test nxdomain",
		"search",
		"search .",
		"search a.test. b.test . c\\032d.test \"\\\\;.test\"",
		"domain a.test",
		"sortlist 192.0.2.0/255.255.255.128 10.0.0.0",
		"options ndots:0 timeout:1 attempts:5 timeout-ms:700 cache:0 min-ttl:7 max-ttl:9",
		("options debug rotate use-vc edns0 no-aaaa single-request-reopen single-request trust-ad no-tld-query "
		 "no-check-names no-reload no-edns no-cookies 0x20"),
		"options no_tld_query inet6",
		"hosts none",
		"hosts /dev/null",
		"record a.test A 192.0.2.1",
		"record *.a.test 300 IN CNAME a.test   ; with a comment",
		"record a.test TXT a\\;b",
		"record a.test TXT \"a ; b  # c\" d\\;e \"f\\\"  ; g\" ; h ; i",
		"record   a.test TXT \"a  ; b\"",
		"fault * timeout",
		"fault *.a.test/AAAA answer=192.0.2.1,2001:db8::1 192.0.2.2 30% first=2",
		"fault a\\047b\\042.test delay=1..20 ttl=5 shuffle limit=2\nfault */TYPE65 servfail\nfault a.test drop\nseed 4",
		"log stderr json",
		"log fd:2",
		"log \"/tmp/with blank; and #\"",
		"journal /tmp/j",
		"journal /tmp/j\njournal unix:/tmp/run 0123456789abcdef0123456789abcdef\ncounter \"unix:/tmp/a run\" 0123456789abcdef0123456789abcdef\nfault * drop",
		"recording \"/tmp/quote\\\"back\\\\slash\"\nrecording-mode new",
	};
	const char *const none[] = {NULL}, *const again[] = {"-c", escape_path, NULL};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		files_write_text(config_path, cases[i]);
		const char *const options[] = {"-c", config_path, NULL};
		char *first = shown(cases[i][0] != '\0' ? options : none, NULL, false);
		if (first == NULL)
			fail_msg("%s: %s", cases[i], problem.text);
		files_write_text(escape_path, first);
		char *second = shown(again, NULL, false);
		if (second == NULL)
			fail_msg("%s\nbecame\n%s\nwhich is wrong: %s", cases[i], first, problem.text);
		char *one = left_parts(first), *other = left_parts(second);
		assert_string_equal(one, other);
		free(one);
		free(other);
		free(first);
		free(second);
	}
}

static void the_setting_in_force_is_the_one_that_is_shown(void **state)
{
	(void)state;
	static const struct {
		const char *line, *shown;
	} cases[] = {
		{"search a.test. .", "search a.test ."},
		{"nameserver fe80::1%lo", "nameserver [fe80::1%lo]:53"},
		{"sortlist 192.0.2.0", "sortlist 192.0.2.0/255.255.255.0"},
		{"options no_tld_query", "options no-tld-query"},
		{"options timeout:0", "options timeout:1"},
		{"log fd:2", "log stderr"},
		{"fault a\\047b.test servfail", "fault a\\047b.test servfail"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const char *const options[] = {"-o", cases[i].line, NULL};
		char wanted[128];
		char *text = shown(options, NULL, false);
		assert_non_null(text);
		snprintf(wanted, sizeof(wanted), "-o '%s'", cases[i].line);
		assert_line(text, cases[i].shown, wanted);
		free(text);
	}
}

static void what_is_no_domain_is_left_out_of_the_search_list(void **state)
{
	(void)state;
	const char *const none[] = {NULL};
	setenv("LOCALDOMAIN", "..a.test b..test c.test", 1);
	char *text = shown(none, NULL, false);
	unsetenv("LOCALDOMAIN");
	assert_line(text, "search c.test", "# LOCALDOMAIN");
	free(text);
}

static void a_record_is_shown_without_its_comment(void **state)
{
	(void)state;
	static const struct {
		const char *line, *shown;
	} cases[] = {
		{"record a.test TXT a\\;b ; c", "record a.test TXT a\\;b"},
		{"record a.test TXT \"a;b\";c", "record a.test TXT \"a;b\""},
		{"record a.test TXT \"a\\\";b\" ; c", "record a.test TXT \"a\\\";b\""},
		{"record a.test A 192.0.2.1\t", "record a.test A 192.0.2.1"},
	};
	const char *const options[] = {"-c", config_path, NULL};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		files_write_text(config_path, cases[i].line);
		char *text = shown(options, NULL, false);
		if (text == NULL)
			fail_msg("%s: %s", cases[i].line, problem.text);
		assert_line(text, cases[i].shown, "withdns.conf:1");
		free(text);
	}
}

static void services_are_written_as_nsswitch_conf_has_them(void **state)
{
	(void)state;
	static const struct {
		const char *line, *written;
	} cases[] = {
		{"files dns", "files dns"},
		{"dns [!UNAVAIL=return] files", "dns [NOTFOUND=return] [TRYAGAIN=return] files"},
		{"files [SUCCESS=continue] dns", "files [SUCCESS=continue] dns"},
		{"files mdns dns", "files dns, then libc for its other services"},
		{"mdns", "libc for its own services"},
		{"", ""},
	};
	char text[SURVEY_SERVICES_SIZE];
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct name_services services;
		assert_true(nsswitch_read_services(cases[i].line, &services));
		assert_string_equal(survey_write_services(&services, text), cases[i].written);
	}
	struct name_services longest = {.count = NAME_SERVICES_MAX, .has_others = true};
	for (size_t i = 0; i < longest.count; i++)
		longest.list[i].ends_on = NAME_STATUS_NOT_FOUND | NAME_STATUS_UNAVAILABLE | NAME_STATUS_TRY_AGAIN;
	assert_true(strlen(survey_write_services(&longest, text)) < sizeof(text));
}

static void a_log_that_is_not_open_is_shown_as_it_was_chosen(void **state)
{
	(void)state;
	const char *const options[] = {"-o", "log fd:812", NULL};
	char *text = shown(options, NULL, false);
	assert_line(text, "log fd:812", "-o 'log fd:812'");
	free(text);
}

static void no_comment_becomes_a_line_of_its_own(void **state)
{
	(void)state;
	const char *const options[] = {"-v", NULL};
	setenv("HOSTALIASES", NOWHERE "\nnameserver 192.0.2.66", 1);
	char *text = shown(options, NULL, false);
	unsetenv("HOSTALIASES");
	assert_non_null(strstr(text, "\n# not there: " NOWHERE "\\x0anameserver 192.0.2.66\n"));
	free(text);
}

static void verbose_shows_missing_files(void **state)
{
	(void)state;
	const char *const options[] = {"-v", NULL}, *const none[] = {NULL};
	char *text = shown(none, NULL, false);
	assert_null(strstr(text, "not there"));
	free(text);
	text = shown(options, NULL, false);
	assert_non_null(strstr(text, "\n# not there: " NOWHERE "\n"));
	free(text);
}

static void json_has_directive_value_and_origin_of_each(void **state)
{
	(void)state;
	const char *const options[] = {"-s", "192.0.2.1", "-o", "log \"/tmp/a \\\"b\\\"\"", NULL};
	char *text = shown(options, NULL, true);
	static const char *const wanted[] = {
		"{\"settings\":[{\"directive\":\"nameserver\",\"value\":\"192.0.2.1:53\",\"origin\":\"-s '192.0.2.1'\"},",
		"{\"directive\":\"options\",\"value\":\"ndots:1\",\"origin\":\"default\"},",
		"{\"directive\":\"log\",\"value\":\"\\\"/tmp/a \\\\\\\"b\\\\\\\"\\\"\",\"origin\":",
		"\"others\":[{\"name\":\"nsswitch hosts\",\"value\":\"files dns\",\"origin\":\"default\"}",
		"\"not_set\":[{\"directive\":\"sortlist\",\"value\":\"\",\"origin\":\"default\"},",
		"{\"directive\":\"options\",\"value\":\"rotate\",\"origin\":\"default\"},",
		"\"not_there\":[",
	};
	for (size_t i = 0; i < LENGTH(wanted); i++)
		if (strstr(text, wanted[i]) == NULL)
			fail_msg("no %s in\n%s", wanted[i], text);
	free(text);
}

static void a_wrong_setting_is_reported_with_its_option(void **state)
{
	(void)state;
	const char *const options[] = {"-s", "192.0.2.256", NULL};
	assert_null(shown(options, NULL, false));
	assert_int_equal(problem.status, EXIT_OWN_ERROR);
	assert_int_equal(strncmp(problem.text, "-s '192.0.2.256': nameserver: ", 30), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, prepare, files_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_option_is_shown_as_it_was_written),
		TEST(what_was_inherited_is_counted_by_its_own_lines),
		TEST(a_setting_of_no_source_is_shown_as_the_default),
		TEST(the_output_is_an_equivalent_configuration),
		TEST(the_setting_in_force_is_the_one_that_is_shown),
		TEST(what_is_no_domain_is_left_out_of_the_search_list),
		TEST(a_record_is_shown_without_its_comment),
		TEST(services_are_written_as_nsswitch_conf_has_them),
		TEST(a_log_that_is_not_open_is_shown_as_it_was_chosen),
		TEST(no_comment_becomes_a_line_of_its_own),
		TEST(verbose_shows_missing_files),
		TEST(json_has_directive_value_and_origin_of_each),
		TEST(a_wrong_setting_is_reported_with_its_option),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
