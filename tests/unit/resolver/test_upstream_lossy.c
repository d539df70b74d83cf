// SPDX-License-Identifier: MIT
// Lost datagrams, and servers that go down and come back: no answer is lost, and no wait is longer than needed.
#include "tests/unit/scene.h"

static const char records[] = "app.test. 60 A 192.0.2.1\n"
							  "app.test. 60 AAAA 2001:db8::1\n"
							  "warm.test. 60 A 192.0.2.2\n";

// So that the server's round-trip time is known.
static void warm_up(struct scene *scene)
{
	for (int i = 0; i < 4; i++)
		assert_int_equal(scene_ask(scene, "warm.test", RRTYPE_A), OUTCOME_FOUND);
	for (size_t i = 0; i < scene->server_count; i++)
		fake_forget(scene->servers[i]);
}

static void assert_both_found(struct scene *scene)
{
	assert_string_equal(scene_answer(scene, 0), "found; app.test A 192.0.2.1");
	assert_string_equal(scene_answer(scene, 1), "found; app.test AAAA 2001:db8::1");
}

static void a_known_server_is_asked_again_after_a_multiple_of_its_round_trip(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "");
	warm_up(&scene);
	fake_add_rules(scene.servers[0], "app.test first=2 drop");
	scene_ask_both(&scene, "app.test");
	assert_both_found(&scene);
	assert_in_range(scene.milliseconds, 40, 390);
	scene_close(&scene);
}

static void an_unknown_server_is_waited_for_longer(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "app.test first=2 drop", "");
	scene_ask_both(&scene, "app.test");
	assert_both_found(&scene);
	assert_in_range(scene.milliseconds, 340, 900);
	scene_close(&scene);
}

static void the_lost_one_of_a_pair_is_asked_again_as_soon_as_its_sibling_shows_the_way(void **state)
{
	(void)state;
	static const char *const rules[] = {"*/A first=1 drop", "*/AAAA first=1 drop"};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(records, rules[i], "");
		scene_ask_both(&scene, "app.test");
		assert_both_found(&scene);
		assert_in_range(scene.milliseconds, 45, 340);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), 3);
		scene_close(&scene);
	}
}

// c-ares gives the half that it has; glibc waits 15 seconds.
static void no_family_is_dropped_while_there_is_time(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "");
	warm_up(&scene);
	fake_add_rules(scene.servers[0], "*/AAAA udp first=6 drop; */AAAA tcp drop");
	scene_ask_both(&scene, "app.test");
	assert_both_found(&scene);
	scene_close(&scene);
}

static void lookups_under_loss_are_complete_and_cost_few_packets(void **state)
{
	(void)state;
	enum { LOOKUPS = 40 };
	struct scene scene = scene_of_two(records, "* loss=20", "* loss=20");
	for (int i = 0; i < LOOKUPS; i++) {
		scene_ask_both(&scene, "app.test");
		assert_both_found(&scene);
	}
	size_t packets = 0;
	for (size_t i = 0; i < 2; i++)
		packets += fake_count(scene.servers[i], NULL, 0) + fake_lost_queries(scene.servers[i]);
	assert_in_range(packets, 2 * LOOKUPS, 6 * LOOKUPS);
	scene_close(&scene);
}

static void a_healthy_network_sees_each_question_once(void **state)
{
	(void)state;
	enum { LOOKUPS = 200 };
	struct scene scene = scene_of(records, "", "");
	for (int i = 0; i < LOOKUPS; i++) {
		scene_ask_both(&scene, "app.test");
		assert_both_found(&scene);
	}
	assert_in_range(fake_count(scene.servers[0], NULL, 0), 2 * LOOKUPS, 2 * LOOKUPS * 11 / 10);
	scene_close(&scene);
}

static void the_packets_of_a_lookup_without_a_reply_are_bounded(void **state)
{
	(void)state;
	struct scene scene = {0};
	for (int i = 0; i < 3; i++)
		scene_add(&scene, records, "warm.test pad=1; * drop");
	scene_open(&scene, "options timeout-ms:2000");
	warm_up(&scene);
	scene_ask_both(&scene, "app.test");
	assert_int_equal(scene.answers[0].outcome, OUTCOME_TRY_AGAIN);
	assert_in_range(scene.milliseconds, 2000, 2500);
	size_t packets = 0;
	for (size_t i = 0; i < 3; i++)
		packets += fake_count(scene.servers[i], NULL, 0);
	assert_in_range(packets, 10, 40);
	scene_close(&scene);
}

static void a_first_server_that_is_down_delays_only_the_first_lookup(void **state)
{
	(void)state;
	struct scene scene = scene_of_two(records, "* drop", "");
	scene_ask_both(&scene, "app.test");
	assert_both_found(&scene);
	assert_in_range(scene.milliseconds, 300, 700);
	const size_t asked = fake_count(scene.servers[0], NULL, 0);
	for (int i = 0; i < 20; i++) {
		scene_ask_both(&scene, "app.test");
		assert_both_found(&scene);
		assert_true(scene.milliseconds < 300);
	}
	assert_in_range(fake_count(scene.servers[0], NULL, 0), asked, asked + 2);
	scene_close(&scene);
}

// After two lookups without a reply a server that has answered before is down; it is probed a second later.
static void let_the_first_die_and_wait(struct scene *scene)
{
	fake_add_rules(scene->servers[0], "* drop");
	for (int i = 0; i < 2; i++) {
		scene_ask_both(scene, "app.test");
		assert_both_found(scene);
	}
	fake_forget(scene->servers[0]);
	scene_sleep(1050000);
}

// The probe is sent along with the question to the usable server, and its reply is received although that server is
// faster.
static void a_server_that_is_back_is_asked_first_again(void **state)
{
	(void)state;
	struct scene scene = scene_of_two(records, "* delay=5", "");
	warm_up(&scene);
	let_the_first_die_and_wait(&scene);
	fake_clear_rules(scene.servers[0]);
	fake_add_rules(scene.servers[0], "* delay=5");
	scene_ask_both(&scene, "app.test");
	assert_both_found(&scene);
	const size_t others = fake_count(scene.servers[1], NULL, 0);
	scene_ask_both(&scene, "app.test");
	assert_both_found(&scene);
	assert_int_equal(fake_count(scene.servers[1], NULL, 0), others);
	scene_close(&scene);
}

static void a_probe_without_a_reply_delays_no_lookup_for_long(void **state)
{
	(void)state;
	struct scene scene = scene_of_two(records, "* delay=5", "");
	warm_up(&scene);
	let_the_first_die_and_wait(&scene);
	scene_ask_both(&scene, "app.test");
	assert_both_found(&scene);
	assert_in_range(scene.milliseconds, 5, 200);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 2);
	scene_ask_both(&scene, "app.test");
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 2);
	scene_close(&scene);
}

// 300 ms are slow, but no failure.
static void a_slow_server_keeps_its_place(void **state)
{
	(void)state;
	struct scene scene = scene_of_two(records, "* delay=300", "");
	for (int i = 0; i < 4; i++)
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 4);
	assert_int_equal(fake_count(scene.servers[1], NULL, 0), 0);
	scene_close(&scene);
}

// The first server itself denies one of two questions: the turn is not shortened for the other.
static void waiting_for_the_first_server_costs_no_time_of_the_processor(void **state)
{
	(void)state;
	struct scene scene = scene_of_two(records, "", "app.test nxdomain");
	warm_up(&scene);
	fake_add_rules(scene.servers[0], "app.test/A delay=300; app.test/AAAA nxdomain delay=150");
	const int64_t before = clock_read(CLOCK_THREAD_CPUTIME_ID);
	scene_ask_both(&scene, "app.test");
	const int64_t used = clock_read(CLOCK_THREAD_CPUTIME_ID) - before;
	assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
	assert_int_equal(scene.answers[1].outcome, OUTCOME_NO_NAME);
	assert_true(used < 50000);
	scene_close(&scene);
}

// The reply of a later server changes nothing.
static void only_the_server_before_it_contradicts_a_no(void **state)
{
	(void)state;
	struct scene scene = {0};
	scene_add(&scene, records, "");
	scene_add(&scene, records, "app.test nxdomain");
	scene_add(&scene, records, "app.test servfail");
	scene_open(&scene, "");
	warm_up(&scene);
	fake_add_rules(scene.servers[0], "app.test/A delay=250");
	scene_ask(&scene, "app.test", RRTYPE_A);
	assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
	scene_close(&scene);
}

// Split horizon: the first server has names for which the second replies NXDOMAIN.
static void a_no_of_the_second_server_waits_for_the_first_one(void **state)
{
	(void)state;
	static const struct {
		const char *rules;
		const char *answer;
		int64_t least, most;
	} cases[] = {
		{"app.test delay=250", "found; app.test A 192.0.2.1", 240, 380},
		{"app.test servfail delay=150", "no name", 140, 340},
		{"app.test pointer-loop delay=150", "no name", 140, 340},
		{"app.test drop", "no name", 380, 800},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of_two(records, "", "app.test nxdomain");
		warm_up(&scene);
		fake_add_rules(scene.servers[0], cases[i].rules);
		scene_ask(&scene, "app.test", RRTYPE_A);
		assert_string_equal(scene_answer(&scene, 0), cases[i].answer);
		assert_in_range(scene.milliseconds, cases[i].least, cases[i].most);
		scene_close(&scene);
	}
}

static void a_closed_port_costs_nothing_and_is_not_knocked_at_again(void **state)
{
	(void)state;
	struct scene scene = scene_of_two(records, "* udp-refuse", "");
	for (int i = 0; i < 3; i++) {
		scene_ask_both(&scene, "app.test");
		assert_both_found(&scene);
		assert_true(scene.milliseconds < 100);
	}
	scene_close(&scene);
}

static void where_datagrams_never_arrive_the_fourth_try_is_over_tcp(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "");
	warm_up(&scene);
	fake_add_rules(scene.servers[0], "* udp drop");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_true(scene.answers[0].over_tcp);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 4);
	scene_close(&scene);
}

// Each server has rejected the question twice: the lookup does not wait for the copy that was lost.
static void a_lost_copy_does_not_delay_a_question_that_all_servers_reject(void **state)
{
	(void)state;
	static const char *const rules[] = {"* first=1 drop; * servfail", "* first=1 drop; * pointer-loop"};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		for (size_t servers = 1; servers <= 2; servers++) {
			struct scene scene = {0};
			for (size_t j = 0; j < servers; j++)
				scene_add(&scene, records, j == 0 ? rules[i] : "* servfail");
			scene_open(&scene, "options timeout-ms:8000");
			scene_ask(&scene, "app.test", RRTYPE_A);
			assert_int_not_equal(scene.answers[0].outcome, OUTCOME_FOUND);
			assert_true(scene.milliseconds < 3000);
			scene_close(&scene);
		}
	}
}

// The TCP port may be closed: that is no rejection, of which one is enough here.
static void a_closed_tcp_port_does_not_end_the_lookup(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "options attempts:1");
	warm_up(&scene);
	fake_add_rules(scene.servers[0], "* udp first=5 drop; * tcp-refuse");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_false(scene.answers[0].over_tcp);
	scene_close(&scene);
}

// A middlebox without support for EDNS may drop it.
static void where_edns_vanishes_it_is_done_without(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* udp edns drop", "");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_false(scene.answers[0].over_tcp);
	fake_forget(scene.servers[0]);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 1);
	assert_false(scene_query(scene.servers[0], 0).has_edns);
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_known_server_is_asked_again_after_a_multiple_of_its_round_trip),
		cmocka_unit_test(an_unknown_server_is_waited_for_longer),
		cmocka_unit_test(the_lost_one_of_a_pair_is_asked_again_as_soon_as_its_sibling_shows_the_way),
		cmocka_unit_test(no_family_is_dropped_while_there_is_time),
		cmocka_unit_test(lookups_under_loss_are_complete_and_cost_few_packets),
		cmocka_unit_test(a_healthy_network_sees_each_question_once),
		cmocka_unit_test(the_packets_of_a_lookup_without_a_reply_are_bounded),
		cmocka_unit_test(a_first_server_that_is_down_delays_only_the_first_lookup),
		cmocka_unit_test(a_server_that_is_back_is_asked_first_again),
		cmocka_unit_test(a_probe_without_a_reply_delays_no_lookup_for_long),
		cmocka_unit_test(a_slow_server_keeps_its_place),
		cmocka_unit_test(waiting_for_the_first_server_costs_no_time_of_the_processor),
		cmocka_unit_test(only_the_server_before_it_contradicts_a_no),
		cmocka_unit_test(a_no_of_the_second_server_waits_for_the_first_one),
		cmocka_unit_test(a_closed_port_costs_nothing_and_is_not_knocked_at_again),
		cmocka_unit_test(where_datagrams_never_arrive_the_fourth_try_is_over_tcp),
		cmocka_unit_test(a_lost_copy_does_not_delay_a_question_that_all_servers_reject),
		cmocka_unit_test(a_closed_tcp_port_does_not_end_the_lookup),
		cmocka_unit_test(where_edns_vanishes_it_is_done_without),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
