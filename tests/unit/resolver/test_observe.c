// SPDX-License-Identifier: MIT
// What an observer sees of a lookup, in its order.
#include "resolver/observe.h"

#include <pthread.h>
#include <unistd.h>

#include "config/log.h"
#include "resolver/lookup.h"
#include "resolver/message_lookup.h"
#include "tests/unit/files.h"
#include "tests/unit/scene.h"

static const char records[] = "app.test. 60 A 192.0.2.1\n"
							  "app.test. 60 AAAA 2001:db8::1\n";

// A line an event: "exchange app.test A 1 udp -> NOERROR", servers by their place in the scene.
struct notes {
	const struct scene *scene;
	char text[SCENE_TEXT_SIZE];
	int64_t longest;  // microseconds
	unsigned bytes;   // of the last reply
};

static void note_word(struct notes *notes, const char *before, const char *word)
{
	if (word)
		strncat(strcat(notes->text, before), word, 256);
}

static void note_server(struct notes *notes, const char *server)
{
	for (size_t i = 0; server && i < notes->scene->server_count; i++)
		if (strcmp(server, fake_text(notes->scene->servers[i])) == 0)
			note_word(notes, " ", (const char[]){(char)('1' + i), '\0'});
}

static void note(void *observer, const struct log_event *event)
{
	struct notes *notes = observer;
	assert_true(strlen(notes->text) < sizeof(notes->text) - 400);
	note_word(notes, "", log_event_word(event->kind));
	note_word(notes, " ", event->name);
	note_word(notes, " ", event->type);
	note_word(notes, " [", event->arguments);
	note_word(notes, " ", answer_source_word(event->source));
	note_server(notes, event->server);
	note_word(notes, " ", event->transport);
	note_word(notes, " for ", event->rule);
	note_word(notes, " -> ", log_result_word(event->result));
	note_word(notes, " ", event->detail);
	note_word(notes, " ", event->addresses);
	note_word(notes, " ", event->names);
	strcat(notes->text, "\n");
	if (event->kind == EVENT_EXCHANGE)
		notes->bytes = event->bytes;
	if (event->microseconds > notes->longest)
		notes->longest = event->microseconds;
}

static struct lookup_context observed(const struct scene *scene, struct notes *notes)
{
	struct lookup_context lookup = scene_context(scene);
	*notes = (struct notes){.scene = scene};
	lookup.observe = note;
	lookup.observer = notes;
	return lookup;
}

// What is seen of a host's lookup.
static const char *see_host(struct scene *scene, const char *name, sa_family_t family)
{
	static struct notes notes;
	const struct lookup_context lookup = observed(scene, &notes);
	struct host host = {0};
	lookup_host(scene->resolver, &lookup, &(struct lookup_request){name, family, 0}, &host);
	host_clear(&host);
	return notes.text;
}

static void each_answer_is_logged_with_its_source(void **state)
{
	(void)state;
	static const struct {
		const char *directives, *rules, *name, *seen;
	} cases[] = {
		{"hosts none", "", "app.test.",
			"exchange app.test A 1 udp -> NOERROR\n"
			"answer app.test A server 1 udp -> NOERROR 192.0.2.1\n"},
		{"hosts none", "", "none.test.",
			"exchange none.test A 1 udp -> NXDOMAIN\n"
			"answer none.test A server 1 udp -> NXDOMAIN\n"},
		{"hosts none", "* nodata", "app.test.",
			"exchange app.test A 1 udp -> NOERROR\n"
			"answer app.test A server 1 udp -> NODATA\n"},
		{"hosts none", "* refused", "app.test.",
			"exchange app.test A 1 udp -> REFUSED\n"
			"exchange app.test A 1 udp -> REFUSED\n"
			"exchange app.test A 1 udp -> REFUSED\n"
			"answer app.test A server 1 udp -> REFUSED\n"},
		{"hosts none", "* servfail edns-error=6 error-text first=1", "app.test.",
			"exchange app.test A 1 udp -> SERVFAIL DNSSEC Bogus: " FAKE_ERROR_SAYS "\n"
			"exchange app.test A 1 udp -> NOERROR\n"
			"answer app.test A server 1 udp -> NOERROR 192.0.2.1\n"},
		{"hosts none", "* nxdomain edns-error=15", "app.test.",
			"exchange app.test A 1 udp -> NXDOMAIN Blocked\n"
			"answer app.test A server 1 udp -> NXDOMAIN\n"},
		{"hosts none", "* edns-error=3", "app.test.",
			"exchange app.test A 1 udp -> NOERROR\n"
			"answer app.test A server 1 udp -> NOERROR 192.0.2.1\n"},
		{"hosts none", "* lame", "app.test.",
			"exchange app.test A 1 udp -> NOERROR lame\n"
			"exchange app.test A 1 udp -> NOERROR lame\n"
			"answer app.test A server 1 udp -> lame\n"},
		{"hosts none", "* truncate", "app.test.",
			"exchange app.test A 1 udp -> truncated\n"
			"exchange app.test A 1 tcp -> NOERROR\n"
			"answer app.test A server 1 tcp -> NOERROR 192.0.2.1\n"},
		{"hosts none", "", "localhost", "answer localhost A special -> NOERROR 127.0.0.1\n"},
		{"hosts none\nrecord here.test A 192.0.2.9", "", "here.test.",
			"answer here.test A record -> NOERROR 192.0.2.9\n"},
		{"hosts none\nrecord here.test AAAA ::9", "", "here.test.", "answer here.test A record -> NODATA\n"},
		{"hosts none\nnameserver none for off.test", "", "a.off.test.",
			"answer a.off.test A none for off.test -> NXDOMAIN\n"},
		{"hosts none\nnameserver system for lan.test", "", "a.lan.test.",
			"answer a.lan.test A system for lan.test -> system\n"},
		{"hosts none\nfault app.test servfail", "", "app.test.",
			"fault app.test A [servfail -> SERVFAIL\n"
			"answer app.test A fault -> SERVFAIL\n"},
		{"hosts none", "", "-a.test.", "answer -a.test. A -> no hostname\n"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of(records, cases[i].rules, cases[i].directives);
		assert_string_equal(see_host(&scene, cases[i].name, AF_INET), cases[i].seen);
		scene_close(&scene);
	}
}

static void each_name_of_the_search_list_is_reported_with_its_answer(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "hosts none\nsearch one.test two.test test");
	assert_string_equal(see_host(&scene, "app", AF_INET),
		"exchange app.one.test A 1 udp -> NXDOMAIN\n"
		"answer app.one.test A server 1 udp -> NXDOMAIN\n"
		"exchange app.two.test A 1 udp -> NXDOMAIN\n"
		"answer app.two.test A server 1 udp -> NXDOMAIN\n"
		"exchange app.test A 1 udp -> NOERROR\n"
		"answer app.test A server 1 udp -> NOERROR 192.0.2.1\n");
	scene_close(&scene);
}

static void the_hosts_file_is_reported_too(void **state)
{
	(void)state;
	char directives[SCENE_TEXT_SIZE];
	snprintf(directives, sizeof(directives), "hosts %s", files_make("hosts", "198.51.100.1 local.test\n"));
	struct scene scene = scene_of(records, "", directives);
	assert_string_equal(see_host(&scene, "local.test", AF_UNSPEC), "answer local.test hosts -> NOERROR 198.51.100.1\n");
	assert_string_equal(see_host(&scene, "app.test", AF_INET),
		"answer app.test A hosts -> no entry\n"
		"exchange app.test A 1 udp -> NOERROR\n"
		"answer app.test A server 1 udp -> NOERROR 192.0.2.1\n");
	struct notes notes;
	struct lookup_context lookup = observed(&scene, &notes);
	struct host host = {0};
	const struct address address = {.family = AF_INET, .bytes = {198, 51, 100, 1}};
	assert_int_equal(lookup_address(scene.resolver, &lookup, &address, &host), OUTCOME_FOUND);
	assert_string_equal(notes.text, "answer 198.51.100.1 PTR hosts -> NOERROR 198.51.100.1 local.test\n");
	host_clear(&host);
	scene_close(&scene);
}

static void a_cached_answer_is_reported_as_the_cache_s(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "hosts none\noptions cache:10");
	see_host(&scene, "app.test", AF_INET);
	assert_string_equal(see_host(&scene, "app.test", AF_INET), "answer app.test A cache -> NOERROR 192.0.2.1\n");
	scene_close(&scene);
}

// Of both questions each has its own line for each try, and each try that was out at the end.
static void a_silent_server_is_logged_with_the_time_that_it_was_given(void **state)
{
	(void)state;
	struct scene scene = {0};
	struct notes notes;
	struct host host = {0};
	scene_add(&scene, records, "* drop");
	scene_add(&scene, records, "* drop");
	scene_open(&scene, "hosts none\noptions timeout-ms:60");
	const struct lookup_context lookup = observed(&scene, &notes);
	assert_int_equal(lookup_host(scene.resolver, &lookup, &(struct lookup_request){"app.test", AF_INET, 0}, &host),
		OUTCOME_TRY_AGAIN);
	host_clear(&host);
	assert_non_null(strstr(notes.text, "exchange app.test A 1 udp -> timeout\n"));
	assert_non_null(strstr(notes.text, "answer app.test A -> timeout\n"));
	assert_true(notes.longest >= 60000);
	scene_close(&scene);
}

static size_t count_lines(const char *text, const char *begin)
{
	size_t count = 0;
	while ((text = strstr(text, begin))) {
		count++;
		text++;
	}
	return count;
}

// The first answer comes when a second one is there already, and is no news any more.
static void each_question_that_was_sent_is_reported_once(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "app.test/A first=1 delay=100; app.test/AAAA delay=150", "hosts none");
	scene_ask(&scene, "none.test", RRTYPE_A);  // now it is known that 50 ms are long for this server
	const char *seen = see_host(&scene, "app.test.", AF_UNSPEC);
	assert_in_range(fake_count(scene.servers[0], "app.test", RRTYPE_A), 2, 24);
	assert_int_equal(count_lines(seen, "exchange app.test A "), fake_count(scene.servers[0], "app.test", RRTYPE_A));
	assert_int_equal(
		count_lines(seen, "exchange app.test AAAA "), fake_count(scene.servers[0], "app.test", RRTYPE_AAAA));
	scene_close(&scene);
}

static void a_program_s_own_query_is_reported_like_a_question(void **state)
{
	(void)state;
	static const uint8_t query[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03"
								   "app\x04"
								   "test\x00\x00\x01\x00\x01";
	struct scene scene = scene_of(records, "", "");
	struct notes notes;
	struct lookup_context lookup = observed(&scene, &notes);
	struct answer answer;
	lookup.as_packets = true;
	assert_int_equal(message_lookup_send(scene.resolver, &lookup, query, sizeof(query) - 1, &answer), OUTCOME_FOUND);
	assert_string_equal(notes.text,
		"exchange app.test A 1 udp -> NOERROR\n"
		"answer app.test A server 1 udp -> NOERROR 192.0.2.1\n");
	assert_true(answer.message_size > sizeof(query));
	assert_int_equal(notes.bytes, answer.message_size);
	answer_clear(&answer);
	scene_close(&scene);
}

static void *ask_too(void *context)
{
	struct scene *scene = context;
	assert_true(fake_wait(scene->servers[0], 1, 5000));
	return strdup(see_host(scene, "app.test", AF_INET));
}

static void a_lookup_that_shares_the_query_of_another_thread_is_logged_so(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* delay=100", "hosts none\noptions cache:10");
	pthread_t thread;
	void *seen;
	assert_int_equal(pthread_create(&thread, NULL, ask_too, &scene), 0);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	pthread_join(thread, &seen);
	assert_string_equal(seen,
		"shared app.test A -> answered\n"
		"answer app.test A cache -> NOERROR 192.0.2.1\n");
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 1);
	free(seen);
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_answer_is_logged_with_its_source),
		cmocka_unit_test(each_name_of_the_search_list_is_reported_with_its_answer),
		cmocka_unit_test(the_hosts_file_is_reported_too),
		cmocka_unit_test(a_cached_answer_is_reported_as_the_cache_s),
		cmocka_unit_test(a_silent_server_is_logged_with_the_time_that_it_was_given),
		cmocka_unit_test(each_question_that_was_sent_is_reported_once),
		cmocka_unit_test(a_program_s_own_query_is_reported_like_a_question),
		cmocka_unit_test(a_lookup_that_shares_the_query_of_another_thread_is_logged_so),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
