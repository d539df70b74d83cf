// SPDX-License-Identifier: MIT
// Truncated answers, and servers over TCP.
#include <errno.h>

#include "tests/unit/scene.h"

static const char records[] = "app.test. 60 A 192.0.2.1\n"
							  "app.test. 60 AAAA 2001:db8::1\n";

static void a_truncated_answer_is_asked_again_over_tcp(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* truncate", "");
	scene_ask_both(&scene, "app.test");
	assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
	assert_string_equal(scene_answer(&scene, 1), "found; app.test AAAA 2001:db8::1");
	assert_true(scene.answers[0].over_tcp);
	assert_true(scene.answers[1].over_tcp);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(scene_query(scene.servers[0], i).over_tcp, i >= 2);
	scene_close(&scene);
}

static void a_negative_reply_over_tcp_counts(void **state)
{
	(void)state;
	static const struct {
		const char *rules;
		enum outcome outcome;
	} cases[] = {
		{"* truncate nxdomain", OUTCOME_NO_NAME},
		{"* truncate nodata", OUTCOME_NO_DATA},
		{"* udp truncate; * nxdomain", OUTCOME_NO_NAME},
		{"* udp truncate; * formerr", OUTCOME_NO_RECOVERY},
		{"* udp truncate; * servfail", OUTCOME_TRY_AGAIN},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of(records, cases[i].rules, "");
		assert_string_equal(
			scene_outcome_word(scene_ask(&scene, "app.test", RRTYPE_A)), scene_outcome_word(cases[i].outcome));
		assert_true(scene.answers[0].over_tcp);
		assert_true(scene.milliseconds < 390);
		scene_close(&scene);
	}
}

// Around every size that a buffer may have, for both questions at once.
static void big_answers_come_whole(void **state)
{
	(void)state;
	static const struct {
		const char *rules;
		size_t count;
	} cases[] = {
		{"* addresses=28", 28},
		{"* addresses=29", 29},
		{"* addresses=75", 75},
		{"* addresses=76", 76},
		{"* addresses=126", 126},
		{"* addresses=127", 127},
		{"* addresses=254", 254},
		{"* addresses=255", 255},
		{"* addresses=256", 256},
		{"* addresses=1000", 1000},
		{"* addresses=2337", 2337},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of("", cases[i].rules, "");
		scene_ask_both(&scene, "many.test");
		for (size_t j = 0; j < 2; j++) {
			assert_int_equal(scene.answers[j].outcome, OUTCOME_FOUND);
			assert_int_equal(scene.answers[j].record_count, cases[i].count);
		}
		scene_close(&scene);
	}
}

// The answer does not depend on how the bytes are split.
static void tcp_replies_are_read_in_any_pieces(void **state)
{
	(void)state;
	static const struct {
		const char *rules, *directives;
	} cases[] = {
		{"* truncate tcp-dribble", ""},
		{"* truncate tcp-unsolicited", ""},
		{"* truncate duplicate", ""},
		{"* udp truncate; * tcp wrong-id then-true", ""},
		{"* udp truncate; * tcp wrong-name then-true", ""},
		{"* udp truncate; * tcp not-a-reply then-true", ""},
		{"* udp truncate; * tcp empty then-true", ""},
		{"* udp truncate; * tcp short then-true", ""},
		{"* udp truncate; * tcp garbage then-true", ""},
		{"* udp truncate; * tcp flood=60 wrong-id then-true", ""},
		{"* tcp-dribble", "options use-vc"},
		{"* tcp-coalesce", "options use-vc"},
		{"*/A delay=20", "options use-vc"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of(records, cases[i].rules, cases[i].directives);
		scene_ask_both(&scene, "app.test");
		assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
		assert_string_equal(scene_answer(&scene, 1), "found; app.test AAAA 2001:db8::1");
		assert_true(scene.answers[0].over_tcp);
		assert_true(scene.milliseconds < 390);
		assert_true(fake_connections(scene.servers[0]) <= 2);
		scene_close(&scene);
	}
}

// A server that fails over TCP is noticed at once: by the next server's answer, or by the end of the lookup.
static void a_failing_connection_is_noticed_at_once(void **state)
{
	(void)state;
	static const struct {
		const char *rules;
		int error;
	} cases[] = {
		{"* truncate tcp-refuse", ECONNREFUSED},
		{"* truncate tcp-close", EPIPE},
		{"* truncate tcp-reset", ECONNRESET},
		{"* truncate tcp-close-after=0", EPIPE},
		{"* truncate tcp-close-after=1", EPIPE},
		{"* truncate tcp-close-after=2", EPIPE},
		{"* truncate tcp-close-after=20", EPIPE},
		{"* udp truncate; * tcp servfail", 0},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = {0};
		scene_add(&scene, records, cases[i].rules);
		scene_open(&scene, "");
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_TRY_AGAIN);
		assert_int_equal(scene.answers[0].error, cases[i].error);
		assert_true(scene.milliseconds < 390);
		assert_in_range(fake_count(scene.servers[0], NULL, 0), 1, 4);
		resolver_close(scene.resolver);
		scene_add(&scene, records, "");
		scene_open(&scene, "");
		scene_ask_both(&scene, "app.test");
		assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
		assert_string_equal(scene_answer(&scene, 1), "found; app.test AAAA 2001:db8::1");
		assert_true(scene.milliseconds < 390);
		assert_false(scene.answers[0].over_tcp);
		scene_close(&scene);
	}
}

static void a_silent_connection_delays_no_lookup_for_long(void **state)
{
	(void)state;
	struct scene scene = scene_of_two(records, "* truncate tcp-silent", "");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_true(scene.milliseconds < 1000);
	scene_close(&scene);
	scene = scene_of(records, "* truncate tcp-silent", "options timeout-ms:700");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_TRY_AGAIN);
	assert_in_range(scene.milliseconds, 700, 1200);
	assert_in_range(fake_connections(scene.servers[0]), 1, 3);
	scene_close(&scene);
}

static void after_a_refusal_the_next_lookup_connects_again(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* truncate tcp-refuse", "");
	scene_ask_both(&scene, "app.test");
	assert_int_equal(scene.answers[0].outcome, OUTCOME_TRY_AGAIN);
	assert_int_equal(scene.answers[1].outcome, OUTCOME_TRY_AGAIN);
	fake_clear_rules(scene.servers[0]);
	fake_add_rules(scene.servers[0], "* truncate");
	scene_ask_both(&scene, "app.test");
	assert_int_equal(scene.answers[0].outcome, OUTCOME_FOUND);
	assert_int_equal(scene.answers[1].outcome, OUTCOME_FOUND);
	scene_close(&scene);
}

static void a_refused_connection_is_tried_again_in_the_same_lookup(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* truncate tcp-refuse first=1; * truncate", "");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_true(scene.answers[0].over_tcp);
	scene_close(&scene);
}

static void a_server_without_edns_is_asked_without_over_tcp_too(void **state)
{
	(void)state;
	// One that puts an OPT record into its refusal might have minded the cookie alone.
	static const struct {
		const char *rules;
		size_t plain;
	} cases[] = {
		{"* tcp formerr-edns; * truncate", 2},
		{"* tcp edns formerr; * truncate", 3},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of(records, cases[i].rules, "");
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), cases[i].plain + 1);
		assert_true(scene_query(scene.servers[0], cases[i].plain - 1).has_edns);
		assert_false(scene_query(scene.servers[0], cases[i].plain).has_edns);
		assert_true(scene_query(scene.servers[0], cases[i].plain).over_tcp);
		scene_close(&scene);
	}
}

static void connections_are_closed_when_the_lookup_ends(void **state)
{
	(void)state;
	static const char *const rules[] = {
		"* truncate",
		"* truncate tcp-silent",
		"* truncate tcp-close",
		"* truncate tcp-refuse",
	};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		const int before = scene_count_descriptors();
		struct scene scene = scene_of(records, rules[i], "options timeout-ms:500");
		scene_ask_both(&scene, "app.test");
		scene_close(&scene);
		assert_int_equal(scene_count_descriptors(), before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_truncated_answer_is_asked_again_over_tcp),
		cmocka_unit_test(a_negative_reply_over_tcp_counts),
		cmocka_unit_test(big_answers_come_whole),
		cmocka_unit_test(tcp_replies_are_read_in_any_pieces),
		cmocka_unit_test(a_failing_connection_is_noticed_at_once),
		cmocka_unit_test(a_silent_connection_delays_no_lookup_for_long),
		cmocka_unit_test(after_a_refusal_the_next_lookup_connects_again),
		cmocka_unit_test(a_refused_connection_is_tried_again_in_the_same_lookup),
		cmocka_unit_test(a_server_without_edns_is_asked_without_over_tcp_too),
		cmocka_unit_test(connections_are_closed_when_the_lookup_ends),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
