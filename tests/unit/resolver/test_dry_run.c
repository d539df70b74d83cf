// SPDX-License-Identifier: MIT
// A dry run sends no queries, and reports exactly what a real lookup does.
#include "resolver/dry_run.h"

#include <unistd.h>

#include "config/fault.h"
#include "resolver/lookup.h"
#include "resolver/message_lookup.h"
#include "tests/unit/files.h"
#include "tests/unit/scene.h"

// The steps of a lookup, each as "NAME/TYPE" or a word.
struct telling {
	struct dry_run dry_run;
	char text[SCENE_TEXT_SIZE];   // of all kinds of steps
	char asked[SCENE_TEXT_SIZE];  // only the queries to servers
};

static void add_word(char *text, const char *word)
{
	assert_true(strlen(text) + strlen(word) + 2 < SCENE_TEXT_SIZE);
	sprintf(text + strlen(text), "%s%s", *text ? " " : "", word);
}

static void note(struct dry_run *dry_run, const struct dry_run_step *step)
{
	struct telling *telling = (struct telling *)dry_run;
	char word[2 * NAME_TEXT_SIZE], name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE];
	if (step->question)
		snprintf(word, sizeof word, "%s/%s", name_write(&step->question->name, name),
			rrtype_write(step->question->type, type));
	switch (step->kind) {
	case DRY_RUN_HOSTS:
		add_word(telling->text, step->host ? "hosts:found" : "hosts");
		break;
	case DRY_RUN_ALIAS:
		snprintf(word, sizeof word, "alias:%s", step->text);
		add_word(telling->text, word);
		break;
	case DRY_RUN_NAME:
		snprintf(word, sizeof word, "%s%s", step->is_invalid ? "is_invalid:" : "", step->text);
		add_word(telling->text, word);
		break;
	case DRY_RUN_FAULT:
		add_word(telling->text, step->is_certain ? "fault" : "fault?");
		break;
	case DRY_RUN_ANSWER:
		add_word(telling->text, answer_source_word(step->answer->source));
		break;
	case DRY_RUN_SERVERS:
		add_word(telling->text, "ask");
		add_word(telling->asked, word);
		break;
	case DRY_RUN_SYSTEM:
		add_word(telling->text, "libc");
		break;
	}
}

static struct telling run_dry(struct scene *scene, const char *name, enum outcome *outcome)
{
	struct telling telling = {.dry_run = {.note = note}};
	struct lookup_context lookup = scene_context(scene);
	struct host host = {0};
	lookup.dry_run = &telling.dry_run;
	*outcome = lookup_host(scene->resolver, &lookup, &(struct lookup_request){name, AF_UNSPEC, 0}, &host);
	host_clear(&host);
	return telling;
}

// The questions that a server received, in the same form; A before AAAA of the same name.
static const char *questions_of(struct fake *server, char *text)
{
	struct fake_query query, next;
	*text = '\0';
	for (size_t i = 0; fake_query(server, i, &query); i++) {
		char word[3 * NAME_TEXT_SIZE], name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE];
		const bool is_pair = fake_query(server, i + 1, &next) && name_equal(&query.name, &next.name);
		if (is_pair && query.type != next.type) {
			name_write(&query.name, name);
			snprintf(word, sizeof word, "%s/A %s/AAAA", name, name);
			add_word(text, word);
			i++;
			continue;
		}
		snprintf(word, sizeof word, "%s/%s", name_write(&query.name, name), rrtype_write(query.type, type));
		add_word(text, word);
	}
	return text;
}

// Compares a dry run with a real lookup of the same name; the server has no names.
static void compare(const char *directives, const char *name)
{
	char asked[SCENE_TEXT_SIZE];
	enum outcome told, outcome;
	struct host host = {0};
	struct scene scene = scene_of("", "* nxdomain", directives);
	const struct telling telling = run_dry(&scene, name, &told);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
	const struct lookup_context lookup = scene_context(&scene);
	outcome = lookup_host(scene.resolver, &lookup, &(struct lookup_request){name, AF_UNSPEC, 0}, &host);
	host_clear(&host);
	if (strcmp(questions_of(scene.servers[0], asked), telling.asked) != 0 || told != outcome)
		fail_msg("%s, %s: told %s (%s), asked %s (%s)", directives, name, telling.asked, scene_outcome_word(told),
			asked, scene_outcome_word(outcome));
	scene_close(&scene);
}

static void a_dry_run_reports_the_queries_of_a_real_lookup(void **state)
{
	(void)state;
	static const char *const directives[] = {
		"search one.test two.test",
		"search one.test two.test\noptions ndots:2",
		"search one.test\noptions ndots:0",
		"search one.test .\noptions no-tld-query",
		"search . one.test",
		"options no-aaaa",
		"search one.test two.test\nrecord a.one.test A 192.0.2.9",
		"record *.two.test CNAME b.three.test\nsearch two.test",
		"search one.test\nnameserver none for one.test",
		"search one.test two.test\nfault *.one.test nxdomain",
		"search one.test two.test\nfault *.one.test/AAAA servfail",
		"search one.test\nfault *.one.test refused",
	};
	static const char *const names[] = {"a", "a.b", "a.b.", "a.", "localhost", "x.invalid", "a_b", "-", "a..b"};
	for (size_t i = 0; i < LENGTH(directives); i++)
		for (size_t j = 0; j < LENGTH(names); j++)
			compare(directives[i], names[j]);
}

static void the_time_that_faults_take_is_counted(void **state)
{
	(void)state;
	compare("search one.test two.test\nfault *.one.test timeout\noptions timeout-ms:20", "a");
	compare("search one.test two.test\nfault *.test delay=150\noptions timeout-ms:290", "a");
}

static void the_steps_are_reported_in_their_order(void **state)
{
	(void)state;
	static const struct {
		const char *directives, *name, *steps;
		enum outcome outcome;
	} cases[] = {
		{"search one.test", "a", "hosts a.one.test ask ask a ask ask", OUTCOME_NO_NAME},
		{"search one.test", "a.b", "hosts a.b ask ask a.b.one.test ask ask", OUTCOME_NO_NAME},
		{"", "localhost", "hosts localhost special special", OUTCOME_FOUND},
		{"record a.test A 192.0.2.1", "a.test", "a.test record record", OUTCOME_FOUND},
		{"nameserver none for a.test", "b.a.test", "hosts b.a.test none none", OUTCOME_NO_NAME},
		{"nameserver system for a.test", "b.a.test", "hosts b.a.test system system", OUTCOME_SYSTEM},
		{"fault a.test nxdomain", "a.test", "fault fault a.test fault fault", OUTCOME_NO_NAME},
		{"fault a.test servfail 30%", "a.test", "fault? fault? hosts a.test fault? fault? ask ask", OUTCOME_NO_NAME},
		{"fault a.test servfail first=2", "a.test", "fault? fault? hosts a.test fault? fault? ask ask",
			OUTCOME_NO_NAME},
		{"fault a.test ttl=1\nfault a.test drop", "a.test", "fault fault hosts a.test fault fault ask ask",
			OUTCOME_NO_NAME},
		{"options no-aaaa", "a.test", "hosts a.test ask", OUTCOME_NO_NAME},
		{"record a.test CNAME b.test", "a.test", "a.test record record hosts hosts ask ask", OUTCOME_NO_NAME},
		{"search one.test", "a_b!", "hosts is_invalid:a_b!.one.test is_invalid:a_b!", OUTCOME_NO_NAME},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		enum outcome outcome;
		char directives[SCENE_TEXT_SIZE];
		struct scene scene = {0};
		snprintf(directives, sizeof directives, "search\nnameserver %s\n%s", fake_text(scene_add(&scene, "", "")),
			cases[i].directives);
		scene.resolver = scene_open_resolver(directives);
		const struct telling telling = run_dry(&scene, cases[i].name, &outcome);
		if (strcmp(telling.text, cases[i].steps) != 0 || outcome != cases[i].outcome)
			fail_msg("%s, %s: %s, %s", cases[i].directives, cases[i].name, telling.text, scene_outcome_word(outcome));
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
		scene_close(&scene);
	}
}

static void nothing_is_waited_for(void **state)
{
	(void)state;
	static const char *const faults[] = {"fault * timeout", "fault * delay=9000", "fault * drop delay=600000"};
	for (size_t i = 0; i < LENGTH(faults); i++) {
		enum outcome outcome;
		struct scene scene = scene_of("", "", faults[i]);
		const int64_t begun = clock_now();
		run_dry(&scene, "a.test", &outcome);
		assert_true(clock_now() - begun < 4000000);
		scene_close(&scene);
	}
}

static void no_random_number_is_drawn_and_nothing_is_counted(void **state)
{
	(void)state;
	enum outcome outcome;
	struct scene scene = scene_of("a.test. A 192.0.2.1", "", "fault a.test nxdomain first=1");
	for (int i = 0; i < 3; i++)
		run_dry(&scene, "a.test", &outcome);
	assert_int_equal(scene_ask(&scene, "a.test", RRTYPE_A), OUTCOME_NO_NAME);
	assert_int_equal(scene_ask(&scene, "a.test", RRTYPE_A), OUTCOME_FOUND);
	scene_close(&scene);
}

static void nothing_is_kept_of_it(void **state)
{
	(void)state;
	enum outcome outcome;
	struct scene scene = scene_of("a.test. A 192.0.2.1", "", "options cache:100");
	run_dry(&scene, "a.test", &outcome);
	assert_int_equal(scene_ask(&scene, "a.test", RRTYPE_A), OUTCOME_FOUND);
	scene_close(&scene);
}

static void a_dry_run_is_not_logged(void **state)
{
	(void)state;
	const char *path = files_make("log", "");
	char directives[SCENE_TEXT_SIZE];
	enum outcome outcome;
	snprintf(directives, sizeof directives, "log %s\nfault * ttl=5", path);
	struct scene scene = scene_of("", "", directives);
	run_dry(&scene, "a.test", &outcome);
	assert_string_equal(files_read(path), "");
	scene_close(&scene);
}

static void packets_and_addresses_have_dry_runs_too(void **state)
{
	(void)state;
	struct scene scene = scene_of("", "", "search one.test");
	struct telling telling = {.dry_run = {.note = note}};
	struct lookup_context lookup = scene_context(&scene);
	struct question question = {.type = RRTYPE_MX, .class = RRCLASS_IN};
	struct answer answer;
	struct host host = {0};
	struct address address;
	lookup.dry_run = &telling.dry_run;
	assert_true(address_read("192.0.2.1", &address));
	assert_int_equal(lookup_address(scene.resolver, &lookup, &address, &host), OUTCOME_NO_NAME);
	host_clear(&host);
	lookup.as_packets = true;
	assert_int_equal(message_lookup_search(scene.resolver, &lookup, "a", &question, &answer), OUTCOME_NO_NAME);
	answer_clear(&answer);
	assert_string_equal(telling.asked, "1.2.0.192.in-addr.arpa/PTR a.one.test/MX a/MX");
	assert_string_equal(telling.text, "hosts ask a.one.test ask a ask");
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
	scene_close(&scene);
}

struct line_seen {
	struct dry_run dry_run;
	unsigned line;  // 0: none
};

static void see_line(struct dry_run *dry_run, const struct dry_run_step *step)
{
	if (step->line)
		((struct line_seen *)dry_run)->line = step->line->line;
}

static void the_line_of_an_answer_is_reported(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		unsigned line;
	} cases[] = {
		{"a.test", 2},
		{"x.b.test", 4},
		{"c.test", 0},
		{"x.z.test", 5},
		{"z.test", 5},
		{"w.z.test", 5},
	};
	char directives[SCENE_TEXT_SIZE];
	snprintf(directives, sizeof directives,
		"nameserver none\nrecord a.test A 192.0.2.1\noptions rotate\n"
		"record *.b.test A 192.0.2.2\nzone %s",
		files_make("zone", "z.test. SOA ns.z.test. h.z.test. 1 2 3 4 5\na.w.z.test. A 192.0.2.3\n"));
	struct scene scene = {.resolver = scene_open_resolver(directives)};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct line_seen seen = {.dry_run = {.note = see_line}};
		struct lookup_context lookup = scene_context(&scene);
		struct host host = {0};
		lookup.dry_run = &seen.dry_run;
		lookup_host(scene.resolver, &lookup, &(struct lookup_request){cases[i].name, AF_UNSPEC, 0}, &host);
		host_clear(&host);
		assert_int_equal(seen.line, cases[i].line);
	}
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dry_run_reports_the_queries_of_a_real_lookup),
		cmocka_unit_test(the_time_that_faults_take_is_counted),
		cmocka_unit_test(the_steps_are_reported_in_their_order),
		cmocka_unit_test(nothing_is_waited_for),
		cmocka_unit_test(no_random_number_is_drawn_and_nothing_is_counted),
		cmocka_unit_test(nothing_is_kept_of_it),
		cmocka_unit_test(a_dry_run_is_not_logged),
		cmocka_unit_test(packets_and_addresses_have_dry_runs_too),
		cmocka_unit_test(the_line_of_an_answer_is_reported),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
