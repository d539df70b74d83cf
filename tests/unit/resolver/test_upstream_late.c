// SPDX-License-Identifier: MIT
// A line of the log may block, on a pipe that is full: no reply that comes meanwhile is lost, and what has come is judged
// by when it came, not by when the lookup goes on.
#include "tests/unit/scene.h"

static const char records[] = "app.test. 60 A 192.0.2.1\n"
							  "app.test. 60 AAAA 2001:db8::1\n"
							  "warm.test. 60 A 192.0.2.2\n";

static void be_late(void *observer, const struct log_event *event)
{
	if (event->kind == EVENT_EXCHANGE)
		kernel_poll(NULL, 0, *(const int *)observer);
}

// Asks for A, or for A and AAAA; each exchange's line of the log blocks for some milliseconds.
static void ask_late(struct scene *scene, size_t count, const int *blocked_ms)
{
	const struct question questions[] = {scene_question("app.test", RRTYPE_A), scene_question("app.test", RRTYPE_AAAA)};
	struct lookup_context lookup = scene_context(scene);
	lookup.observe = be_late;
	lookup.observer = (void *)blocked_ms;
	scene_clear_answers(scene);
	resolver_answer(scene->resolver, &lookup, questions, count, scene->answers);
}

// So that the servers' round-trip times are known.
static void warm_up(struct scene *scene)
{
	for (int i = 0; i < 4; i++)
		assert_int_equal(scene_ask(scene, "warm.test", RRTYPE_A), OUTCOME_FOUND);
	for (size_t i = 0; i < scene->server_count; i++)
		fake_forget(scene->servers[i]);
}

static void no_server_is_asked_after_a_line_that_outlasts_the_deadline(void **state)
{
	(void)state;
	static const int blocked_ms[] = {0, 6000};
	for (size_t i = 0; i < LENGTH(blocked_ms); i++) {
		struct scene scene = {0};
		scene_add(&scene, records, "* servfail");
		scene_add(&scene, records, "");
		scene_open(&scene, "options timeout-ms:3000");
		ask_late(&scene, 1, &blocked_ms[i]);
		assert_int_equal(fake_count(scene.servers[1], NULL, 0), blocked_ms[i] == 0);
		scene_close(&scene);
	}
}

// The line is that of the second reply to A; the first query for AAAA is answered meanwhile, the second one never.
static void a_reply_that_comes_during_a_line_counts(void **state)
{
	(void)state;
	static const int blocked_ms[] = {0, 500, 6000};
	for (size_t i = 0; i < LENGTH(blocked_ms); i++) {
		struct scene scene =
			scene_of(records, "*/A first=1 drop; */AAAA first=1 delay=500; */AAAA drop", "options timeout-ms:3000");
		ask_late(&scene, 2, &blocked_ms[i]);
		assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
		assert_string_equal(scene_answer(&scene, 1), "found; app.test AAAA 2001:db8::1");
		scene_close(&scene);
	}
}

static void a_no_of_the_second_server_waits_for_the_first_one_though_its_line_blocks(void **state)
{
	(void)state;
	static const int blocked_ms[] = {0, 500, 6000};
	for (size_t i = 0; i < LENGTH(blocked_ms); i++) {
		struct scene scene = {0};
		scene_add(&scene, records, "");
		scene_add(&scene, records, "app.test nxdomain");
		scene_open(&scene, "options timeout-ms:3000");
		warm_up(&scene);
		fake_add_rules(scene.servers[0], "app.test delay=250");
		ask_late(&scene, 1, &blocked_ms[i]);
		assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
		scene_close(&scene);
	}
}

// Twice the first server is a little slower than its turn is long. The second one has been asked for a moment then, and
// does not count as silent, which would make it a server that is down, and be probed.
static void a_line_that_blocks_is_no_silence_of_a_server(void **state)
{
	(void)state;
	static const char *const rules[] = {"* delay=60", "* delay=90"};
	static const int blocked_ms = 2000;
	struct scene scene = scene_of_two(records, "", "* delay=1000");
	warm_up(&scene);
	for (size_t i = 0; i < LENGTH(rules); i++) {
		fake_clear_rules(scene.servers[0]);
		fake_add_rules(scene.servers[0], rules[i]);
		ask_late(&scene, 1, &blocked_ms);
		assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
		assert_int_equal(fake_count(scene.servers[1], NULL, 0), i + 1);
	}
	fake_clear_rules(scene.servers[0]);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_int_equal(fake_count(scene.servers[1], NULL, 0), LENGTH(rules));
	scene_close(&scene);
}

// The TTL is a minute.
static void an_answer_is_cached_from_when_it_came_not_from_when_it_was_logged(void **state)
{
	(void)state;
	static const int blocked_ms = 61000;
	struct scene scene = scene_of(records, "", "options cache:10");
	ask_late(&scene, 1, &blocked_ms);
	assert_int_equal(scene.answers[0].outcome, OUTCOME_FOUND);
	scene_ask(&scene, "app.test", RRTYPE_A);
	assert_int_equal(scene.answers[0].outcome, OUTCOME_FOUND);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 2);
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_server_is_asked_after_a_line_that_outlasts_the_deadline),
		cmocka_unit_test(a_reply_that_comes_during_a_line_counts),
		cmocka_unit_test(a_no_of_the_second_server_waits_for_the_first_one_though_its_line_blocks),
		cmocka_unit_test(a_line_that_blocks_is_no_silence_of_a_server),
		cmocka_unit_test(an_answer_is_cached_from_when_it_came_not_from_when_it_was_logged),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
