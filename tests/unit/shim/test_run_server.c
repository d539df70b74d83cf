// SPDX-License-Identifier: MIT
#include "shim/command/watch/run_server.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "shim/command/problem.h"
#include "tests/unit/unit.h"
#include "tests/unit/virtual_clock.h"

#define EVENT "event=call"

// A server with a thread that serves, which run_stop ends.
struct run {
	struct run_server server;
	pthread_t thread;
	atomic_bool ends;
};

static void *serve(void *context)
{
	struct run *run = context;
	while (!run->ends || run_server_serve(&run->server))
		run_server_serve(&run->server);
	return NULL;
}

// -1: with both listeners.
static void run_begin_without(struct run *run, int without)
{
	struct problem problem;
	assert_true(run_server_open(&run->server, &problem));
	if (without >= 0) {
		close(run->server.socket.listeners[without]);
		run->server.socket.listeners[without] = -1;
	}
	assert_true(run_server_start(&run->server));
	run->ends = false;
	assert_int_equal(pthread_create(&run->thread, NULL, serve, run), 0);
}

static void run_begin(struct run *run)
{
	run_begin_without(run, -1);
}

static void run_stop(struct run *run)
{
	run->ends = true;
	pthread_join(run->thread, NULL);
}

static void both_counters_are_returned_and_continue(void **state)
{
	(void)state;
	struct run run;
	run_begin(&run);
	const struct {
		struct run_count asked, told;
	} cases[] = {
		{{1, 11}, {0, 0}},
		{{1, 11}, {1, 1}},
		{{1, 12}, {2, 0}},
		{{2, 11}, {0, 2}},
		{{1, 12}, {3, 1}},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct run_count count = cases[i].asked;
		assert_true(run_ask_count(&run.server.socket.address, &count));
		assert_int_equal(count.rule, cases[i].told.rule);
		assert_int_equal(count.lookup, cases[i].told.lookup);
	}
	run_stop(&run);
	run_server_close(&run.server);
}

static void each_of_the_two_names_is_enough(void **state)
{
	(void)state;
	for (int without = 0; without < 2; without++) {
		struct run run;
		struct run_count count = {1, 1};
		run_begin_without(&run, without);
		assert_true(run_ask_count(&run.server.socket.address, &count));
		assert_true(run_send_event(&run.server.socket.address, EVENT, sizeof(EVENT)));
		run_stop(&run);
		assert_int_equal(run.server.journal.count, 1);
		run_server_close(&run.server);
	}
}

static void events_are_kept_in_order(void **state)
{
	(void)state;
	struct run run;
	char event[100];
	run_begin(&run);
	for (int i = 0; i < 1000; i++) {
		const int length = snprintf(event, sizeof(event), EVENT "%cpid=%d", '\0', i);
		assert_true(run_send_event(&run.server.socket.address, event, (size_t)length + 1));
	}
	run_stop(&run);
	assert_int_equal(run.server.journal.count, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(run.server.journal.events[i].pid, i);
	run_server_close(&run.server);
}

static void a_message_without_the_key_is_ignored(void **state)
{
	(void)state;
	struct run run;
	char key[] = "0123456789abcdef0123456789abcdef";
	run_begin(&run);
	const struct run_address foreign = {run.server.socket.address.path, key, 0};
	struct run_count count = {1, 1};
	run_send_event(&foreign, EVENT, sizeof(EVENT));
	assert_false(run_ask_count(&foreign, &count));
	assert_true(run_ask_count(&run.server.socket.address, &count));
	assert_int_equal(count.rule, 0);
	run_stop(&run);
	assert_int_equal(run.server.journal.count, 0);
	assert_int_equal(run.server.journal.lost, 0);
	run_server_close(&run.server);
}

static void lost_events_are_reported_later(void **state)
{
	(void)state;
	struct run run;
	const struct run_address nowhere = {(char[]){"/nonexistent/run"}, (char[]){"0123456789abcdef0123456789abcdef"}, 0};
	run_begin(&run);
	assert_false(run_send_event(&nowhere, EVENT, sizeof(EVENT)));
	assert_false(run_send_event(&nowhere, EVENT, sizeof(EVENT)));
	run_note_loss();
	assert_true(run_send_event(&run.server.socket.address, EVENT, sizeof(EVENT)));
	assert_true(run_send_event(&run.server.socket.address, EVENT, sizeof(EVENT)));
	run_stop(&run);
	assert_int_equal(run.server.journal.lost, 3);
	assert_int_equal(run.server.journal.count, 2);
	run_server_close(&run.server);
}

static void a_server_that_has_ended_is_not_waited_for(void **state)
{
	(void)state;
	struct run run;
	struct run_count count = {7, 8};
	run_begin(&run);
	run_stop(&run);
	const struct run_address address = {
		strdup(run.server.socket.address.path), strdup(run.server.socket.address.key), 0};
	run_server_close(&run.server);
	virtual_clock_start();
	const int64_t start = clock_now();
	assert_false(run_ask_count(&address, &count));
	assert_int_not_equal(errno, 0);
	assert_true(clock_now() - start < 500000);
	virtual_clock_stop();
	assert_int_equal(count.rule, 7);
	free(address.path);
	free(address.key);
}

static void a_server_that_does_not_respond_is_awaited_for_two_seconds(void **state)
{
	(void)state;
	struct run_server server;
	struct problem problem;
	struct run_count count = {7, 8};
	assert_true(run_server_open(&server, &problem));
	virtual_clock_start();
	const int64_t start = clock_now();
	assert_false(run_ask_count(&server.socket.address, &count));
	assert_int_equal(errno, ETIMEDOUT);
	assert_in_range(clock_now() - start, 2000000, 2010000);
	virtual_clock_stop();
	run_server_close(&server);
}

// In a child, since the limit cannot be raised again. The child asks with the descriptor of standard input.
static bool is_refused_without_descriptors(void)
{
	struct run_server server;
	struct problem problem;
	struct run_count count = {1, 1};
	if (!run_server_open(&server, &problem))
		return false;
	const int lowest = dup(STDERR_FILENO);
	close(lowest);
	const struct rlimit limit = {(rlim_t)lowest, (rlim_t)lowest};
	setrlimit(RLIMIT_NOFILE, &limit);
	const bool is_started = run_server_start(&server);
	close(STDIN_FILENO);
	virtual_clock_start();
	const int64_t start = clock_now();
	const bool is_answered = run_ask_count(&server.socket.address, &count);
	run_server_close(&server);
	return !is_started && !is_answered && clock_now() - start < 1000000;
}

static void a_server_that_cannot_start_refuses_connections(void **state)
{
	(void)state;
	int status;
	const pid_t child = fork();
	if (child == 0)
		_exit(is_refused_without_descriptors() ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void a_silent_connection_does_not_delay_others(void **state)
{
	(void)state;
	struct run run;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int silent[200];
	run_begin(&run);
	strcpy(address.sun_path, run.server.socket.address.path);
	for (size_t i = 0; i < LENGTH(silent); i++) {
		silent[i] = socket(AF_UNIX, SOCK_SEQPACKET, 0);
		assert_int_equal(connect(silent[i], (const struct sockaddr *)&address, sizeof(address)), 0);
	}
	struct run_count count = {1, 1};
	assert_true(run_ask_count(&run.server.socket.address, &count));
	for (size_t i = 0; i < LENGTH(silent); i++)
		close(silent[i]);
	run_stop(&run);
	run_server_close(&run.server);
}

static void others_may_reach_the_socket_and_nothing_is_left(void **state)
{
	(void)state;
	struct run_server server;
	struct problem problem;
	struct stat status;
	assert_true(run_server_open(&server, &problem));
	assert_int_equal(stat(server.socket.address.path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0666);
	assert_int_equal(stat(server.socket.directory, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0711);
	char *directory = strdup(server.socket.directory);
	run_server_close(&server);
	assert_int_equal(stat(directory, &status), -1);
	free(directory);
}

static void a_process_that_ends_behind_its_first_event_is_known(void **state)
{
	(void)state;
	struct run run;
	char event[64];
	run_begin(&run);
	const pid_t child = fork();
	if (child == 0) {
		program_invocation_name[0] ^= 1;  // its command line differs, as that of no fork of withdns does
		const int size = snprintf(event, sizeof(event), EVENT "%cpid=%d", '\0', getpid());
		_exit(!run_send_event(&run.server.socket.address, event, (size_t)size + 1));
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	run_stop(&run);
	const struct process *process = processes_find(&run.server.processes, child);
	assert_non_null(process);
	assert_int_equal(process->parent, getpid());
	run_server_close(&run.server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_counters_are_returned_and_continue),
		cmocka_unit_test(each_of_the_two_names_is_enough),
		cmocka_unit_test(events_are_kept_in_order),
		cmocka_unit_test(a_message_without_the_key_is_ignored),
		cmocka_unit_test(lost_events_are_reported_later),
		cmocka_unit_test(a_server_that_has_ended_is_not_waited_for),
		cmocka_unit_test(a_server_that_does_not_respond_is_awaited_for_two_seconds),
		cmocka_unit_test(a_server_that_cannot_start_refuses_connections),
		cmocka_unit_test(a_silent_connection_does_not_delay_others),
		cmocka_unit_test(others_may_reach_the_socket_and_nothing_is_left),
		cmocka_unit_test(a_process_that_ends_behind_its_first_event_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
