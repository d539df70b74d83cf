// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/log.h"
#include "shim/command/problem.h"
#include "shim/command/watch/expect.h"
#include "shim/command/watch/journal.h"
#include "shim/command/watch/report.h"
#include "shim/command/watch/run_server.h"
#include "shim/command/watch/summary.h"

static struct journal parsed(const char *text)
{
	struct journal journal;
	char *copy = malloc(strlen(text) + 1);
	memcpy(copy, text, strlen(text));
	assert_true(journal_parse(copy, strlen(text), &journal));
	return journal;
}

static void what_the_library_writes_is_read_again(void **state)
{
	(void)state;
	struct run_server server;
	struct problem problem;
	struct journal journal;
	assert_true(run_server_open(&server, &problem));
	assert_true(run_server_start(&server));
	const struct log trace = {.target = TRACE_RUN, .run = server.address, .json = true};
	log_write(&trace,
		&(struct log_event){.kind = EVENT_EXCHANGE,
			.name = "a\"\\\n.test",
			.type = "A",
			.rule = "test",
			.server = "127.0.0.1:53",
			.transport = "udp",
			.result = {.code = RESULT_NOERROR},
			.detail = "lame",
			.try = 2,
			.bytes = 61,
			.microseconds = 1234567});
	log_write(&trace,
		&(struct log_event){.kind = EVENT_CALL,
			.call = "getaddrinfo",
			.name = "a",
			.addresses = "192.0.2.1 ::1",
			.records = "10 a.\n20 b.\n\"c\"",
			.reason = "192.0.2.1:53 udp: NXDOMAIN",
			.microseconds = -1});
	while (run_server_serve(&server))
		continue;
	assert_int_equal(server.lost, 0);
	assert_true(journal_parse(server.journal, server.journal_size, &journal));
	server.journal = NULL;
	run_server_close(&server);

	assert_int_equal(journal.count, 2);
	assert_int_equal(journal.unreadable, 0);
	const struct journal_event *event = &journal.events[0];
	assert_string_equal(event->kind, "exchange");
	assert_string_equal(event->logged.name, "a\"\\\n.test");
	assert_string_equal(event->logged.rule, "test");
	assert_string_equal(event->logged.server, "127.0.0.1:53");
	assert_string_equal(event->logged.detail, "lame");
	assert_int_equal(event->logged.try, 2);
	assert_int_equal(event->logged.bytes, 61);
	assert_int_equal(event->logged.microseconds, 1234567);
	assert_int_equal(event->pid, getpid());
	assert_int_equal(event->thread, getpid());
	assert_null(event->logged.call);
	assert_string_equal(journal.events[1].logged.addresses, "192.0.2.1 ::1");
	assert_string_equal(journal.events[1].logged.records, "10 a., 20 b., \"c\"");
	assert_string_equal(journal.events[1].logged.reason, "192.0.2.1:53 udp: NXDOMAIN");
	assert_int_equal(journal.events[1].logged.microseconds, -1);
	journal_clear(&journal);
}

static void time_is_milliseconds_since_1970(void **state)
{
	(void)state;
	struct journal journal = parsed("{\"v\":1,\"time\":\"2026-11-23T03:26:03.122Z\",\"event\":\"call\"}\n");
	assert_int_equal(journal.count, 1);
	assert_int_equal(journal.events[0].time, INT64_C(1795404363122));
	journal_clear(&journal);
}

static void lines_of_others_are_passed_over_and_counted(void **state)
{
	(void)state;
	static const char *const lines[] = {
		"",
		"x",
		"{}",
		"{\"event\":\"call\"",
		"{\"event\":\"call\"}x",
		"{\"event\":\"\\u0000\"}",
		"{\"event\":\"\\ud800\"}",
		"{\"event\":\"call\",\"pid\":-1}",
		"{\"event\":\"call\",\"ms\":1}",
		"{\"event\":\"call\",\"v\":2}",
		"{\"event\":\"call\",\"pid\":12345678901234567890}",
		"{\"event\":\"call\",\"time\":\"now\"}",
		"{\"event\":\"a\nb\"}",
		"{\"event\":\"call\",\"addresses\":[\"a\"}",
		"{\"event\":\"call\",}",
		"{\"name\":\"a\"}",
		"{\"event\":\"\\",
		"{\"event\":\"",
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char text[200];
		snprintf(text, sizeof(text), "%s\n{\"event\":\"call\"}\n", lines[i]);
		struct journal journal = parsed(text);
		assert_int_equal(journal.count, 1);
		assert_true(journal.unreadable >= 1);
		journal_clear(&journal);
	}
	struct journal journal = parsed("{\"event\":\"call\","
									"\"later\":[\"a\",\"b\"],\"more\":-1.5e3,\"text\":\"\\u00e4\"}");
	assert_int_equal(journal.count, 1);
	journal_clear(&journal);
}

#define CALL(pid, name, source, result, ms)                                                             \
	"{\"v\":1,\"time\":\"2026-11-23T03:26:03.122Z\",\"pid\":" #pid                                      \
	",\"event\":\"call\",\"call\":\"getaddrinfo\",\"name\":\"" name "\"," source "\"result\":\"" result \
	"\",\"ms\":" ms "}\n"
#define BY_SERVER "\"source\":\"server\",\"server\":\"192.0.2.1:53\","

static void a_summary_has_one_row_for_each_name_and_call(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(1, "b.test", BY_SERVER, "0", "1.000") CALL(1, "a.test",
		"\"source\":\"hosts\",", "0",
		"0.100") CALL(2, "B.test", "\"source\":\"cache\",", "0", "0.500") CALL(2, "b.test", BY_SERVER, "EAI_AGAIN",
		"20.250") "{\"event\":\"call\",\"call\":\"getaddrinfo\",\"name\":\"\"}\n"
				  "{\"event\":\"call\",\"call\":\"res_query\",\"name\":\"a.test\",\"arguments\":\"type=MX\",\"result\":\"-1\"}\n" CALL(
					  1, "192.0.2.9", "\"source\":\"literal\",", "0",
					  "90.000") "{\"event\":\"exchange\",\"name\":\"b.test\"}\n");
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_true(summary_write(&journal, out));
	fclose(out);
	assert_string_equal(text,
		"name    call          asked  answered by                 total ms  mean ms  slowest ms  failed\n"
		"b.test  getaddrinfo       3  server 192.0.2.1:53, cache      21.8      7.2        20.2       1\n"
		"a.test  getaddrinfo       1  hosts                            0.1      0.1         0.1       0\n"
		"a.test  res_query MX      1  -                                0.0      0.0         0.0       1\n"
		"5 lookups by 3 processes, 2 failed, 2 names, 21.9 ms in all; 1 question to servers\n");
	free(text);
	journal_clear(&journal);
}

static void the_name_that_took_the_longest_in_all_comes_first(void **state)
{
	(void)state;
	static const char *const names[] = {"often.test", "slow.test", "first.test", "last.test"};
	struct journal journal = parsed(CALL(1, "first.test", "", "0", "1.000") CALL(1, "last.test", "", "0", "1.000")
			CALL(1, "slow.test", "", "0", "20.000") CALL(1, "often.test", "", "0", "11.000")
				CALL(1, "often.test", "", "0", "11.000"));
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_true(summary_write(&journal, out));
	fclose(out);
	for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++)
		assert_true(strstr(text, names[i - 1]) < strstr(text, names[i]));
	free(text);
	journal_clear(&journal);
}

static void what_is_lost_is_told_with_the_totals(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(1, "a.test", "", "0", "1.000"));
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	journal.lost = 3;
	assert_true(summary_write(&journal, out));
	fclose(out);
	assert_non_null(strstr(text, "\nlookups or questions that could not be recorded: 3\n"));
	free(text);
	journal_clear(&journal);
}

static char path[] = "/tmp/test_journal.XXXXXX";

static void write_file(const char *text)
{
	strcpy(path + strlen(path) - 6, "XXXXXX");
	const int descriptor = mkstemp(path);
	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
	close(descriptor);
}

static void names_outside_the_file_are_told_once(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		bool is_lacking;
	} cases[] = {
		{CALL(1, "api.test", "", "0", "1.000"), false},
		{CALL(1, "other.test", "", "0", "1.000"), false},
		{CALL(1, "API.test.", "", "0", "1.000"), false},
		{CALL(1, "x.api.test", "", "0", "1.000"), true},
		{CALL(1, "a.db.test", "", "0", "1.000"), false},
		{CALL(1, "a.b.db.test", "", "0", "1.000"), false},
		{CALL(1, "db.test", "", "0", "1.000"), true},
		{CALL(1, "192.0.2.1", "\"source\":\"literal\",", "0", "1.000"), false},
		{CALL(1, "192.0.2.1", "", "0", "1.000"), false},
		{CALL(1, "1.2.0.192.in-addr.arpa", "", "0", "1.000"), false},
		{CALL(1, "192.0.2.2", "", "0", "1.000"), true},
		{CALL(1, "", "", "0", "1.000"), false},
		{CALL(1, "no..name", "", "0", "1.000"), true},
		{"{\"event\":\"exchange\",\"name\":\"other.test\"}\n", false},
	};
	struct expectations expectations;
	struct problem problem;
	write_file("\xef\xbb\xbfother.test\n# names\napi.test   # the service\n\n*.db.test\r\n\t192.0.2.1\nlast.test");
	assert_true(expectations_read(path, &expectations, &problem));
	assert_int_equal(expectations.count, 5);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct journal journal = parsed(cases[i].line);
		assert_int_equal(journal.count, 1);
		assert_int_equal(expectations_lack(&expectations, &journal.events[0]), cases[i].is_lacking);
		journal_clear(&journal);
	}
	struct journal journal = parsed(CALL(1, "z.test", "", "0", "1.000") CALL(1, "a\\u001b.test", "", "0", "1.000")
			CALL(2, "Z.test", "", "0", "1.000"));
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_int_equal(expectations_tell(&expectations, &journal, out), 3);
	fclose(out);
	assert_string_equal(text,
		"withdns: unexpected lookup of a\\x1b.test: getaddrinfo by [1]\n"
		"withdns: unexpected lookup of z.test: getaddrinfo by [1], and 1 more\n");
	free(text);
	journal_clear(&journal);
	expectations_clear(&expectations);
	unlink(path);
}

static void a_malformed_expectation_is_told_with_its_line(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned line;
	} cases[] = {
		{"a.test b.test\n", 1},
		{"a.test\n\n..\nb.test\n", 3},
		{"a.test\n*.", 2},
		{"#\n*..test", 2},
		{"*\n", 1},
		{"a.test\n*.*.test\n", 2},
		{"a.*\n", 1},
		{"https://a.test/\n", 1},
		{"a.test:443\n", 1},
		{"a.test/\n", 1},
		{"192.0.2.0/24\n", 1},
		{"*.192.0.2.1\n", 1},
		{"[::1]:53\n", 1},
		{"a?.test\n", 1},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct expectations expectations;
		struct problem problem;
		char expected[200];
		write_file(cases[i].text);
		assert_false(expectations_read(path, &expectations, &problem));
		snprintf(expected, sizeof(expected), "%s:%u: expected one name or *.domain", path, cases[i].line);
		assert_string_equal(problem.text, expected);
		assert_int_equal(problem.status, EXIT_OWN_ERROR);
		expectations_clear(&expectations);
		unlink(path);
	}
}

static void a_report_escapes_what_names_smuggle_in(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(1, "<script>&'\\\"\\u001b", BY_SERVER, "EAI_NONAME", "1.000"));
	const char *const program[] = {"</title><img>", NULL};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_true(report_write(&journal, program, out));
	fclose(out);
	assert_null(strstr(text, "<script"));
	assert_null(strstr(text, "<img"));
	assert_null(strchr(text, '\x1b'));
	assert_non_null(strstr(text, "&lt;script&gt;&amp;&#39;&quot;\\x1b"));
	free(text);
	journal_clear(&journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_library_writes_is_read_again),
		cmocka_unit_test(time_is_milliseconds_since_1970),
		cmocka_unit_test(lines_of_others_are_passed_over_and_counted),
		cmocka_unit_test(the_name_that_took_the_longest_in_all_comes_first),
		cmocka_unit_test(what_is_lost_is_told_with_the_totals),
		cmocka_unit_test(a_summary_has_one_row_for_each_name_and_call),
		cmocka_unit_test(names_outside_the_file_are_told_once),
		cmocka_unit_test(a_malformed_expectation_is_told_with_its_line),
		cmocka_unit_test(a_report_escapes_what_names_smuggle_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
