// SPDX-License-Identifier: MIT
// Protection against forged replies besides port and id: DNS cookies (RFC 7873) and mixed case (0x20).
#include "tests/unit/scene.h"

static const char records[] = "app.test. 60 A 192.0.2.1\n"
							  "app.test. 60 AAAA 2001:db8::1\n"
							  "www.long-name.test. 60 CNAME app.test.\n";

static const char true_answer[] = "found; app.test A 192.0.2.1";

#define CLIENT 8  // bytes of a cookie

static struct fake_query last_query(struct scene *scene)
{
	return scene_query(scene->servers[0], fake_count(scene->servers[0], NULL, 0) - 1);
}

static const char *ask(struct scene *scene)
{
	scene_ask(scene, "app.test", RRTYPE_A);
	return scene_answer(scene, 0);
}

static bool has_upper_case(const struct name *name)
{
	for (unsigned i = 0; i < name->length; i++)
		if (name->wire[i] >= 'A' && name->wire[i] <= 'Z')
			return true;
	return false;
}

static void every_query_has_a_client_cookie_and_returns_the_server_cookie(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* cookies", "");
	assert_string_equal(ask(&scene), true_answer);
	const struct fake_query first = last_query(&scene);
	assert_int_equal(first.cookie_size, CLIENT);
	assert_string_equal(ask(&scene), true_answer);
	const struct fake_query second = last_query(&scene);
	assert_int_equal(second.cookie_size, CLIENT + 16);
	assert_memory_equal(second.cookie, first.cookie, CLIENT);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 2);
	scene_close(&scene);
}

static void servers_without_cookies_ignore_the_client_cookie(void **state)
{
	(void)state;
	static const char *const rules[] = {"", "* no-opt", "* cookies cookie-size=0"};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(records, rules[i], "");
		for (size_t asked = 1; asked <= 3; asked++) {
			assert_string_equal(ask(&scene), true_answer);
			assert_int_equal(last_query(&scene).cookie_size, CLIENT);
			assert_int_equal(fake_count(scene.servers[0], NULL, 0), asked);
		}
		scene_close(&scene);
	}
}

static void no_cookies_sends_no_cookies(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* cookies", "options no-cookies");
	assert_string_equal(ask(&scene), true_answer);
	assert_string_equal(ask(&scene), true_answer);
	assert_true(last_query(&scene).has_edns);
	assert_int_equal(last_query(&scene).cookie_size, 0);
	scene_close(&scene);
}

static void programs_that_read_packets_send_no_cookie_of_ours(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* cookies", "options edns0");
	const struct question question = scene_question("app.test", RRTYPE_A);
	struct lookup_context lookup = scene_context(&scene);
	lookup.as_packets = true;
	resolver_answer(scene.resolver, &lookup, &question, 1, scene.answers);
	assert_true(last_query(&scene).has_edns);
	assert_int_equal(last_query(&scene).cookie_size, 0);
	scene_close(&scene);
}

// The forged replies have the right address, port, id and question, but not the cookie.
static void a_forged_reply_without_the_right_cookie_does_not_count(void **state)
{
	(void)state;
	static const char *const rules[] = {
		"* udp cookies cookie-none then-true",
		"* udp cookies cookie-wrong then-true",
		"* udp cookies cookie-short then-true",
		"* udp cookies no-opt then-true",
		"* udp cookies cookie-none nxdomain then-true",
		"* udp cookies cookie-none formerr no-question then-true",
	};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(records, "* cookies", "");
		assert_string_equal(ask(&scene), true_answer);
		fake_add_rules(scene.servers[0], rules[i]);
		assert_string_equal(ask(&scene), true_answer);
		fake_clear_rules(scene.servers[0]);
		fake_add_rules(scene.servers[0], "* cookies");
		assert_string_equal(ask(&scene), true_answer);
		assert_int_equal(last_query(&scene).cookie_size, CLIENT + 16);
		scene_close(&scene);
	}
}

// Without a genuine UDP reply the answer comes over TCP, and later replies still need the cookie.
static void what_lacks_the_cookie_is_verified_over_tcp(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* cookies", "");
	assert_string_equal(ask(&scene), true_answer);
	fake_add_rules(scene.servers[0], "* udp cookie-none wrong-owner; * tcp cookies");
	assert_string_equal(ask(&scene), true_answer);
	assert_true(scene.answers[0].over_tcp);
	assert_true(scene.milliseconds < 300);
	assert_string_equal(ask(&scene), true_answer);
	assert_true(scene.answers[0].over_tcp);
	scene_close(&scene);
}

static void a_server_that_stopped_sending_cookies_is_accepted_over_tcp_and_then_over_udp(void **state)
{
	(void)state;
	static const struct {
		const char *rules;
		bool has_tcp;
	} cases[] = {
		{"* cookie-none", true},
		{"* no-opt", true},
		{"* cookie-wrong", true},
		{"* cookie-short", true},
		{"* cookie-none tcp-refuse", false},
		{"* cookie-none tcp-close", false},
		{"* cookie-none tcp-silent", false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of(records, "* cookies", "");
		assert_string_equal(ask(&scene), true_answer);
		fake_clear_rules(scene.servers[0]);
		fake_add_rules(scene.servers[0], cases[i].rules);
		assert_string_equal(ask(&scene), true_answer);
		assert_int_equal(scene.answers[0].over_tcp, cases[i].has_tcp);
		assert_true(scene.milliseconds < (strstr(cases[i].rules, "silent") ? 2500 : 390));
		fake_forget(scene.servers[0]);
		assert_string_equal(ask(&scene), true_answer);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), 1);
		assert_false(scene.answers[0].over_tcp);
		assert_int_equal(last_query(&scene).cookie_size, 0);
		scene_close(&scene);
	}
}

static void a_demand_for_a_fresh_cookie_is_met_at_once(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* bad-cookie", "");
	assert_string_equal(ask(&scene), true_answer);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 2);
	assert_string_equal(ask(&scene), true_answer);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 3);
	fake_clear_rules(scene.servers[0]);
	fake_add_rules(scene.servers[0], "* bad-cookie cookie-secret=2");
	scene_ask_both(&scene, "app.test");
	assert_string_equal(scene_answer(&scene, 0), true_answer);
	assert_string_equal(scene_answer(&scene, 1), "found; app.test AAAA 2001:db8::1");
	assert_false(scene.answers[0].over_tcp);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 7);
	scene_close(&scene);
}

// A demand that nothing meets ends over TCP (RFC 7873 5.3).
static void a_server_that_is_never_content_with_its_cookie_is_asked_over_tcp(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* udp cookie cookies edns-rcode=23; * cookies", "");
	assert_string_equal(ask(&scene), true_answer);
	assert_true(scene.answers[0].over_tcp);
	assert_true(scene.milliseconds < 390);
	assert_in_range(fake_count(scene.servers[0], NULL, 0), 3, 4);
	scene_close(&scene);
}

static void a_server_that_fails_on_cookies_gets_none_from_then_on(void **state)
{
	(void)state;
	static const char *const rules[] = {"* cookie-formerr", "* cookie formerr no-opt", "* cookie-drop"};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(records, rules[i], "");
		assert_string_equal(ask(&scene), true_answer);
		assert_false(scene.answers[0].over_tcp);
		fake_forget(scene.servers[0]);
		assert_string_equal(ask(&scene), true_answer);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), 1);
		assert_int_equal(last_query(&scene).cookie_size, 0);
		scene_close(&scene);
	}
}

static void the_case_of_the_letters_is_drawn_and_hidden_from_the_program(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "options 0x20");
	const struct question asked = scene_question("www.Long-name.test", RRTYPE_A);
	bool was_mixed = false;
	for (int i = 0; i < 8; i++) {
		assert_int_equal(scene_ask(&scene, "www.Long-name.test", RRTYPE_A), OUTCOME_FOUND);
		assert_string_equal(scene_answer(&scene, 0), "found; www.Long-name.test CNAME app.test; app.test A 192.0.2.1");
		const struct name name = last_query(&scene).name;
		was_mixed |= memcmp(name.wire, asked.name.wire, name.length) != 0;
	}
	assert_true(was_mixed);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 8);
	scene_close(&scene);
}

static void without_the_option_the_case_is_the_programs(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "");
	for (int i = 0; i < 8; i++) {
		ask(&scene);
		const struct name name = last_query(&scene).name;
		assert_false(has_upper_case(&name));
	}
	scene_close(&scene);
}

// A name of 30 letters, so that the random case is not all lower case by chance.
static const char letters[] = "abcdefghijklmnopqrstuvwxyz.test";
static const char of_letters[] = "abcdefghijklmnopqrstuvwxyz.test. 60 A 192.0.2.1\n";
static const char letters_answer[] = "found; abcdefghijklmnopqrstuvwxyz.test A 192.0.2.1";

static void a_forged_reply_in_another_case_does_not_count(void **state)
{
	(void)state;
	static const char *const rules[] = {
		"* udp lower-case then-true",
		"* udp flip-case then-true",
		"* udp lower-case nxdomain then-true",
		"* udp formerr no-question then-true",
	};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(of_letters, rules[i], "options 0x20");
		for (int j = 0; j < 3; j++) {
			scene_ask(&scene, letters, RRTYPE_A);
			assert_string_equal(scene_answer(&scene, 0), letters_answer);
			const struct name name = last_query(&scene).name;
			assert_true(has_upper_case(&name));
		}
		scene_close(&scene);
	}
}

static void a_server_that_does_not_keep_the_case_gets_no_mixed_case_later(void **state)
{
	(void)state;
	static const struct {
		const char *rules;
		bool has_tcp;
	} cases[] = {
		{"* lower-case", true},
		{"* flip-case", true},
		{"* lower-case tcp-refuse", false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of(of_letters, cases[i].rules, "options 0x20");
		scene_ask(&scene, letters, RRTYPE_A);
		assert_int_equal(scene.answers[0].outcome, OUTCOME_FOUND);
		assert_int_equal(scene.answers[0].over_tcp, cases[i].has_tcp);
		assert_true(scene.milliseconds < 390);
		fake_forget(scene.servers[0]);
		scene_ask(&scene, letters, RRTYPE_A);
		assert_int_equal(scene.answers[0].outcome, OUTCOME_FOUND);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), 1);
		const struct name name = last_query(&scene).name;
		assert_false(has_upper_case(&name));
		scene_close(&scene);
	}
}

// A server that a program wrote into its resolver state: nothing is remembered of it, so nothing is asked of it.
static void a_programs_own_server_is_asked_in_the_programs_case(void **state)
{
	(void)state;
	struct scene scene = scene_of(of_letters, "* lower-case tcp-refuse", "options 0x20");
	struct fake *own = scene_add(&scene, of_letters, "* lower-case tcp-refuse");
	struct server server = {SERVER_ADDRESS, fake_address(own)};
	const struct route route = {.servers = &server, .server_count = 1};
	const struct question question = scene_question(letters, RRTYPE_A);
	struct lookup_context lookup = scene_context(&scene);
	lookup.default_route = &route;
	resolver_answer(scene.resolver, &lookup, &question, 1, scene.answers);
	assert_string_equal(scene_answer(&scene, 0), letters_answer);
	assert_int_equal(fake_count(own, NULL, 0), 1);
	scene_close(&scene);
}

static void a_flood_of_forged_replies_opens_one_connection(void **state)
{
	(void)state;
	struct scene scene = scene_of(of_letters, "* udp lower-case flood=100 then-true", "options 0x20");
	for (size_t i = 1; i <= 3; i++) {
		scene_ask(&scene, letters, RRTYPE_A);
		assert_string_equal(scene_answer(&scene, 0), letters_answer);
		assert_in_range(fake_connections(scene.servers[0]), 0, i);
	}
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_query_has_a_client_cookie_and_returns_the_server_cookie),
		cmocka_unit_test(servers_without_cookies_ignore_the_client_cookie),
		cmocka_unit_test(no_cookies_sends_no_cookies),
		cmocka_unit_test(programs_that_read_packets_send_no_cookie_of_ours),
		cmocka_unit_test(a_forged_reply_without_the_right_cookie_does_not_count),
		cmocka_unit_test(what_lacks_the_cookie_is_verified_over_tcp),
		cmocka_unit_test(a_server_that_stopped_sending_cookies_is_accepted_over_tcp_and_then_over_udp),
		cmocka_unit_test(a_demand_for_a_fresh_cookie_is_met_at_once),
		cmocka_unit_test(a_server_that_is_never_content_with_its_cookie_is_asked_over_tcp),
		cmocka_unit_test(a_server_that_fails_on_cookies_gets_none_from_then_on),
		cmocka_unit_test(the_case_of_the_letters_is_drawn_and_hidden_from_the_program),
		cmocka_unit_test(without_the_option_the_case_is_the_programs),
		cmocka_unit_test(a_forged_reply_in_another_case_does_not_count),
		cmocka_unit_test(a_server_that_does_not_keep_the_case_gets_no_mixed_case_later),
		cmocka_unit_test(a_programs_own_server_is_asked_in_the_programs_case),
		cmocka_unit_test(a_flood_of_forged_replies_opens_one_connection),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
