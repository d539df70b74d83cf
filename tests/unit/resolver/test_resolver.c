// SPDX-License-Identifier: MIT
// Which source answers, and where CNAME chains lead.
#include <errno.h>
#include <unistd.h>

#include "config/base/address.h"
#include "tests/unit/files.h"
#include "tests/unit/scene.h"

static const char records[] = "app.test. 60 A 192.0.2.1\n"
							  "app.test. 60 AAAA 2001:db8::1\n"
							  "www.test. 60 CNAME app.test.\n"
							  "web.test. 60 CNAME www.test.\n"
							  "two.test. 60 A 192.0.2.2\n"
							  "two.test. 60 A 192.0.2.3\n"
							  "edge.test. 60 A 255.255.255.254\n"
							  "edge.test. 60 A 0.0.0.0\n"
							  "ring-a.test. 60 CNAME ring-b.test.\n"
							  "ring-b.test. 60 CNAME ring-a.test.\n"
							  "dangling.test. 60 CNAME nowhere.test.\n"
							  "alias-of-text.test. 60 CNAME text.test.\n"
							  "text.test. 60 TXT \"a\" \"b\"\n"
							  "local.test. 60 CNAME localhost.\n";

static void what_a_name_has_is_what_the_answer_holds(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		uint16_t type;
		const char *answer;
	} cases[] = {
		{"app.test", RRTYPE_A, "found; app.test A 192.0.2.1"},
		{"app.test", RRTYPE_AAAA, "found; app.test AAAA 2001:db8::1"},
		{"two.test", RRTYPE_A, "found; two.test A 192.0.2.2; two.test A 192.0.2.3"},
		{"edge.test", RRTYPE_A, "found; edge.test A 255.255.255.254; edge.test A 0.0.0.0"},
		{"www.test", RRTYPE_A, "found; www.test CNAME app.test; app.test A 192.0.2.1"},
		{"web.test", RRTYPE_A, "found; web.test CNAME www.test; www.test CNAME app.test; app.test A 192.0.2.1"},
		{"www.test", RRTYPE_CNAME, "found; www.test CNAME app.test"},
		{"two.test", RRTYPE_AAAA, "no data"},
		{"nowhere.test", RRTYPE_A, "no name"},
		{"dangling.test", RRTYPE_A, "no name; dangling.test CNAME nowhere.test"},
		{"text.test", RRTYPE_TXT, "found; text.test TXT ..."},
	};
	struct scene scene = scene_of(records, "", "");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		scene_ask(&scene, cases[i].name, cases[i].type);
		assert_string_equal(scene_answer(&scene, 0), cases[i].answer);
	}
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), LENGTH(cases));
	scene_close(&scene);
}

static void a_chain_that_the_server_left_unfinished_is_followed(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* cname-only", "");
	scene_ask_both(&scene, "web.test");
	assert_string_equal(
		scene_answer(&scene, 0), "found; web.test CNAME www.test; www.test CNAME app.test; app.test A 192.0.2.1");
	assert_string_equal(
		scene_answer(&scene, 1), "found; web.test CNAME www.test; www.test CNAME app.test; app.test AAAA 2001:db8::1");
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 6);
	assert_int_equal(fake_count(scene.servers[0], "app.test", RRTYPE_AAAA), 1);
	scene_close(&scene);
}

static void a_followed_chain_ends_as_its_end_does(void **state)
{
	(void)state;
	static const struct {
		const char *name, *rules, *answer;
	} cases[] = {
		{"www.test", "www.test cname-only; app.test nxdomain", "no name; www.test CNAME app.test"},
		{"www.test", "www.test cname-only; app.test nodata", "no data; www.test CNAME app.test"},
		{"www.test", "www.test cname-only; app.test servfail", "try again; www.test CNAME app.test"},
		{"www.test", "www.test cname-only; app.test formerr", "no recovery; www.test CNAME app.test"},
		{"dangling.test", "* cname-only", "no name; dangling.test CNAME nowhere.test"},
		{"alias-of-text.test", "", "unusable; alias-of-text.test CNAME text.test"},  // as glibc takes it
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of(records, cases[i].rules, "");
		scene_ask(&scene, cases[i].name, RRTYPE_A);
		assert_string_equal(scene_answer(&scene, 0), cases[i].answer);
		scene_close(&scene);
	}
}

// A chain from c0 to cN, each link in its own reply.
static void write_chain(char *text, int links)
{
	*text = '\0';
	for (int i = 0; i < links; i++)
		sprintf(text + strlen(text), "c%d.test. 60 CNAME c%d.test.\n", i, i + 1);
	sprintf(text + strlen(text), "c%d.test. 60 A 192.0.2.1\n", links);
}

static void a_chain_is_followed_for_sixteen_questions(void **state)
{
	(void)state;
	static const struct {
		const char *rule;
		int links;
		enum outcome outcome;
	} cases[] = {
		{"", 16, OUTCOME_FOUND},
		{"", 30, OUTCOME_FOUND},  // in one reply
		{"* cname-only", 16, OUTCOME_FOUND},
		{"* cname-only", 17, OUTCOME_UNUSABLE},
		{"* cname-only", 40, OUTCOME_UNUSABLE},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char chain[2048];
		write_chain(chain, cases[i].links);
		struct scene scene = scene_of(chain, cases[i].rule, "");
		assert_int_equal(scene_ask(&scene, "c0.test", RRTYPE_A), cases[i].outcome);
		assert_true(fake_count(scene.servers[0], NULL, 0) <= 17 + 1);
		scene_close(&scene);
	}
}

static void a_circle_ends_without_a_storm(void **state)
{
	(void)state;
	static const struct {
		const char *name, *rules;
		size_t queries_max;
	} cases[] = {
		{"app.test", "* cname-loop", 1},
		{"ring-a.test", "", 1},
		{"ring-a.test", "* cname-only", 2},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of(records, cases[i].rules, "");
		assert_int_equal(scene_ask(&scene, cases[i].name, RRTYPE_A), OUTCOME_UNUSABLE);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), cases[i].queries_max);
		assert_true(scene.milliseconds < 390);
		scene_close(&scene);
	}
}

// A stub resolver does not query the servers named in NS records.
static void a_referral_is_no_answer_and_no_other_server_is_asked(void **state)
{
	(void)state;
	static const char *const rules[] = {"* referral", "* referral no-ra"};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(records, rules[i], "");
		assert_int_not_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
		assert_int_equal(scene.answers[0].record_count, 0);
		assert_int_equal(fake_count(scene.servers[0], "ns.fake", 0), 0);
		scene_close(&scene);
	}
}

static void records_of_unrelated_owners_are_not_the_answer(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* extra-answers", "");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_int_equal(scene_ask(&scene, "two.test", RRTYPE_AAAA), OUTCOME_UNUSABLE);
	scene_close(&scene);
}

static void special_names_are_never_asked_for(void **state)
{
	(void)state;
	static const struct {
		const char *name, *answer;
	} cases[] = {
		{"localhost", "found; localhost A 127.0.0.1"},
		{"a.localhost", "found; a.localhost A 127.0.0.1"},
		{"x.invalid", "no name"},
		{"x.onion", "no name"},
	};
	struct scene scene = scene_of(records, "", "");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		scene_ask(&scene, cases[i].name, RRTYPE_A);
		assert_string_equal(scene_answer(&scene, 0), cases[i].answer);
	}
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
	fake_add_rules(scene.servers[0], "local.test cname-only");
	assert_int_equal(scene_ask(&scene, "local.test", RRTYPE_A), OUTCOME_FOUND);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 1);
	scene_close(&scene);
}

static void a_name_is_sent_to_the_servers_of_its_longest_domain(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		size_t server;
	} cases[] = {
		{"app.test", 0},
		{"corp.test", 1},
		{"a.corp.test", 1},
		{"A.CORP.Test", 1},
		{"lab.corp.test", 2},
		{"x.lab.corp.test", 2},
		{"uncorp.test", 0},
		{"corp.test.org", 0},
	};
	struct scene scene = {0};
	char directives[SCENE_TEXT_SIZE];
	for (int i = 0; i < 3; i++)
		scene_add(&scene, "", "");
	snprintf(directives, sizeof directives,
		"options cache:0\nnameserver %s\nnameserver %s for corp.test\nnameserver %s for lab.corp.test",
		fake_text(scene.servers[0]), fake_text(scene.servers[1]), fake_text(scene.servers[2]));
	scene.resolver = scene_open_resolver(directives);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		scene_ask(&scene, cases[i].name, RRTYPE_A);
		for (size_t j = 0; j < 3; j++) {
			assert_int_equal(fake_count(scene.servers[j], NULL, 0), j == cases[i].server);
			fake_forget(scene.servers[j]);
		}
	}
	scene_close(&scene);
}

// A chain that leads out of a domain is followed at the servers of the other domain only.
static void a_chain_into_another_domain_continues_at_its_servers(void **state)
{
	(void)state;
	struct scene scene = {0};
	char directives[SCENE_TEXT_SIZE];
	scene_add(&scene, "www.test. 60 CNAME db.corp.test.\n", "* cname-only");
	scene_add(&scene, "db.corp.test. 60 A 192.0.2.9\n", "");
	snprintf(directives, sizeof directives, "nameserver %s\nnameserver %s for corp.test", fake_text(scene.servers[0]),
		fake_text(scene.servers[1]));
	scene.resolver = scene_open_resolver(directives);
	scene_ask(&scene, "www.test", RRTYPE_A);
	assert_string_equal(scene_answer(&scene, 0), "found; www.test CNAME db.corp.test; db.corp.test A 192.0.2.9");
	assert_int_equal(fake_count(scene.servers[0], "db.corp.test", 0), 0);
	scene_close(&scene);
}

static void the_words_system_and_none_ask_no_server(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		enum outcome outcome;
		enum answer_source source;
	} cases[] = {
		{"app.test", OUTCOME_FOUND, SOURCE_SERVER},
		{"x.corp", OUTCOME_SYSTEM, SOURCE_SYSTEM},
		{"x.blocked", OUTCOME_NO_NAME, SOURCE_NONE},
		{"localhost", OUTCOME_FOUND, SOURCE_SPECIAL},
	};
	struct scene scene = {0};
	scene_add(&scene, records, "");
	scene_open(&scene, "nameserver system for corp\nnameserver none for blocked");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		assert_int_equal(scene_ask(&scene, cases[i].name, RRTYPE_A), cases[i].outcome);
		assert_int_equal(scene.answers[0].source, cases[i].source);
	}
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 1);
	scene_close(&scene);
}

static void with_no_server_at_all_no_name_exists(void **state)
{
	(void)state;
	struct scene scene = {.resolver = scene_open_resolver("nameserver none")};
	static const uint16_t types[] = {RRTYPE_A, RRTYPE_AAAA, RRTYPE_MX, RRTYPE_ANY};
	for (size_t i = 0; i < LENGTH(types); i++)
		assert_int_equal(scene_ask(&scene, "app.test", types[i]), OUTCOME_NO_NAME);
	scene_close(&scene);
}

static void without_a_cache_every_lookup_is_a_query(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "");
	for (int i = 0; i < 3; i++)
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_AAAA), OUTCOME_FOUND);
	assert_int_equal(fake_count(scene.servers[0], "app.test", RRTYPE_A), 3);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 4);
	scene_close(&scene);
}

// resolv.conf as glibc would read it, seen from above.
static struct resolver *open_with_resolvconf(const char *directives, const char *path)
{
	struct environment environment = environment_of(directives);
	environment.resolvconf_path = path;
	return resolver_of(&environment, NULL);
}

static const char *servers_of(const struct resolver *resolver)
{
	static char text[1024];
	const struct route *plain = &resolver_config(resolver)->routes[0];
	*text = '\0';
	for (size_t i = 0; i < plain->server_count; i++) {
		strcat(text, i ? " " : "");
		address_write_with_port(&plain->servers[i].address, text + strlen(text));
	}
	return text;
}

static void the_servers_come_from_resolv_conf_only_where_none_was_named(void **state)
{
	(void)state;
	static const struct {
		const char *directives, *file, *servers;
	} cases[] = {
		{NULL, "nameserver 127.1.2.3\n", "127.1.2.3:53"},
		{"nameserver 127.0.0.1:5353", "nameserver 127.1.2.3\n", "127.0.0.1:5353"},
		{NULL, "", "127.0.0.1:53"},
		{NULL, NULL, "127.0.0.1:53"},
		{NULL, "nameserver\ndomain\nsearch\nnameserver x\nnameserver ::1", "[::1]:53"},
		{NULL, "nameserver 127.0.0.2\nnameserver 127.0.0.3\n", "127.0.0.2:53 127.0.0.3:53"},
		{"nameserver 127.0.0.4 for corp.test", "nameserver 127.0.0.2\n", "127.0.0.2:53"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const char *path = files_path("resolv.conf");
		unlink(path);
		if (cases[i].file)
			files_write_text(path, cases[i].file);
		const int before = scene_count_descriptors();
		struct resolver *resolver = open_with_resolvconf(cases[i].directives, path);
		assert_int_equal(scene_count_descriptors(), before);
		assert_string_equal(servers_of(resolver), cases[i].servers);
		assert_false(has_changed(resolver_config(resolver)));
		resolver_close(resolver);
	}
}

// The file may have the name at which the chain goes on.
static void a_chain_asks_no_further_source_if_the_hosts_file_cannot_be_read(void **state)
{
	(void)state;
	char directives[256];
	const char *path = files_make("hosts", "192.0.2.7 web.localhost\n");
	snprintf(directives, sizeof(directives), "hosts %s\nrecord www.test CNAME web.localhost", path);
	for (int is_there = 0; is_there <= 1; is_there++) {
		struct scene scene = scene_of("", "", directives);
		if (!is_there)
			unlink(path);
		scene_ask(&scene, "www.test", RRTYPE_A);
		assert_int_equal(scene.answers[0].outcome, is_there ? OUTCOME_FOUND : OUTCOME_ERROR);
		assert_int_equal(scene.answers[0].error, is_there ? 0 : ENOENT);
		scene_close(&scene);
		files_write_text(path, "192.0.2.7 web.localhost\n");
	}
	files_remove(NULL);
}

static void a_wrong_configuration_opens_no_resolver_and_is_an_error(void **state)
{
	(void)state;
	struct config_error error = {.reason = 0};
	const struct environment environment = environment_of("nameserver not-an-address");
	assert_null(resolver_open(&environment, NULL, &error));
	assert_non_null(strstr(error.text, "WITHDNS:1:"));
	resolver_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_name_has_is_what_the_answer_holds),
		cmocka_unit_test(a_chain_that_the_server_left_unfinished_is_followed),
		cmocka_unit_test(a_followed_chain_ends_as_its_end_does),
		cmocka_unit_test(a_chain_is_followed_for_sixteen_questions),
		cmocka_unit_test(a_circle_ends_without_a_storm),
		cmocka_unit_test(a_referral_is_no_answer_and_no_other_server_is_asked),
		cmocka_unit_test(records_of_unrelated_owners_are_not_the_answer),
		cmocka_unit_test(special_names_are_never_asked_for),
		cmocka_unit_test(a_name_is_sent_to_the_servers_of_its_longest_domain),
		cmocka_unit_test(a_chain_into_another_domain_continues_at_its_servers),
		cmocka_unit_test(the_words_system_and_none_ask_no_server),
		cmocka_unit_test(with_no_server_at_all_no_name_exists),
		cmocka_unit_test(without_a_cache_every_lookup_is_a_query),
		cmocka_unit_test(the_servers_come_from_resolv_conf_only_where_none_was_named),
		cmocka_unit_test(a_chain_asks_no_further_source_if_the_hosts_file_cannot_be_read),
		cmocka_unit_test(a_wrong_configuration_opens_no_resolver_and_is_an_error),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
