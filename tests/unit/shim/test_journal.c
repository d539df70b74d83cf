// SPDX-License-Identifier: MIT
#include <errno.h>
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
	pthread_t thread;
	assert_true(run_server_open(server, &problem));
	assert_true(run_server_start(server));
	assert_int_equal(pthread_create(&thread, NULL, serve, &serving), 0);
	const struct log log = {.target = LOG_RUN, .run = server->socket.address};
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
	const struct journal journal = server->journal;
	assert_int_equal(journal.lost, 0);
	assert_int_equal(journal.count, 2);
	assert_int_equal(journal.unreadable, 0);
	const struct journal_event *event = &journal.events[0];
	assert_int_equal(event->logged.kind, EVENT_EXCHANGE);
	assert_string_equal(event->logged.name, "a\"\\\n.test");
	assert_string_equal(event->logged.rule, "test");
	assert_string_equal(event->logged.server, "127.0.0.1:53");
	assert_string_equal(event->logged.detail, "lame");
	assert_int_equal(event->logged.try, 2);
	assert_int_equal(event->logged.bytes, 61);
	assert_int_equal(event->logged.microseconds, 1234567);
	assert_int_equal(event->pid, getpid());
	assert_int_equal(event->thread, 0);
	assert_string_equal(event->program, program_invocation_short_name);
	assert_null(event->logged.call);
	assert_string_equal(journal.events[1].logged.addresses, "192.0.2.1 ::1");
	assert_string_equal(journal.events[1].logged.records, "10 a., 20 b., \"c\"");
	assert_string_equal(journal.events[1].logged.reason, "192.0.2.1:53 udp: NXDOMAIN");
	assert_int_equal(journal.events[1].logged.microseconds, -1);
	run_server_close(server);
}

static void time_is_milliseconds_since_1970(void **state)
{
	(void)state;
	struct journal journal = parsed("time=1795404363122|event=call\n");
	assert_int_equal(journal.count, 1);
	assert_int_equal(journal.events[0].time, INT64_C(1795404363122));
	journal_clear(&journal);
}

// The longest values leave the event whole, with the values that follow.
static void long_values_are_cut(void **state)
{
	(void)state;
	static char text[5000];
	struct serving serving = {.ends = false};
	struct run_server *server = &serving.server;
	struct problem problem;
	pthread_t thread;
	memset(text, 'x', sizeof(text) - 1);
	assert_true(run_server_open(server, &problem));
	assert_true(run_server_start(server));
	assert_int_equal(pthread_create(&thread, NULL, serve, &serving), 0);
	const struct log log = {.target = LOG_RUN, .run = server->socket.address};
	log_write(&log,
		&(struct log_event){.kind = EVENT_CALL,
			.call = text,
			.name = text,
			.arguments = text,
			.type = text,
			.rule = text,
			.server = text,
			.transport = text,
			.rcode = text,
			.addresses = text,
			.names = text,
			.records = text,
			.detail = text,
			.reason = text,
			.bytes = UINT32_MAX,
			.microseconds = INT64_MAX / 100});
	serving.ends = true;
	pthread_join(thread, NULL);
	assert_int_equal(server->journal.count, 1);
	const struct log_event *logged = &server->journal.events[0].logged;
	assert_int_equal(strlen(logged->name), 512);
	assert_string_equal(logged->name + 509, "...");
	assert_int_equal(logged->bytes, UINT32_MAX);
	assert_int_equal(logged->microseconds, INT64_MAX / 100);
	run_server_close(server);
}

static void what_is_no_event_is_passed_over_and_counted(void **state)
{
	(void)state;
	static const char *const events[] = {
		"",
		"x",
		"event=call|x",
		"event=",
		"event=later",
		"name=a",
		"event=call|pid=-1",
		"event=call|pid=",
		"event=call|pid=1x",
		"event=call|ms=1.000",
		"event=call|pid=12345678901234567890",
		"event=call|try= 1",
		"event=call|time=now",
		"event=call|",
	};
	for (size_t i = 0; i < LENGTH(events); i++) {
		char text[200];
		snprintf(text, sizeof(text), "%s\nevent=call\n", events[i]);
		struct journal journal = parsed(text);
		if (journal.unreadable != 1)
			fail_msg("%s", events[i]);
		assert_int_equal(journal.count, 1);
		journal_clear(&journal);
	}
	struct journal journal = parsed("event=call|later=a=b|name=a=b||more=\n");
	assert_int_equal(journal.count, 0);
	journal_clear(&journal);
	journal = parsed("event=call|later=a=b|name=a=b|more=\n");
	assert_int_equal(journal.count, 1);
	assert_string_equal(journal.events[0].logged.name, "a=b");
	journal_clear(&journal);
	assert_null(journal_add(&journal, "event=call", 0));
	assert_non_null(journal_add(&journal, "event=call", strlen("event=call")));
	assert_int_equal(journal.unreadable, 1);
	journal_clear(&journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_library_writes_is_read_again),
		cmocka_unit_test(time_is_milliseconds_since_1970),
		cmocka_unit_test(long_values_are_cut),
		cmocka_unit_test(what_is_no_event_is_passed_over_and_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
