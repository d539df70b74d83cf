// SPDX-License-Identifier: MIT
// What a log makes of the events of a lookup that fails.
#include "resolver/reasons.h"

#include <stdio.h>
#include <string.h>

#include "config/log.h"
#include "tests/unit/unit.h"
#include "tests/unit/virtual_clock.h"

#define EVENTS_MAX 8
#define MS 1000

#define EXCHANGE(name_text, type_text, server_text, transport_text, result_text, took)       \
	{                                                                                        \
		.kind = EVENT_EXCHANGE, .name = name_text, .type = type_text, .server = server_text, \
		.transport = transport_text, .result = result_text, .microseconds = took             \
	}
#define UDP(server_text, result_text, took) EXCHANGE("app.test", "A", server_text, "udp", result_text, took)
#define UDP6(server_text, result_text, took) EXCHANGE("app.test", "AAAA", server_text, "udp", result_text, took)
#define ANSWER(name_text, type_text, answer_source, result_text)                                                    \
	{                                                                                                               \
		.kind = EVENT_ANSWER, .name = name_text, .type = type_text, .source = answer_source, .result = result_text, \
		.microseconds = 1                                                                                           \
	}

static const char *write(const struct log_event *events, size_t count, const char *name)
{
	static char text[REASONS_TEXT_SIZE];
	struct reasons reasons;
	memset(&reasons, 0xa5, sizeof(reasons));
	reasons_begin(&reasons);
	for (size_t i = 0; i < count && events[i].kind; i++)
		reasons_note(&reasons, &events[i]);
	return reasons_write(&reasons, name, text);
}

static void the_line_has_each_server_with_its_reply(void **state)
{
	(void)state;
	static const struct {
		struct log_event events[EVENTS_MAX];
		const char *text;
	} cases[] = {
		{{UDP("192.0.2.1:53", {.text = "SERVFAIL"}, 12345)}, "192.0.2.1:53 udp: SERVFAIL (12 ms)"},
		{{EXCHANGE("app.test", "A", "unix:/run/dns.sock", "unix", {.text = "SERVFAIL"}, 12345)},
			"unix:/run/dns.sock unix: SERVFAIL (12 ms)"},
		{{UDP("192.0.2.1:53", {.text = "SERVFAIL"}, 110), UDP("[2001:db8::1]:53", {.text = "network unreachable"}, 0)},
			"192.0.2.1:53 udp: SERVFAIL (0.11 ms); [2001:db8::1]:53 udp: network unreachable (0.00 ms)"},
		{{UDP("192.0.2.1:53", {.code = RESULT_TIMEOUT}, 5000 * MS + 1),
			 UDP("192.0.2.1:53", {.code = RESULT_TIMEOUT}, 4000 * MS),
			 UDP("192.0.2.1:53", {.code = RESULT_TIMEOUT}, 3000 * MS)},
			"192.0.2.1:53 udp: timeout 3x (5.0 s)"},
		// Both questions of one try are one try.
		{{UDP("192.0.2.1:53", {.code = RESULT_TIMEOUT}, 5000 * MS), UDP6("192.0.2.1:53", {.code = RESULT_TIMEOUT}, MS),
			 UDP("192.0.2.1:53", {.code = RESULT_TIMEOUT}, 4000 * MS),
			 UDP6("192.0.2.1:53", {.code = RESULT_TIMEOUT}, MS)},
			"192.0.2.1:53 udp: timeout 2x (5.0 s)"},
		// A timeout is reported last, but its server was asked first.
		{{UDP("192.0.2.9:53", {.text = "SERVFAIL"}, 12 * MS), UDP("192.0.2.1:53", {.code = RESULT_TIMEOUT}, 5000 * MS),
			 EXCHANGE("app.test", "A", "192.0.2.1:53", "tcp", {.text = "connection refused"}, 100 * MS),
			 ANSWER("app.test", "A", SOURCE_SERVER, {.text = "SERVFAIL"})},
			"192.0.2.1:53 udp: timeout (5.0 s), tcp: connection refused (100 ms); 192.0.2.9:53 udp: SERVFAIL (12 ms)"},
		{{UDP("192.0.2.1:53", {.code = RESULT_TIMEOUT}, 50 * MS), UDP("192.0.2.1:53", {.text = "REFUSED"}, 2 * MS)},
			"192.0.2.1:53 udp: timeout (50 ms), REFUSED (2.0 ms)"},
		{{ANSWER("app.test", "A", SOURCE_CACHE, {.code = RESULT_NXDOMAIN})}, "cache: NXDOMAIN"},
		// A name that is tried twice.
		{{UDP("192.0.2.1:53", {.code = RESULT_NXDOMAIN}, 20 * MS),
			 ANSWER("app.test", "A", SOURCE_CACHE, {.code = RESULT_NXDOMAIN})},
			"192.0.2.1:53 udp: NXDOMAIN (20 ms)"},
		{{ANSWER("app.test", "A", SOURCE_NONE, {.code = RESULT_NXDOMAIN}),
			 ANSWER("app.test", "A", SOURCE_NONE, {.code = RESULT_NXDOMAIN})},
			"nameserver none: NXDOMAIN"},
		{{ANSWER("app.test", "A", SOURCE_ZONE, {.code = RESULT_NODATA})}, "zone: NODATA"},
		{{ANSWER("app.test", "A", SOURCE_SYSTEM, {.code = RESULT_SYSTEM})}, "nameserver system: libc was asked"},
		{{ANSWER("app.test", "A", SOURCE_UNSET, {.code = RESULT_TIMEOUT})}, "cache: timeout"},
		{{{.kind = EVENT_SHARED, .name = "app.test"},
			 ANSWER("app.test", "A", SOURCE_UNSET, {.text = "connection refused"})},
			"another thread's question: connection refused"},
		{{ANSWER("app.test", "A", SOURCE_UNSET, {.code = RESULT_NO_SERVER})}, "no server"},
		{{{.kind = EVENT_ANSWER, .result = {.text = "this machine has no address of that family"}}},
			"this machine has no address of that family"},
		{{UDP("192.0.2.1:53", {.text = "too many open files"}, 0),
			 ANSWER("app.test", "A", SOURCE_UNSET, {.text = "too many open files"})},
			"192.0.2.1:53 udp: too many open files (0.00 ms)"},
		{{{.kind = EVENT_FAULT,
			  .name = "app.test",
			  .type = "A",
			  .arguments = "servfail 30%",
			  .result = {.text = "SERVFAIL"}},
			 ANSWER("app.test", "A", SOURCE_FAULT, {.text = "SERVFAIL"})},
			"fault servfail 30%: SERVFAIL"},
		{{{.kind = EVENT_FAULT,
			  .name = "app.test",
			  .type = "A",
			  .arguments = "nodata",
			  .result = {.code = RESULT_NOERROR}},
			 ANSWER("app.test", "A", SOURCE_FAULT, {.code = RESULT_NODATA})},
			"fault nodata: NODATA"},
		{{ANSWER("app.test", NULL, SOURCE_HOSTS, {.code = RESULT_NO_ENTRY}),
			 UDP("192.0.2.1:53", {.code = RESULT_NXDOMAIN}, 20 * MS)},
			"192.0.2.1:53 udp: NXDOMAIN (20 ms)"},
		{{ANSWER("app.test", NULL, SOURCE_HOSTS, {.code = RESULT_NO_ENTRY})}, "hosts file: no entry"},
		{{ANSWER("app.test", "AAAA", SOURCE_HOSTS, {.code = RESULT_NO_ENTRY})}, "hosts file: no entry for AAAA"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_string_equal(write(cases[i].events, EVENTS_MAX, "app.test"), cases[i].text);
}

// A packet may say NOERROR and yet hold nothing.
static void an_empty_answer_is_nodata_or_lame(void **state)
{
	(void)state;
	struct log_event events[] = {
		UDP("192.0.2.1:53", {.code = RESULT_NOERROR}, 20 * MS),
		{.kind = EVENT_ANSWER,
			.name = "app.test",
			.type = "A",
			.source = SOURCE_SERVER,
			.server = "192.0.2.1:53",
			.transport = "udp",
			.result = {.code = RESULT_NODATA},
			.microseconds = 400 * MS},
	};
	assert_string_equal(write(events, 2, "app.test"), "192.0.2.1:53 udp: NODATA (20 ms)");
	events[0].detail = "Filtered: pets";
	assert_string_equal(write(events, 2, "app.test"), "192.0.2.1:53 udp: NODATA (Filtered: pets, 20 ms)");
	events[1].result = (struct log_result){.code = RESULT_UNUSABLE};
	assert_string_equal(write(events, 2, "app.test"), "192.0.2.1:53 udp: unusable answer (Filtered: pets, 20 ms)");
}

static void extended_errors_are_included(void **state)
{
	(void)state;
	struct log_event event = UDP("192.0.2.1:53", {.text = "SERVFAIL"}, 20 * MS);
	event.detail = "DNSSEC Bogus: no signature";
	assert_string_equal(write(&event, 1, "app.test"), "192.0.2.1:53 udp: SERVFAIL (DNSSEC Bogus: no signature, 20 ms)");
	event.result = (struct log_result){.code = RESULT_NOERROR};
	event.detail = "lame";
	event.is_lame = true;
	assert_string_equal(write(&event, 1, "app.test"), "192.0.2.1:53 udp: lame (20 ms)");
	event.result = (struct log_result){.text = "SERVFAIL"};
	event.is_lame = false;
	event.detail = "a\nb";
	assert_string_equal(write(&event, 1, "app.test"), "192.0.2.1:53 udp: SERVFAIL (a\\x0ab, 20 ms)");
}

// Their beginning is, where there is no room for more.
static void tries_are_counted_for_long_names_too(void **state)
{
	(void)state;
	char name[200], wanted[REASONS_TEXT_SIZE];
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	const struct log_event events[] = {
		EXCHANGE(name, "A", "192.0.2.1:53", "udp", {.code = RESULT_TIMEOUT}, 20 * MS),
		EXCHANGE(name, "AAAA", "192.0.2.1:53", "udp", {.code = RESULT_TIMEOUT}, 20 * MS),
		EXCHANGE(name, "A", "192.0.2.1:53", "udp", {.code = RESULT_TIMEOUT}, 20 * MS),
	};
	assert_string_equal(write(events, 3, name), "192.0.2.1:53 udp: timeout 2x (20 ms)");
	snprintf(wanted, sizeof(wanted), "192.0.2.1:53 udp: timeout 2x for %.124s... (20 ms)", name);
	assert_string_equal(write(events, 3, "other"), wanted);
}

// No server was asked for the later names of a search list, and no failure of them is kept.
static void silence_leaves_no_time_for_further_names(void **state)
{
	(void)state;
	const struct log_event events[] = {
		UDP("192.0.2.1:53", {.code = RESULT_TIMEOUT}, 5000 * MS),
		UDP6("192.0.2.1:53", {.code = RESULT_TIMEOUT}, 5000 * MS),
		ANSWER("app.test", "A", SOURCE_UNSET, {.code = RESULT_TIMEOUT}),
		ANSWER("app.test", "AAAA", SOURCE_UNSET, {.code = RESULT_TIMEOUT}),
		ANSWER("app.test.one.test", "A", SOURCE_UNSET, {.code = RESULT_TIMEOUT}),
		ANSWER("app.test.one.test", "AAAA", SOURCE_UNSET, {.code = RESULT_TIMEOUT}),
		ANSWER("app.test.two.test", "A", SOURCE_UNSET, {.code = RESULT_TIMEOUT}),
		ANSWER("app.test.two.test", "AAAA", SOURCE_UNSET, {.code = RESULT_TIMEOUT}),
	};
	assert_string_equal(write(events, 4, "app.test"), "192.0.2.1:53 udp: timeout (5.0 s)");
	assert_string_equal(write(events, 8, "app.test"),
		"192.0.2.1:53 udp: timeout for app.test (5.0 s); "
		"no time left for app.test.one.test, app.test.two.test");
}

static void names_and_types_are_written_where_they_are_ambiguous(void **state)
{
	(void)state;
	const struct log_event events[] = {
		EXCHANGE("app.one.test", "A", "192.0.2.1:53", "udp", {.code = RESULT_NXDOMAIN}, 20 * MS),
		EXCHANGE("app.one.test", "AAAA", "192.0.2.1:53", "udp", {.code = RESULT_NXDOMAIN}, 20 * MS),
		EXCHANGE("app.two.test", "A", "192.0.2.1:53", "udp", {.code = RESULT_NXDOMAIN}, 20 * MS),
		EXCHANGE("app.two.test", "AAAA", "192.0.2.1:53", "udp", {.text = "SERVFAIL"}, 20 * MS),
	};
	assert_string_equal(write(events, 1, "app.one.test"), "192.0.2.1:53 udp: NXDOMAIN (20 ms)");
	assert_string_equal(write(events, 1, "APP.one.test."), "192.0.2.1:53 udp: NXDOMAIN (20 ms)");
	assert_string_equal(write(events, 1, NULL), "192.0.2.1:53 udp: NXDOMAIN (20 ms)");
	assert_string_equal(write(events, 2, "app"), "192.0.2.1:53 udp: NXDOMAIN for app.one.test (20 ms)");
	assert_string_equal(write(events, 3, NULL), "192.0.2.1:53 udp: NXDOMAIN for app.one.test, app.two.test (20 ms)");
	assert_string_equal(write(events, 4, "app"),
		"192.0.2.1:53 udp: NXDOMAIN for app.one.test, app.two.test (20 ms), "
		"SERVFAIL for AAAA of app.two.test (20 ms)");
	assert_string_equal(
		write(events + 2, 2, "app.two.test"), "192.0.2.1:53 udp: NXDOMAIN for A (20 ms), SERVFAIL for AAAA (20 ms)");
}

static void a_name_that_is_a_suffix_of_another_is_written_too(void **state)
{
	(void)state;
	const struct log_event events[] = {
		EXCHANGE("app.test", "A", "192.0.2.1:53", "udp", {.code = RESULT_NXDOMAIN}, 20 * MS),
		EXCHANGE("test", "A", "192.0.2.1:53", "udp", {.code = RESULT_NXDOMAIN}, 20 * MS)};
	assert_string_equal(write(events, 2, "test"), "192.0.2.1:53 udp: NXDOMAIN for app.test, test (20 ms)");
}

static void invalid_names_are_reported(void **state)
{
	(void)state;
	const struct log_event events[] = {
		ANSWER("-a\x01.test", "A", SOURCE_UNSET, {.code = RESULT_NO_HOSTNAME}),
		ANSWER("-a\x01.test", "AAAA", SOURCE_UNSET, {.code = RESULT_NO_HOSTNAME}),
		ANSWER("-a\x01.test.one.test", "A", SOURCE_UNSET, {.code = RESULT_NO_HOSTNAME}),
	};
	assert_string_equal(write(events, 2, "-a\x01.test"), "no hostname: -a\\x01.test");
	assert_string_equal(write(events, 3, "-a\x01.test"), "no hostname: -a\\x01.test, -a\\x01.test.one.test");
}

static void what_explains_no_failure_gives_no_line(void **state)
{
	(void)state;
	const struct log_event events[] = {
		UDP("192.0.2.1:53", {.code = RESULT_NOERROR}, 1),
		ANSWER("app.test", "A", SOURCE_SERVER, {.code = RESULT_NOERROR}),
		{.kind = EVENT_CALL, .name = "app.test", .result = {.text = "EAI_NONAME"}},
	};
	assert_null(write(events, LENGTH(events), "app.test"));
	assert_null(write(events, 0, "app.test"));
}

// However much is said, and of whatever length, the line is whole and says that it is cut.
static void a_long_line_is_cut_and_ends_in_dots(void **state)
{
	(void)state;
	char servers[2 * REASONS_MAX][80], name[1000], detail[1000];
	struct log_event events[2 * REASONS_MAX];
	memset(name, 'n', sizeof(name));
	memset(detail, '\x01', sizeof(detail));
	name[sizeof(name) - 1] = detail[sizeof(detail) - 1] = '\0';
	for (size_t i = 0; i < LENGTH(events); i++) {
		snprintf(servers[i], sizeof(servers[i]), "%zu", i);
		events[i] = (struct log_event)EXCHANGE("a", "A", servers[i], "udp", {.code = RESULT_TIMEOUT}, 20 * MS);
	}
	const char *text = write(events, LENGTH(events), "a");
	assert_non_null(strstr(text, "9 udp: timeout (20 ms)..."));
	for (size_t i = 0; i < LENGTH(events); i++) {
		snprintf(servers[i], sizeof(servers[i]), "%060zu", i);
		events[i].name = name;
		events[i].detail = detail;
	}
	for (size_t count = REASONS_MAX; count <= LENGTH(events); count += REASONS_MAX) {
		text = write(events, count, "a");
		assert_in_range(strlen(text), REASONS_TEXT_SIZE - 5, REASONS_TEXT_SIZE - 1);
		assert_string_equal(text + strlen(text) - 3, "...");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_has_each_server_with_its_reply),
		cmocka_unit_test(an_empty_answer_is_nodata_or_lame),
		cmocka_unit_test(extended_errors_are_included),
		cmocka_unit_test(tries_are_counted_for_long_names_too),
		cmocka_unit_test(silence_leaves_no_time_for_further_names),
		cmocka_unit_test(names_and_types_are_written_where_they_are_ambiguous),
		cmocka_unit_test(a_name_that_is_a_suffix_of_another_is_written_too),
		cmocka_unit_test(invalid_names_are_reported),
		cmocka_unit_test(what_explains_no_failure_gives_no_line),
		cmocka_unit_test(a_long_line_is_cut_and_ends_in_dots),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
