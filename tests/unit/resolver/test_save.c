// SPDX-License-Identifier: MIT
#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/files.h"
#include "tests/unit/scene.h"

#define TITLE "; What DNS servers answered, saved by withdns. To replay it: withdns -z THIS_FILE -s none PROGRAM\n"
#define SOA "test. 30 IN SOA ns.test. h.test. 1 2 3 4 5\n"

static const char records[] = "test. 30 SOA ns.test. h.test. 1 2 3 4 5\n"
							  "test. 60 NS ns.test.\n"
							  "app.test. 60 A 192.0.2.1\n"
							  "www.test. 60 CNAME app.test.\n"
							  "both.test. 60 A 192.0.2.2\n"
							  "both.test. 60 AAAA 2001:db8::2\n"
							  "text.test. 60 TXT \"a\\010b\\\"\" \"c\"\n"
							  "mail.test. 60 MX 10 app.test.\n"
							  "other.test. 60 CNAME gone.example.\n"
							  "old.test. 60 DNAME new.test.\n"
							  "a.old.test. 60 CNAME a.new.test.\n"
							  "b.old.test. 60 CNAME elsewhere.test.\n"
							  "a.new.test. 60 A 192.0.2.4\n"
							  "elsewhere.test. 60 A 192.0.2.5\n"
							  "example. 90 SOA ns.example. h.example. 1 2 3 4 5\n"
							  "\\*.star.test. 60 A 192.0.2.3\n"
							  "2.2.0.192.in-addr.arpa. 60 PTR both.test.\n";

static const char *path, *text;

static struct scene open_scene(const char *rules, const char *options)
{
	char directives[256];
	snprintf(directives, sizeof(directives), "save %s\n%s", path, options);
	return scene_of(records, rules, directives);
}

// What is in the file, without its title; and the file is gone.
static const char *take_saved(void)
{
	text = files_read(path);
	unlink(path);
	return strncmp(text, TITLE, strlen(TITLE)) == 0 ? text + strlen(TITLE) : text;
}

static void what_servers_answer_is_written_as_a_zone(void **state)
{
	static const struct {
		const char *name;
		uint16_t type;
		const char *lines;
	} rows[] = {
		{"app.test", RRTYPE_A, "app.test. 60 IN A 192.0.2.1\n"},
		{"www.test", RRTYPE_A, "www.test. 60 IN CNAME app.test.\napp.test. 60 IN A 192.0.2.1\n"},
		{"a.old.test", RRTYPE_A,
			"a.old.test. 60 IN CNAME a.new.test.\nold.test. 60 IN DNAME new.test.\n"
			"a.new.test. 60 IN A 192.0.2.4\n"},
		{"b.old.test", RRTYPE_A, "b.old.test. 60 IN CNAME elsewhere.test.\nelsewhere.test. 60 IN A 192.0.2.5\n"},
		{"2.2.0.192.in-addr.arpa", RRTYPE_PTR, "2.2.0.192.in-addr.arpa. 60 IN PTR both.test.\n"},
		{"text.test", RRTYPE_TXT, "text.test. 60 IN TXT \\# 7 04610a62220163\n"},
		{"gone.test", RRTYPE_A, SOA},
		{"app.test", RRTYPE_AAAA, SOA "app.test. 30 IN TYPE65280 \\# 0\n"},
		{"www.test", RRTYPE_AAAA, "www.test. 60 IN CNAME app.test.\n" SOA "app.test. 30 IN TYPE65280 \\# 0\n"},
		{"test", RRTYPE_A, SOA},
		{"test", RRTYPE_NS, "test. 60 IN SOA ns.test. . 0 0 0 0 0\ntest. 60 IN NS ns.test.\n"},
		{"*.star.test", RRTYPE_A, "; *.star.test A: a zone file would apply it to other names too\n"},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct scene scene = open_scene("", "");
		scene_ask(&scene, rows[i].name, rows[i].type);
		assert_string_equal(take_saved(), rows[i].lines);
		scene_close(&scene);
	}
}

static void a_name_known_by_one_family_needs_no_empty_record_for_the_other(void **state)
{
	struct scene scene = open_scene("", "");
	(void)state;
	scene_ask_both(&scene, "app.test");
	assert_string_equal(take_saved(), "app.test. 60 IN A 192.0.2.1\n" SOA);
	scene_close(&scene);
}

static void the_same_is_written_once_whatever_its_ttl(void **state)
{
	struct scene scene = open_scene("* first=1 ttl=10", "");
	(void)state;
	scene_ask(&scene, "app.test", RRTYPE_A);
	scene_ask(&scene, "app.test", RRTYPE_A);
	scene_ask(&scene, "APP.test", RRTYPE_A);
	scene_ask(&scene, "gone.test", RRTYPE_A);
	scene_ask(&scene, "gone2.test", RRTYPE_A);
	assert_string_equal(take_saved(), "app.test. 10 IN A 192.0.2.1\n" SOA);
	scene_close(&scene);
}

static void what_another_process_wrote_is_not_written_again(void **state)
{
	struct scene one = open_scene("", ""), other = open_scene("www.test addresses=1", "");
	(void)state;
	scene_ask(&one, "app.test", RRTYPE_A);
	scene_ask(&other, "APP.test", RRTYPE_A);
	scene_ask(&other, "gone.test", RRTYPE_A);
	scene_ask(&one, "gone.test", RRTYPE_A);
	scene_ask(&one, "www.test", RRTYPE_A);
	scene_ask(&other, "www.test", RRTYPE_A);
	assert_string_equal(take_saved(),
		"app.test. 60 IN A 192.0.2.1\n" SOA "www.test. 60 IN CNAME app.test.\n"
		"; www.test A: no other record may have the name of a CNAME\n");
	scene_close(&one);
	scene_close(&other);
}

static void a_file_that_was_taken_away_begins_anew(void **state)
{
	struct scene scene = open_scene("", "");
	(void)state;
	for (int i = 0; i < 3; i++) {
		scene_ask(&scene, "app.test", RRTYPE_A);
		scene_ask(&scene, "app.test", RRTYPE_A);
		assert_string_equal(take_saved(), "app.test. 60 IN A 192.0.2.1\n");
		assert_int_equal(strncmp(text, TITLE, strlen(TITLE)), 0);
	}
	scene_close(&scene);
}

static void of_two_aliases_of_one_name_the_first_is_written(void **state)
{
	struct scene one = open_scene("", ""), other = {0};
	char directives[256];
	(void)state;
	snprintf(directives, sizeof(directives), "save %s", path);
	scene_add(&other, "www.test. 60 CNAME both.test.\nboth.test. 60 A 192.0.2.2\n", "");
	scene_open(&other, directives);
	scene_ask(&one, "www.test", RRTYPE_A);
	scene_ask(&other, "www.test", RRTYPE_A);
	assert_string_equal(take_saved(),
		"www.test. 60 IN CNAME app.test.\napp.test. 60 IN A 192.0.2.1\n"
		"both.test. 60 IN A 192.0.2.2\n");
	scene_close(&one);
	scene_close(&other);
}

static void what_the_cache_answers_is_not_written_again(void **state)
{
	struct scene scene = open_scene("", "options cache:100");
	(void)state;
	scene_ask(&scene, "app.test", RRTYPE_A);
	take_saved();
	scene_ask(&scene, "app.test", RRTYPE_A);
	assert_int_equal(scene.answers[0].source, SOURCE_CACHE);
	assert_int_equal(access(path, F_OK), -1);
	scene_close(&scene);
}

static void failures_are_comments(void **state)
{
	struct scene scene = open_scene("app.test servfail; www.test drop", "options timeout-ms:50");
	(void)state;
	scene_ask(&scene, "app.test", RRTYPE_A);
	scene_ask(&scene, "www.test", RRTYPE_A);
	assert_string_equal(take_saved(), "; app.test A: SERVFAIL\n; www.test A: timeout\n");
	scene_close(&scene);
}

// The file contains nothing that would change an answer of the replay.
static void records_outside_the_chain_of_an_answer_are_not_written(void **state)
{
	struct scene scene = open_scene("app.test extra-answers; gone.test nxdomain no-soa", "");
	(void)state;
	scene_ask(&scene, "app.test", RRTYPE_A);
	assert_string_equal(take_saved(), "app.test. 60 IN A 192.0.2.1\n");
	scene_ask(&scene, "gone.test", RRTYPE_A);
	assert_string_equal(take_saved(), "");
	scene_close(&scene);
}

// The SOA record of the name itself would make it exist.
static void a_name_that_does_not_exist_is_not_the_apex_of_a_zone(void **state)
{
	struct scene scene = open_scene("test nxdomain", "");
	(void)state;
	assert_int_equal(scene_ask(&scene, "test", RRTYPE_A), OUTCOME_NO_NAME);
	assert_string_equal(take_saved(), "");
	scene_close(&scene);
}

// The owners in the additional section are arbitrary: in the replay they would answer for hosts that were never asked
// for.
static void of_a_packet_only_the_answer_section_is_written(void **state)
{
	struct scene scene = open_scene("", "");
	struct lookup_context lookup = scene_context(&scene);
	struct question question = scene_question("mail.test", RRTYPE_MX);
	(void)state;
	lookup.as_packets = true;
	resolver_answer(scene.resolver, &lookup, &question, 1, scene.answers);
	assert_string_equal(take_saved(), "mail.test. 60 IN MX 10 app.test.\n");
	scene_close(&scene);
}

static void answers_of_many_processes_do_not_mix(void **state)
{
	struct scene scene = open_scene("* addresses=20", "");
	(void)state;
	for (int child = 0; child < 4; child++) {
		if (fork() != 0)
			continue;
		for (int i = 0; i < 20; i++) {
			char name[32];
			snprintf(name, sizeof(name), "n%d-%d.test", child, i);
			scene_ask(&scene, name, RRTYPE_A);
		}
		_exit(0);
	}
	while (wait(NULL) > 0)
		continue;
	size_t lines = 0;
	for (const char *line = take_saved(); *line; line = strchr(line, '\n') + 1, lines++) {
		unsigned child, number, ttl, bytes[4];
		char end;
		assert_int_equal(sscanf(line, "n%u-%u.test. %u IN A %u.%u.%u.%u%c", &child, &number, &ttl, &bytes[0], &bytes[1],
							 &bytes[2], &bytes[3], &end),
			8);
		assert_int_equal(end, '\n');
	}
	assert_int_equal(lines, 4 * 20 * 20);
	assert_int_equal(strncmp(text, TITLE, strlen(TITLE)), 0);
	assert_null(strstr(text + 1, TITLE));
	scene_close(&scene);
}

static void a_file_that_cannot_be_written_is_reported_once(void **state)
{
	const char *log = files_path("log");
	char directives[256];
	(void)state;
	snprintf(directives, sizeof(directives), "save %s\nlog %s", files_path("none/such"), log);
	struct scene scene = scene_of(records, "", directives);
	errno = 4711;
	scene_ask(&scene, "app.test", RRTYPE_A);
	scene_ask(&scene, "both.test", RRTYPE_A);
	assert_int_equal(scene.answers[0].outcome, OUTCOME_FOUND);
	scene_close(&scene);
	const char *told = strstr(files_read(log), " save ");
	assert_non_null(told);
	assert_non_null(strstr(told, "/none/such -> "));
	assert_null(strstr(told + 1, " save "));
}

static int set_path(void **state)
{
	(void)state;
	path = files_path("saved.zone");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_servers_answer_is_written_as_a_zone),
		cmocka_unit_test(a_name_known_by_one_family_needs_no_empty_record_for_the_other),
		cmocka_unit_test(the_same_is_written_once_whatever_its_ttl),
		cmocka_unit_test(what_another_process_wrote_is_not_written_again),
		cmocka_unit_test(a_file_that_was_taken_away_begins_anew),
		cmocka_unit_test(of_two_aliases_of_one_name_the_first_is_written),
		cmocka_unit_test(what_the_cache_answers_is_not_written_again),
		cmocka_unit_test(failures_are_comments),
		cmocka_unit_test(records_outside_the_chain_of_an_answer_are_not_written),
		cmocka_unit_test(a_name_that_does_not_exist_is_not_the_apex_of_a_zone),
		cmocka_unit_test(of_a_packet_only_the_answer_section_is_written),
		cmocka_unit_test(answers_of_many_processes_do_not_mix),
		cmocka_unit_test(a_file_that_cannot_be_written_is_reported_once),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, set_path, files_remove);
}
