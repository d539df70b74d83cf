// SPDX-License-Identifier: MIT
// Lifetimes of cached answers: which questions are sent again, and when.
#include <stddef.h>

#include "resolver/dns/packet.h"
#include "tests/unit/scene.h"

static const char records[] = "$ORIGIN test.\n"
							  "@ 60 SOA ns.test. root.test. 1 2 3 4 2\n"
							  "app 60 A 192.0.2.1\n"
							  "app 60 AAAA 2001:db8::1\n"
							  "short 1 A 192.0.2.2\n"
							  "zero 0 A 192.0.2.3\n"
							  "www 60 CNAME app\n";

static const char on[] = "options cache:100";

static size_t asked(struct scene *scene)
{
	const size_t count = fake_count(scene->servers[0], NULL, 0);
	fake_forget(scene->servers[0]);
	return count;
}

static void wait_until(int64_t when)
{
	scene_sleep(when - clock_lifetime());
}

static void a_second_lookup_is_answered_from_the_cache(void **state)
{
	(void)state;
	static const struct {
		const char *name, *rules;
		enum outcome outcome;
	} cases[] = {
		{"app.test", "", OUTCOME_FOUND},
		{"www.test", "", OUTCOME_FOUND},
		{"none.test", "", OUTCOME_NO_NAME},
		{"app.test", "* nodata", OUTCOME_NO_DATA},
		{"app.test", "* servfail", OUTCOME_TRY_AGAIN},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of(records, cases[i].rules, on);
		char text[SCENE_TEXT_SIZE];
		assert_int_equal(scene_ask(&scene, cases[i].name, RRTYPE_A), cases[i].outcome);
		strcpy(text, scene_answer(&scene, 0));
		assert_true(asked(&scene) > 0);
		assert_int_equal(scene_ask(&scene, cases[i].name, RRTYPE_A), cases[i].outcome);
		assert_string_equal(scene_answer(&scene, 0), text);
		assert_int_equal(scene.answers[0].source, SOURCE_CACHE);
		assert_int_equal(asked(&scene), 0);
		scene_close(&scene);
	}
}

static void only_the_family_that_is_not_cached_is_queried(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", on);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	asked(&scene);
	scene_ask_both(&scene, "app.test");
	assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
	assert_string_equal(scene_answer(&scene, 1), "found; app.test AAAA 2001:db8::1");
	assert_int_equal(fake_count(scene.servers[0], NULL, RRTYPE_A), 0);
	assert_int_equal(fake_count(scene.servers[0], NULL, RRTYPE_AAAA), 1);
	scene_close(&scene);
}

static void an_answer_that_may_not_be_kept_is_asked_for_each_time(void **state)
{
	(void)state;
	static const struct {
		const char *name, *rules, *directives;
	} cases[] = {
		{"zero.test", "", "options cache:100"},
		{"zero.test", "", "options cache:100 min-ttl:60"},
		{"app.test", "* nxdomain no-soa", "options cache:100"},
		{"app.test", "* nodata-nosoa", "options cache:100"},
		{"app.test", "* formerr", "options cache:100"},
		{"app.test", "", "options cache:100 max-ttl:0"},
		{"app.test", "", "options cache:0"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of(records, cases[i].rules, cases[i].directives);
		for (int j = 0; j < 2; j++) {
			scene_ask(&scene, cases[i].name, RRTYPE_A);
			assert_true(asked(&scene) > 0);
		}
		scene_close(&scene);
	}
}

// A change at the server takes effect exactly when the TTL has expired.
static void a_change_is_seen_when_the_ttl_is_over(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", on);
	const int64_t before = clock_lifetime();
	assert_int_equal(scene_ask(&scene, "short.test", RRTYPE_A), OUTCOME_FOUND);
	const int64_t after = clock_lifetime();
	fake_add_rules(scene.servers[0], "short.test nxdomain");
	scene_ask(&scene, "short.test", RRTYPE_A);
	assert_string_equal(scene_answer(&scene, 0), "found; short.test A 192.0.2.2");
	wait_until(before + 990000);
	scene_ask(&scene, "short.test", RRTYPE_A);
	assert_string_equal(scene_answer(&scene, 0), "found; short.test A 192.0.2.2");
	wait_until(after + 1000000);
	assert_int_equal(scene_ask(&scene, "short.test", RRTYPE_A), OUTCOME_NO_NAME);
	scene_close(&scene);
}

static void a_negative_answer_is_cached_as_long_as_the_soa_allows(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", on);
	assert_int_equal(scene_ask(&scene, "none.test", RRTYPE_A), OUTCOME_NO_NAME);
	const int64_t after = clock_lifetime();
	assert_int_equal(scene_ask(&scene, "none.test", RRTYPE_A), OUTCOME_NO_NAME);
	assert_int_equal(asked(&scene), 1);
	fake_add_records(scene.servers[0], "none.test. 60 A 192.0.2.9");
	wait_until(after + 2000000);
	assert_int_equal(scene_ask(&scene, "none.test", RRTYPE_A), OUTCOME_FOUND);
	scene_close(&scene);
}

static void a_timeout_is_cached_for_a_second(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* drop", "options cache:100 timeout-ms:300");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_TRY_AGAIN);
	const int64_t after = clock_lifetime();
	fake_clear_rules(scene.servers[0]);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_TRY_AGAIN);
	assert_int_equal(scene.answers[0].source, SOURCE_UNSET);
	assert_true(scene.milliseconds < 200);
	wait_until(after + 1000000);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	scene_close(&scene);
}

static void a_failure_is_cached_for_a_second(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* servfail", on);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_TRY_AGAIN);
	const int64_t after = clock_lifetime();
	fake_clear_rules(scene.servers[0]);
	wait_until(after + 1000000);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	scene_close(&scene);
}

static void the_ttls_have_their_bounds(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "options cache:100 max-ttl:1 min-ttl:0");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	const int64_t after = clock_lifetime();
	wait_until(after + 1000000);
	asked(&scene);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_int_equal(asked(&scene), 1);
	scene_close(&scene);
	scene = scene_of(records, "", "options cache:100 min-ttl:60");
	assert_int_equal(scene_ask(&scene, "short.test", RRTYPE_A), OUTCOME_FOUND);
	wait_until(clock_lifetime() + 1100000);
	asked(&scene);
	assert_int_equal(scene_ask(&scene, "short.test", RRTYPE_A), OUTCOME_FOUND);
	assert_int_equal(asked(&scene), 0);
	scene_close(&scene);
}

// The TTL of the first record of the message, whose owner is a pointer.
static unsigned ttl_in(const struct answer *answer)
{
	const uint8_t *at = answer->message + PACKET_HEADER_SIZE + 10 + 4 + 2 + 4;
	return (unsigned)at[0] << 24 | (unsigned)at[1] << 16 | (unsigned)at[2] << 8 | at[3];
}

static void programs_that_read_packets_see_the_ttls_count_down(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", on);
	const struct question question = scene_question("app.test", RRTYPE_A), other = scene_question("APP.test", RRTYPE_A);
	struct lookup_context lookup = scene_context(&scene);
	lookup.as_packets = true;
	resolver_answer(scene.resolver, &lookup, &question, 1, scene.answers);
	assert_int_equal(ttl_in(&scene.answers[0]), 60);
	scene_clear_answers(&scene);
	wait_until(clock_lifetime() + 1000000);
	lookup_context_start(&lookup, clock_now());
	resolver_answer(scene.resolver, &lookup, &other, 1, scene.answers);
	assert_int_equal(asked(&scene), 1);
	assert_in_range(ttl_in(&scene.answers[0]), 50, 59);
	assert_memory_equal(scene.answers[0].message + PACKET_HEADER_SIZE, other.name.wire, other.name.length);
	scene_close(&scene);
}

static void packets_and_hosts_are_kept_apart(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", on);
	const struct question question = scene_question("app.test", RRTYPE_A);
	struct lookup_context lookup = scene_context(&scene);
	lookup.as_packets = true;
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	scene_clear_answers(&scene);
	resolver_answer(scene.resolver, &lookup, &question, 1, scene.answers);
	assert_int_equal(asked(&scene), 2);
	assert_false(scene.answers[0].has_opt);
	scene_close(&scene);
}

// For hosts, whose queries have EDNS in any case, edns0 changes nothing.
static void queries_with_other_flags_are_kept_apart(void **state)
{
	(void)state;
	static const size_t flags[] = {offsetof(struct options, edns0), offsetof(struct options, dnssec_ok),
		offsetof(struct options, trust_ad), offsetof(struct options, no_recursion),
		offsetof(struct options, ignore_truncation), offsetof(struct options, checking_disabled)};
	for (size_t i = 0; i < 2 * LENGTH(flags); i++) {
		struct scene scene = scene_of(records, "", on);
		const struct question question = scene_question("app.test", RRTYPE_A);
		struct options options = resolver_config(scene.resolver)->options;
		struct lookup_context lookup = scene_context(&scene);
		lookup.as_packets = i >= LENGTH(flags);
		for (int times = 0; times < 3; times++) {
			scene_clear_answers(&scene);
			resolver_answer(scene.resolver, &lookup, &question, 1, scene.answers);
			assert_int_equal(asked(&scene), times == 0 || (times == 1 && i > 0));
			*((bool *)&options + flags[i % LENGTH(flags)]) = true;
			lookup.options = &options;
		}
		scene_close(&scene);
	}
}

static void a_program_that_takes_smaller_datagrams_is_asked_for_anew(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "many.test addresses=40", on);
	const struct question question = scene_question("many.test", RRTYPE_A);
	struct options options = resolver_config(scene.resolver)->options;
	struct lookup_context lookup = scene_context(&scene);
	static const struct {
		unsigned payload;
		bool over_tcp, is_known;
	} cases[] = {
		{1200, false, false},
		{1200, false, true},
		{512, true, false},
		{512, true, true},
	};
	options.edns0 = true;
	lookup.options = &options;
	lookup.as_packets = true;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		lookup.payload = cases[i].payload;
		asked(&scene);
		scene_clear_answers(&scene);
		resolver_answer(scene.resolver, &lookup, &question, 1, scene.answers);
		assert_int_equal(asked(&scene) == 0, cases[i].is_known);
		assert_int_equal(scene.answers[0].over_tcp, cases[i].over_tcp);
		assert_true(scene.answers[0].message_size > 512);
	}
	scene_close(&scene);
}

// Servers that a program sets in its resolver state are asked even if the answer is cached.
static void servers_of_a_program_are_asked_each_time(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", on);
	const struct question question = scene_question("app.test", RRTYPE_A);
	struct lookup_context lookup = scene_context(&scene);
	const struct route own = *lookup.default_route;
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	lookup.default_route = &own;
	for (size_t i = 2; i <= 3; i++) {
		scene_clear_answers(&scene);
		resolver_answer(scene.resolver, &lookup, &question, 1, scene.answers);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), i);
	}
	scene_close(&scene);
}

static void names_with_chosen_servers_are_cached_for_such_a_program_too(void **state)
{
	(void)state;
	struct scene scene = {0};
	char directives[128];
	const char *server = fake_text(scene_add(&scene, records, ""));
	snprintf(directives, sizeof directives, "%s\nnameserver %s for test", on, server);
	scene_open(&scene, directives);
	const struct question question = scene_question("app.test", RRTYPE_A);
	struct lookup_context lookup = scene_context(&scene);
	const struct route own = *lookup.default_route;
	lookup.default_route = &own;
	for (int times = 0; times < 2; times++) {
		scene_clear_answers(&scene);
		resolver_answer(scene.resolver, &lookup, &question, 1, scene.answers);
		assert_int_equal(asked(&scene), times == 0);
	}
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_second_lookup_is_answered_from_the_cache),
		cmocka_unit_test(only_the_family_that_is_not_cached_is_queried),
		cmocka_unit_test(an_answer_that_may_not_be_kept_is_asked_for_each_time),
		cmocka_unit_test(a_change_is_seen_when_the_ttl_is_over),
		cmocka_unit_test(a_negative_answer_is_cached_as_long_as_the_soa_allows),
		cmocka_unit_test(a_timeout_is_cached_for_a_second),
		cmocka_unit_test(a_failure_is_cached_for_a_second),
		cmocka_unit_test(the_ttls_have_their_bounds),
		cmocka_unit_test(programs_that_read_packets_see_the_ttls_count_down),
		cmocka_unit_test(packets_and_hosts_are_kept_apart),
		cmocka_unit_test(queries_with_other_flags_are_kept_apart),
		cmocka_unit_test(a_program_that_takes_smaller_datagrams_is_asked_for_anew),
		cmocka_unit_test(servers_of_a_program_are_asked_each_time),
		cmocka_unit_test(names_with_chosen_servers_are_cached_for_such_a_program_too),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
