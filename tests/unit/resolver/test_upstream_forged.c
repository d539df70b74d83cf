// SPDX-License-Identifier: MIT
// Forged or malformed replies are ignored, and the genuine one is accepted.
#include <errno.h>

#include "tests/unit/scene.h"

static const char records[] = "app.test. 60 A 192.0.2.1\n"
							  "app.test. 60 AAAA 2001:db8::1\n";

// Messages that no queried server would send: they have no effect.
static const char *const strangers[] = {
	"wrong-id",
	"wrong-name",
	"wrong-type",
	"wrong-class",
	"not-a-reply",
	"opcode=4",
	"wrong-source",
	"wrong-address",
	"empty",
	"short",
	"garbage",
	"question-loop",
	"no-question",
	"wrong-id nxdomain",
	"wrong-name servfail",
	"wrong-source nxdomain",
	"wrong-id truncate",
	"wrong-id formerr no-question",
	"not-a-reply nxdomain",
};

static void an_unrelated_message_before_the_true_reply_is_ignored(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(strangers); i++) {
		char rules[128];
		snprintf(rules, sizeof rules, "* %s then-true", strangers[i]);
		struct scene scene = scene_of(records, rules, "");
		scene_ask_both(&scene, "app.test");
		assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
		assert_string_equal(scene_answer(&scene, 1), "found; app.test AAAA 2001:db8::1");
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), 2);
		scene_close(&scene);
	}
}

static void a_flood_of_unrelated_messages_does_not_delay_the_true_reply(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* flood=100 wrong-id then-true", "");
	scene_ask_both(&scene, "app.test");
	assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
	assert_string_equal(scene_answer(&scene, 1), "found; app.test AAAA 2001:db8::1");
	assert_true(scene.milliseconds < 390);
	scene_close(&scene);
}

static void unrelated_messages_alone_are_a_timeout(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(strangers); i++) {
		char rules[128];
		snprintf(rules, sizeof rules, "* %s", strangers[i]);
		struct scene scene = scene_of(records, rules, "options timeout-ms:100");
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_TRY_AGAIN);
		assert_int_equal(scene.answers[0].error, ETIMEDOUT);
		assert_in_range(scene.milliseconds, 100, 390);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), 1);
		scene_close(&scene);
	}
}

// Malformed replies of the server itself: the question is sent again.
static void after_a_broken_reply_the_question_is_asked_again(void **state)
{
	(void)state;
	static const char *const rules[] = {
		"* pointer-loop first=1",
		"* rdlength-lie first=1",
		"* two-opt first=1",
		"* short first=1",
		"* empty first=1",
	};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(records, rules[i], "");
		scene_ask(&scene, "app.test", RRTYPE_A);
		assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), 2);
		scene_close(&scene);
	}
}

static void a_server_that_sends_broken_replies_is_not_asked_without_end(void **state)
{
	(void)state;
	static const char *const rules[] = {"* pointer-loop", "* rdlength-lie", "* question-loop"};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(records, rules[i], "options timeout-ms:1000");
		scene_ask(&scene, "app.test", RRTYPE_A);
		assert_int_not_equal(scene.answers[0].outcome, OUTCOME_FOUND);
		assert_int_equal(scene.answers[0].record_count, 0);
		assert_in_range(fake_count(scene.servers[0], NULL, 0), 1, 4);
		scene_close(&scene);
	}
}

// Unusual replies that are nevertheless valid.
static void harmless_irregularities_are_accepted(void **state)
{
	(void)state;
	static const char *const rules[] = {
		"* flip-case",
		"* echo-case",
		"* trailing",
		"* duplicate",
		"* aa",
		"* no-ra",
		"* pad=300",
	};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(records, rules[i], "");
		scene_ask_both(&scene, "app.test");
		assert_int_equal(scene.answers[0].outcome, OUTCOME_FOUND);
		assert_int_equal(scene.answers[1].outcome, OUTCOME_FOUND);
		assert_int_equal(scene.answers[0].record_count, 1);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), 2);
		scene_close(&scene);
	}
}

static void a_doubled_failure_counts_once(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "*/A servfail duplicate first=1; */AAAA delay=50", "");
	scene_ask_both(&scene, "app.test");
	assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
	assert_int_equal(fake_count(scene.servers[0], NULL, RRTYPE_A), 2);
	scene_close(&scene);
}

// The replies come in the other order than the questions went.
static void every_reply_counts_for_its_own_question_only(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "*/A delay=30", "");
	scene_ask_both(&scene, "app.test");
	assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
	assert_string_equal(scene_answer(&scene, 1), "found; app.test AAAA 2001:db8::1");
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unrelated_message_before_the_true_reply_is_ignored),
		cmocka_unit_test(a_flood_of_unrelated_messages_does_not_delay_the_true_reply),
		cmocka_unit_test(unrelated_messages_alone_are_a_timeout),
		cmocka_unit_test(after_a_broken_reply_the_question_is_asked_again),
		cmocka_unit_test(a_server_that_sends_broken_replies_is_not_asked_without_end),
		cmocka_unit_test(harmless_irregularities_are_accepted),
		cmocka_unit_test(a_doubled_failure_counts_once),
		cmocka_unit_test(every_reply_counts_for_its_own_question_only),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
