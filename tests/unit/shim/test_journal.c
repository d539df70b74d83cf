// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/log.h"
#include "shim/command/problem.h"
#include "shim/command/watch/run_server.h"
#include "tests/unit/journals.h"

struct serving {
	struct run_server server;
	atomic_bool ends;
};

static void *serve(void *context)
{
	struct serving *serving = context;
	while (!serving->ends || run_server_serve(&serving->server))
		run_server_serve(&serving->server);
	return NULL;
}

static void what_the_library_writes_is_read_again(void **state)
{
	(void)state;
	struct serving serving = {.ends = false};
	struct run_server *server = &serving.server;
	struct problem problem;
	struct journal journal;
	pthread_t thread;
	assert_true(run_server_open(server, &problem));
	assert_true(run_server_start(server));
	assert_int_equal(pthread_create(&thread, NULL, serve, &serving), 0);
	const struct log log = {.target = LOG_RUN, .run = server->address, .json = true};
	log_write(&log,
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
	log_write(&log,
		&(struct log_event){.kind = EVENT_CALL,
			.call = "getaddrinfo",
			.name = "a",
			.addresses = "192.0.2.1 ::1",
			.records = "10 a.\n20 b.\n\"c\"",
			.reason = "192.0.2.1:53 udp: NXDOMAIN",
			.microseconds = -1});
	serving.ends = true;
	pthread_join(thread, NULL);
	assert_int_equal(server->lost, 0);
	assert_true(journal_parse(server->journal, server->journal_size, &journal));
	server->journal = NULL;
	run_server_close(server);

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
	for (size_t i = 0; i < LENGTH(lines); i++) {
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_library_writes_is_read_again),
		cmocka_unit_test(time_is_milliseconds_since_1970),
		cmocka_unit_test(lines_of_others_are_passed_over_and_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
