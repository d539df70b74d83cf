// SPDX-License-Identifier: MIT
// Faults of one server: the other one answers, or what the faulty one says counts.
#include <errno.h>

#include "resolver/dns/packet_write.h"
#include "resolver/message_lookup.h"
#include "tests/unit/scene.h"

// Two servers, and a fault of the first. options: "" or further directives, each after a newline.
static struct scene scene_with(const char *target, const char *actions, const char *options)
{
	struct scene scene = {0};
	char directives[400];
	scene_add(&scene, "app.test. 60 A 192.0.2.1\napp.test. 60 AAAA 2001:db8::1\n", "");
	scene_add(&scene, "app.test. 60 A 192.0.2.2\napp.test. 60 AAAA 2001:db8::2\n", "");
	snprintf(directives, sizeof directives, "fault %s @%s %s%s", target, fake_text(scene.servers[0]), actions, options);
	scene_open(&scene, directives);
	return scene;
}

static const char first[] = "found; app.test A 192.0.2.1", second[] = "found; app.test A 192.0.2.2";

static void the_faulty_server_replies_so_and_gets_no_query(void **state)
{
	(void)state;
	static const struct {
		const char *actions, *answer;
		int count;  // queries that the first server got
	} cases[] = {
		{"servfail", second, 0},
		{"refused", second, 0},
		{"notimp", second, 0},
		{"timeout", second, 0},
		{"reply=garbage", second, 0},
		{"reply=empty", second, 0},
		{"reply=wrong-id", second, 0},
		{"drop", second, 0},
		{"nxdomain", "no name", 0},
		{"nodata", "no data", 0},
		{"formerr", "no recovery", 0},
		{"answer=192.0.2.9", "found; app.test A 192.0.2.9", 0},
		{"truncate", first, 1},
		{"delay=0", first, 1},
		{"servfail by=curl", first, 1},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_with("app.test", cases[i].actions, "");
		scene_ask(&scene, "app.test", RRTYPE_A);
		if (strcmp(scene_answer(&scene, 0), cases[i].answer) != 0)
			fail_msg("%s: %s", cases[i].actions, scene_answer(&scene, 0));
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), cases[i].count);
		scene_close(&scene);
	}
}

static void a_fault_of_one_type_leaves_the_other_question_to_the_server(void **state)
{
	(void)state;
	struct scene scene = scene_with("app.test/AAAA", "nodata", "");
	scene_ask_both(&scene, "app.test");
	assert_string_equal(scene_answer(&scene, 0), first);
	assert_string_equal(scene_answer(&scene, 1), "no data");
	assert_int_equal(scene.answers[1].source, SOURCE_FAULT);
	assert_int_equal(fake_count(scene.servers[0], NULL, RRTYPE_AAAA), 0);
	scene_close(&scene);
}

static void other_names_are_left_to_the_server(void **state)
{
	(void)state;
	struct scene scene = scene_with("*.app.test", "servfail", "");
	scene_ask_both(&scene, "app.test");
	assert_string_equal(scene_answer(&scene, 0), first);
	scene_close(&scene);
}

static void replies_are_delayed(void **state)
{
	(void)state;
	static const char *const actions[] = {"delay=40", "delay=40 answer=192.0.2.1"};
	for (size_t i = 0; i < LENGTH(actions); i++) {
		struct scene scene = scene_with("*", actions[i], "");
		scene_ask(&scene, "app.test", RRTYPE_A);
		// The second server may be asked meanwhile.
		assert_int_equal(scene.answers[0].outcome, OUTCOME_FOUND);
		assert_true(strcmp(scene_answer(&scene, 0), second) == 0 || scene.milliseconds >= 40);
		scene_close(&scene);
	}
}

static void a_lookup_counts_once_however_often_the_server_is_asked(void **state)
{
	(void)state;
	struct scene scene = scene_with("*", "servfail first=2", "");
	for (size_t i = 0; i < 4; i++) {
		scene_ask_both(&scene, "app.test");
		assert_string_equal(scene_answer(&scene, 0), i < 2 ? second : first);
	}
	scene_close(&scene);
}

static void what_the_fault_answers_is_not_cached(void **state)
{
	(void)state;
	static const char *const actions[] = {"nxdomain first=1", "nodata first=1", "answer=192.0.2.9 first=1"};
	for (size_t i = 0; i < LENGTH(actions); i++) {
		struct scene scene = scene_with("*", actions[i], "\noptions cache:10");
		scene_ask(&scene, "app.test", RRTYPE_A);
		assert_int_equal(scene.answers[0].source, SOURCE_FAULT);
		scene_ask(&scene, "app.test", RRTYPE_A);
		assert_string_equal(scene_answer(&scene, 0), first);
		scene_close(&scene);
	}
}

static void a_failure_because_of_a_fault_is_not_cached(void **state)
{
	(void)state;
	static const char *const actions[] = {"timeout", "reply=wrong-id", "drop", "delay=500"};
	for (size_t i = 0; i < 2 * LENGTH(actions); i++) {
		struct scene scene = {0};
		char directives[200];
		scene_add(&scene, "app.test. 60 A 192.0.2.1\n", "");
		const char *server = i % 2 ? fake_text(scene.servers[0]) : "";
		snprintf(directives, sizeof directives, "options cache:10 timeout-ms:200\nfault * %s first=1 %s%s",
			actions[i / 2], i % 2 ? "@" : "", server);
		scene_open(&scene, directives);
		scene_ask(&scene, "app.test", RRTYPE_A);
		assert_string_equal(scene_answer(&scene, 0), "try again");
		scene_ask(&scene, "app.test", RRTYPE_A);
		if (strcmp(scene_answer(&scene, 0), first) != 0)
			fail_msg("%s: %s", directives, scene_answer(&scene, 0));
		scene_close(&scene);
	}
}

static void a_program_that_reads_messages_gets_those_of_the_fault(void **state)
{
	(void)state;
	static const struct {
		const char *actions;
		int rcode, records;  // as the header has them
	} cases[] = {{"nxdomain", RCODE_NXDOMAIN, 0}, {"answer=192.0.2.8,192.0.2.9", 0, 2}, {"reply=garbage", 0, 1}};
	const struct question question = scene_question("app.test", RRTYPE_A);
	uint8_t query[PACKET_QUERY_MAX];
	const size_t size = packet_write_request(&question, &(struct packet_request){.id = 0x4321}, query);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_with("*", cases[i].actions, "");
		struct lookup_context lookup = scene_context(&scene);
		struct answer *answer = &scene.answers[0];
		lookup.as_packets = true;
		message_lookup_send(scene.resolver, &lookup, query, size, answer);
		assert_non_null(answer->message);
		assert_int_equal(answer->message[0] << 8 | answer->message[1], 0x4321);
		assert_int_equal(answer->message[3] & 15, cases[i].rcode);
		assert_int_equal(answer->message[7], cases[i].records);
		scene_close(&scene);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_faulty_server_replies_so_and_gets_no_query),
		cmocka_unit_test(a_fault_of_one_type_leaves_the_other_question_to_the_server),
		cmocka_unit_test(other_names_are_left_to_the_server),
		cmocka_unit_test(replies_are_delayed),
		cmocka_unit_test(a_lookup_counts_once_however_often_the_server_is_asked),
		cmocka_unit_test(what_the_fault_answers_is_not_cached),
		cmocka_unit_test(a_failure_because_of_a_fault_is_not_cached),
		cmocka_unit_test(a_program_that_reads_messages_gets_those_of_the_fault),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
