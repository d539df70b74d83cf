// SPDX-License-Identifier: MIT
#include "resolver/source/upstream/upstream.h"

#include "tests/unit/scene.h"

static const char records[] = "app.test. A 192.0.2.1\napp.test. AAAA 2001:db8::1\nbad.test. A 192.0.2.2\n";

static struct fake_query query(const struct scene *scene, size_t number)
{
	return scene_query(scene->servers[0], number);
}

static size_t count_queries(const struct scene *scene)
{
	return fake_count(scene->servers[0], NULL, 0);
}

// As a program that reads the packets itself.
static enum outcome ask_for_packet(struct scene *scene, void (*change)(struct options *))
{
	const struct question question = scene_question("app.test", RRTYPE_A);
	struct lookup_context lookup = scene_context(scene);
	struct options options = *lookup.options;
	change(&options);
	lookup.options = &options;
	lookup.as_packets = true;
	scene_clear_answers(scene);
	resolver_answer(scene->resolver, &lookup, &question, 1, scene->answers);
	return scene->answers[0].outcome;
}

static void use_edns0(struct options *options)
{
	options->edns0 = true;
}

static void want_dnssec(struct options *options)
{
	options->dnssec_ok = true;
}

static void a_failure_with_opt_is_retried_once_without_and_recorded(void **state)
{
	(void)state;
	static const char *const rules[] = {
		"* edns refused",
		"* edns refused no-opt",
		"* edns servfail no-opt",
		"* edns notimp no-opt",
		"* edns formerr no-opt",
		"* edns servfail no-question no-opt",
		"* cookie servfail no-opt",
		"* cookie refused",
		"* two-opt",
		"* edns rdlength-lie",
	};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(records, rules[i], "");
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
		assert_int_equal(count_queries(&scene), 2);
		assert_true(query(&scene, 0).has_edns);
		assert_false(query(&scene, 1).has_edns);
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_AAAA), OUTCOME_FOUND);
		assert_int_equal(count_queries(&scene), 3);
		assert_false(query(&scene, 2).has_edns);
		scene_close(&scene);
	}
}

static void both_questions_of_a_name_are_tried_without(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* edns refused no-opt", "");
	scene_ask_both(&scene, "app.test");
	assert_int_equal(scene.answers[0].outcome, OUTCOME_FOUND);
	assert_int_equal(scene.answers[1].outcome, OUTCOME_FOUND);
	assert_int_equal(count_queries(&scene), 4);
	scene_close(&scene);
}

static void negative_answers_and_failures_of_a_server_with_edns_are_accepted(void **state)
{
	(void)state;
	static const struct {
		const char *rules;
		enum outcome outcome;
	} cases[] = {
		{"* edns nxdomain", OUTCOME_NO_NAME},
		{"* edns nxdomain no-opt", OUTCOME_NO_NAME},
		{"* edns nodata", OUTCOME_NO_DATA},
		{"* edns servfail", OUTCOME_TRY_AGAIN},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of(records, cases[i].rules, "options attempts:1");
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), cases[i].outcome);
		assert_int_equal(count_queries(&scene), 1);
		scene_close(&scene);
	}
}

static void a_failure_with_and_without_opt_shows_nothing_about_edns(void **state)
{
	(void)state;
	static const char *const rules[] = {"* refused first=3", "* servfail no-opt first=3", "* formerr no-opt first=2"};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(records, rules[i], "");
		assert_int_not_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
		const size_t failed = count_queries(&scene);
		assert_true(query(&scene, 0).has_edns);
		for (size_t j = 1; j < failed; j++)
			assert_false(query(&scene, j).has_edns);
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
		assert_int_equal(count_queries(&scene), failed + 1);
		assert_true(query(&scene, failed).has_edns);
		scene_close(&scene);
	}
}

static void a_server_that_has_answered_with_opt_is_not_asked_without(void **state)
{
	(void)state;
	static const char *const rules[] = {"bad.test refused", "bad.test refused no-opt", "bad.test servfail no-opt"};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(records, rules[i], "");
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
		fake_forget(scene.servers[0]);
		assert_int_equal(scene_ask(&scene, "bad.test", RRTYPE_A), OUTCOME_TRY_AGAIN);
		assert_int_equal(count_queries(&scene), 2);
		assert_true(query(&scene, 0).has_edns);
		assert_true(query(&scene, 1).has_edns);
		scene_close(&scene);
	}
}

static void programs_that_ask_for_edns_fall_back_too(void **state)
{
	(void)state;
	static const char *const rules[] = {"* udp edns drop", "* edns refused", "* edns servfail no-opt"};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(records, rules[i], "");
		assert_int_equal(ask_for_packet(&scene, i % 2 ? want_dnssec : use_edns0), OUTCOME_FOUND);
		assert_false(scene.answers[0].over_tcp);
		assert_true(query(&scene, 0).has_edns);
		assert_false(query(&scene, count_queries(&scene) - 1).has_edns);
		scene_close(&scene);
	}
}

static void no_edns_leaves_opt_out_of_every_query(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "options no-edns edns0");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_int_equal(ask_for_packet(&scene, use_edns0), OUTCOME_FOUND);
	assert_int_equal(ask_for_packet(&scene, want_dnssec), OUTCOME_FOUND);
	assert_int_equal(count_queries(&scene), 3);
	for (size_t i = 0; i < 3; i++)
		assert_false(query(&scene, i).has_edns);
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_with_opt_is_retried_once_without_and_recorded),
		cmocka_unit_test(both_questions_of_a_name_are_tried_without),
		cmocka_unit_test(negative_answers_and_failures_of_a_server_with_edns_are_accepted),
		cmocka_unit_test(a_failure_with_and_without_opt_shows_nothing_about_edns),
		cmocka_unit_test(a_server_that_has_answered_with_opt_is_not_asked_without),
		cmocka_unit_test(programs_that_ask_for_edns_fall_back_too),
		cmocka_unit_test(no_edns_leaves_opt_out_of_every_query),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
