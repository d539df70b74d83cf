// SPDX-License-Identifier: MIT
// Server selection, retransmission and replies over UDP.
#include <errno.h>
#include <sys/resource.h>

#include "tests/unit/scene.h"

static const char records[] = "app.test. 60 A 192.0.2.1\n"
							  "app.test. 60 AAAA 2001:db8::1\n";

static void both_questions_go_at_once_over_one_socket_and_differ_in_id(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "");
	scene_ask_both(&scene, "App.test");
	assert_string_equal(scene_answer(&scene, 0), "found; App.test A 192.0.2.1");
	assert_string_equal(scene_answer(&scene, 1), "found; App.test AAAA 2001:db8::1");
	const struct fake_query first = scene_query(scene.servers[0], 0), second = scene_query(scene.servers[0], 1);
	char text[NAME_TEXT_SIZE];
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 2);
	assert_int_equal(first.type, RRTYPE_A);
	assert_int_equal(second.type, RRTYPE_AAAA);
	assert_int_not_equal(first.id, second.id);
	assert_true(address_equal(&first.client, &second.client));
	assert_int_equal(first.flags, 0x0100);
	assert_int_equal(first.class, RRCLASS_IN);
	assert_true(first.has_edns);
	assert_int_equal(first.payload, 1232);
	assert_int_equal(first.edns_flags, 0);
	assert_string_equal(name_write(&first.name, text), "App.test");
	assert_int_equal(scene.answers[0].source, SOURCE_SERVER);
	const struct address server = fake_address(scene.servers[0]);
	assert_true(address_equal(&scene.answers[0].server, &server));
	assert_false(scene.answers[0].over_tcp);
	scene_close(&scene);
}

static int waits;

static void count_wait(int64_t begun)
{
	(void)begun;
	waits++;
}

static void the_time_of_waiting_can_be_used(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* delay=20", "options cache:10");
	const struct question question = scene_question("app.test", RRTYPE_A);
	struct lookup_context lookup = scene_context(&scene);
	lookup.while_waiting = count_wait;
	for (int i = 0; i < 2; i++) {
		waits = 0;
		scene_clear_answers(&scene);
		resolver_answer(scene.resolver, &lookup, &question, 1, scene.answers);
		assert_int_equal(scene.answers[0].outcome, OUTCOME_FOUND);
		assert_int_equal(waits, i == 0 ? 1 : 0);
	}
	scene_close(&scene);
}

static void options_show_in_the_query(void **state)
{
	(void)state;
	static const struct {
		const char *directives;
		unsigned flags;
		bool over_tcp;
	} cases[] = {
		{"options trust-ad", 0x0120, false},
		{"options use-vc", 0x0100, true},
		{"options attempts:5", 0x0100, false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of(records, "", cases[i].directives);
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
		assert_int_equal(scene_query(scene.servers[0], 0).flags, cases[i].flags);
		assert_int_equal(scene_query(scene.servers[0], 0).over_tcp, cases[i].over_tcp);
		assert_int_equal(scene.answers[0].over_tcp, cases[i].over_tcp);
		scene_close(&scene);
	}
}

// A server may ignore the size that a query allows, and lack TCP: glibc takes its long datagrams.
static void a_datagram_longer_than_allowed_is_asked_for_with_room_and_then_over_tcp(void **state)
{
	(void)state;
	static const struct {
		const char *rules;
		bool as_packets, ignores_truncation, over_tcp;
		size_t datagrams;
	} cases[] = {
		{"* addresses=9 size=1232", false, false, false, 1},
		{"* addresses=9 size=1233", false, false, false, 2},
		{"* addresses=9 size=1233", false, true, false, 2},
		{"* addresses=9 size=4096", false, false, false, 2},
		{"* addresses=9 size=4097", false, false, true, 2},
		{"* addresses=9 size=4096", true, false, false, 1},
		{"* addresses=9 size=4097", true, false, true, 1},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene =
			scene_of(cases[i].ignores_truncation ? "options ignore-truncation\n" : "", cases[i].rules, "");
		struct lookup_context lookup = scene_context(&scene);
		const struct question question = scene_question("app.test", RRTYPE_A);
		lookup.as_packets = cases[i].as_packets;
		scene_clear_answers(&scene);
		resolver_answer(scene.resolver, &lookup, &question, 1, scene.answers);
		assert_int_equal(scene.answers[0].outcome, OUTCOME_FOUND);
		assert_int_equal(scene.answers[0].over_tcp, cases[i].over_tcp);
		assert_int_equal(fake_count(scene.servers[0], "app.test", RRTYPE_A), cases[i].datagrams + cases[i].over_tcp);
		scene_close(&scene);
	}
}

static void single_request_asks_one_after_the_other(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "*/A delay=50", "options single-request");
	scene_ask_both(&scene, "app.test");
	assert_int_equal(scene.answers[0].outcome, OUTCOME_FOUND);
	assert_int_equal(scene.answers[1].outcome, OUTCOME_FOUND);
	assert_int_equal(scene_query(scene.servers[0], 1).type, RRTYPE_AAAA);
	assert_true(scene_query(scene.servers[0], 1).time - scene_query(scene.servers[0], 0).time >= 50000);
	scene_close(&scene);
}

static void four_servers_are_asked_in_their_order_as_each_stays_silent(void **state)
{
	(void)state;
	struct scene scene = {0};
	int64_t before = 0;
	for (int i = 0; i < 4; i++)
		scene_add(&scene, records, i < 3 ? "* drop" : "");
	scene_open(&scene, "");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(fake_count(scene.servers[i], NULL, 0), 1);
		assert_true(scene_query(scene.servers[i], 0).time > before);
		before = scene_query(scene.servers[i], 0).time;
	}
	const struct address last = fake_address(scene.servers[3]);
	assert_true(address_equal(&scene.answers[0].server, &last));
	scene_close(&scene);
}

// Each failure that the first server reports at once leads to the second server without waiting.
static void the_next_server_is_asked_at_once_when_one_fails(void **state)
{
	(void)state;
	static const char *const rules[] = {
		"* servfail",
		"* refused",
		"* notimp",
		"* lame",
		"* udp-refuse",
		"* servfail no-question",
		"* servfail delay=20",
		"* edns notimp; * servfail",
		"* pointer-loop",
		"* rdlength-lie",
	};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of_two(records, rules[i], "");
		scene_ask_both(&scene, "app.test");
		assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
		assert_string_equal(scene_answer(&scene, 1), "found; app.test AAAA 2001:db8::1");
		assert_true(scene.milliseconds < 390);
		assert_int_equal(fake_count(scene.servers[1], NULL, 0), 2);
		scene_close(&scene);
	}
}

static void a_definite_reply_is_final_and_no_other_server_is_asked(void **state)
{
	(void)state;
	static const struct {
		const char *rules;
		enum outcome outcome;
		unsigned rcode;
	} cases[] = {
		{"", OUTCOME_FOUND, 0},
		{"* nxdomain", OUTCOME_NO_NAME, RCODE_NXDOMAIN},
		{"* nxdomain no-soa", OUTCOME_NO_NAME, RCODE_NXDOMAIN},
		{"* nodata", OUTCOME_NO_DATA, RCODE_NOERROR},
		{"* nodata-nosoa", OUTCOME_NO_DATA, RCODE_NOERROR},
		{"* nodata-nosoa aa no-ra", OUTCOME_NO_DATA, RCODE_NOERROR},
		{"* formerr", OUTCOME_NO_RECOVERY, RCODE_FORMERR},
		{"* formerr no-question", OUTCOME_NO_RECOVERY, RCODE_FORMERR},
		{"* rcode=6", OUTCOME_NO_RECOVERY, RCODE_YXDOMAIN},
		{"* rcode=9", OUTCOME_NO_RECOVERY, 9},
		{"* edns-rcode=23", OUTCOME_NO_RECOVERY, RCODE_BADCOOKIE},
		{"* wrong-owner", OUTCOME_UNUSABLE, RCODE_NOERROR},
		{"* other-type", OUTCOME_UNUSABLE, RCODE_NOERROR},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of_two(records, cases[i].rules, "");
		assert_string_equal(
			scene_outcome_word(scene_ask(&scene, "app.test", RRTYPE_A)), scene_outcome_word(cases[i].outcome));
		assert_int_equal(scene.answers[0].rcode, cases[i].rcode);
		assert_int_equal(fake_count(scene.servers[1], NULL, 0), 0);
		scene_close(&scene);
	}
}

static void what_no_server_answers_is_to_be_tried_again(void **state)
{
	(void)state;
	static const struct {
		const char *rules;
		unsigned rcode;
		int error;
	} cases[] = {
		{"* servfail", RCODE_SERVFAIL, 0},
		{"* refused", RCODE_REFUSED, 0},
		{"* notimp", RCODE_NOTIMP, 0},
		{"* lame", RCODE_NOERROR, 0},
		{"* udp-refuse", 0, ECONNREFUSED},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of_two(records, cases[i].rules, cases[i].rules);
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_TRY_AGAIN);
		assert_int_equal(scene.answers[0].rcode, cases[i].rcode);
		assert_int_equal(scene.answers[0].error, cases[i].error);
		assert_true(scene.milliseconds < 390);
		for (size_t j = 0; j < 2 && cases[i].error == 0; j++)
			assert_in_range(fake_count(scene.servers[j], NULL, 0), 1, 4);
		scene_close(&scene);
	}
}

static void a_lookup_without_replies_ends_at_the_deadline_and_sends_nothing_later(void **state)
{
	(void)state;
	struct scene scene = {0};
	for (int i = 0; i < 3; i++)
		scene_add(&scene, records, "* drop");
	scene_open(&scene, "options timeout-ms:1500");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_TRY_AGAIN);
	assert_int_equal(scene.answers[0].error, ETIMEDOUT);
	assert_int_equal(scene.answers[0].source, SOURCE_UNSET);
	assert_in_range(scene.milliseconds, 1500, 2000);
	for (size_t i = 0; i < 3; i++) {
		const size_t count = fake_count(scene.servers[i], NULL, 0);
		assert_in_range(count, 1, 4);
		assert_false(fake_wait(scene.servers[i], count + 1, 200));
	}
	scene_close(&scene);
}

static void a_lost_query_is_asked_again_from_another_port_with_another_id(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* first=1 drop", "");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	const struct fake_query first = scene_query(scene.servers[0], 0), second = scene_query(scene.servers[0], 1);
	assert_int_not_equal(first.id, second.id);
	assert_int_not_equal(first.client.port, second.client.port);
	scene_close(&scene);
}

static void of_a_pair_only_the_lost_one_is_asked_again(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "*/AAAA first=1 drop", "");
	scene_ask_both(&scene, "app.test");
	assert_int_equal(scene.answers[0].outcome, OUTCOME_FOUND);
	assert_int_equal(scene.answers[1].outcome, OUTCOME_FOUND);
	assert_int_equal(fake_count(scene.servers[0], NULL, RRTYPE_A), 1);
	assert_int_equal(fake_count(scene.servers[0], NULL, RRTYPE_AAAA), 2);
	scene_close(&scene);
}

static void a_lost_query_is_asked_again_though_its_sibling_fails(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "*/A servfail; */AAAA first=1 drop", "options timeout-ms:3000");
	scene_ask_both(&scene, "app.test");
	assert_int_equal(scene.answers[0].outcome, OUTCOME_TRY_AGAIN);
	assert_string_equal(scene_answer(&scene, 1), "found; app.test AAAA 2001:db8::1");
	scene_close(&scene);
}

// One of two questions is never answered: the answer to the other is kept.
static void half_an_answer_is_kept(void **state)
{
	(void)state;
	for (size_t lost = 0; lost < 2; lost++) {
		struct scene scene = scene_of(records, lost == 0 ? "*/A drop" : "*/AAAA drop", "options timeout-ms:600");
		scene_ask_both(&scene, "app.test");
		assert_int_equal(scene.answers[lost].outcome, OUTCOME_TRY_AGAIN);
		assert_int_equal(scene.answers[1 - lost].outcome, OUTCOME_FOUND);
		assert_in_range(scene.milliseconds, 600, 1100);
		scene_close(&scene);
	}
}

static void a_late_answer_to_an_earlier_try_counts(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* first=1 delay=550; * drop", "");
	scene_ask(&scene, "app.test", RRTYPE_A);
	assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
	assert_in_range(scene.milliseconds, 549, 990);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 2);
	scene_close(&scene);
}

static void a_server_without_edns_is_asked_without_it_from_then_on(void **state)
{
	(void)state;
	static const char *const rules[] = {"* formerr-edns", "* notimp-edns", "* edns formerr no-question"};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(records, rules[i], "");
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), 2);
		assert_true(scene_query(scene.servers[0], 0).has_edns);
		assert_false(scene_query(scene.servers[0], 1).has_edns);
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_AAAA), OUTCOME_FOUND);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), 3);
		assert_false(scene_query(scene.servers[0], 2).has_edns);
		scene_close(&scene);
	}
}

static void an_ipv6_server_is_asked_over_ipv6(void **state)
{
	(void)state;
	struct scene scene = {0};
	scene.servers[scene.server_count++] = fake_start("::1", records, "");
	if (!scene.servers[0])
		skip();
	scene_open(&scene, "");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_int_equal(scene_query(scene.servers[0], 0).client.family, AF_INET6);
	scene_close(&scene);
}

static void lookups_do_not_share_ports(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "");
	bool differ = false;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
		const uint16_t first = scene_query(scene.servers[0], 0).client.port;
		differ |= scene_query(scene.servers[0], i).client.port != first;
	}
	assert_true(differ);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 4);
	scene_close(&scene);
}

static void no_descriptor_is_left_open(void **state)
{
	(void)state;
	static const char *const rules[] = {"", "* drop", "* servfail", "* udp-refuse", "* wrong-id", "* formerr-edns"};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(records, rules[i], "options timeout-ms:500");
		const int before = scene_count_descriptors();
		scene_ask_both(&scene, "app.test");
		assert_int_equal(scene_count_descriptors(), before);
		scene_close(&scene);
	}
}

static void a_lack_of_descriptors_fails_at_once_and_does_not_affect_later_lookups(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "");
	struct rlimit limit;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	const struct rlimit none = {.rlim_cur = 0, .rlim_max = limit.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	scene_ask_both(&scene, "app.test");
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(scene.answers[i].outcome, OUTCOME_ERROR);
		assert_int_equal(scene.answers[i].error, EMFILE);
	}
	assert_true(scene.milliseconds < 100);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	scene_close(&scene);
}

// A datagram socket may not be connected to a broadcast address: the first server cannot even be sent to.
static void a_server_that_cannot_be_sent_to_is_passed_over(void **state)
{
	(void)state;
	struct scene scene = {0};
	char directives[SCENE_TEXT_SIZE];
	struct fake *server = scene_add(&scene, records, "");
	snprintf(directives, sizeof directives, "nameserver 255.255.255.255:53 %s", fake_text(server));
	scene.resolver = scene_open_resolver(directives);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_true(scene.milliseconds < 390);
	scene_close(&scene);
}

static void rotate_begins_with_another_server_each_time(void **state)
{
	(void)state;
	struct scene scene = {0};
	for (int i = 0; i < 3; i++)
		scene_add(&scene, records, "");
	scene_open(&scene, "options rotate");
	for (int i = 0; i < 6; i++)
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(fake_count(scene.servers[i], NULL, 0), 2);
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_questions_go_at_once_over_one_socket_and_differ_in_id),
		cmocka_unit_test(the_time_of_waiting_can_be_used),
		cmocka_unit_test(options_show_in_the_query),
		cmocka_unit_test(a_datagram_longer_than_allowed_is_asked_for_with_room_and_then_over_tcp),
		cmocka_unit_test(single_request_asks_one_after_the_other),
		cmocka_unit_test(four_servers_are_asked_in_their_order_as_each_stays_silent),
		cmocka_unit_test(the_next_server_is_asked_at_once_when_one_fails),
		cmocka_unit_test(a_definite_reply_is_final_and_no_other_server_is_asked),
		cmocka_unit_test(what_no_server_answers_is_to_be_tried_again),
		cmocka_unit_test(a_lookup_without_replies_ends_at_the_deadline_and_sends_nothing_later),
		cmocka_unit_test(a_lost_query_is_asked_again_from_another_port_with_another_id),
		cmocka_unit_test(of_a_pair_only_the_lost_one_is_asked_again),
		cmocka_unit_test(a_lost_query_is_asked_again_though_its_sibling_fails),
		cmocka_unit_test(half_an_answer_is_kept),
		cmocka_unit_test(a_late_answer_to_an_earlier_try_counts),
		cmocka_unit_test(a_server_without_edns_is_asked_without_it_from_then_on),
		cmocka_unit_test(an_ipv6_server_is_asked_over_ipv6),
		cmocka_unit_test(lookups_do_not_share_ports),
		cmocka_unit_test(no_descriptor_is_left_open),
		cmocka_unit_test(a_lack_of_descriptors_fails_at_once_and_does_not_affect_later_lookups),
		cmocka_unit_test(a_server_that_cannot_be_sent_to_is_passed_over),
		cmocka_unit_test(rotate_begins_with_another_server_each_time),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
