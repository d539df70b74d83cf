// SPDX-License-Identifier: MIT
// The names that the search list tries, their order, and the outcome of failures.
#include "resolver/search.h"

#include <unistd.h>

#include "tests/unit/files.h"
#include "tests/unit/scene.h"

static const char records[] = "host.one.test. 60 A 192.0.2.1\n"
							  "host.two.test. 60 A 192.0.2.2\n"
							  "a.b. 60 A 192.0.2.3\n"
							  "a.b.one.test. 60 A 192.0.2.4\n"
							  "only.two.test. 60 A 192.0.2.5\n"
							  "top. 60 A 192.0.2.6\n"
							  "top.two.test. 60 TXT \"no address\"\n"
							  "lost.one.test. 60 CNAME nowhere.one.test.\n"
							  "lost.two.test. 60 A 192.0.2.66\n"
							  "text.one.test. 60 CNAME top.two.test.\n"
							  "text.two.test. 60 A 192.0.2.66\n"
							  "lost.one.test.two.test. 60 A 192.0.2.66\n"
							  "text.one.test.two.test. 60 A 192.0.2.66\n";

// The names that a server was asked for, in their order: "host.one.test host".
static const char *names_asked(struct fake *server)
{
	static char text[SCENE_TEXT_SIZE];
	struct fake_query query;
	size_t length = 0;
	*text = '\0';
	for (size_t i = 0; fake_query(server, i, &query) && length < sizeof text - NAME_TEXT_SIZE; i++) {
		text[length] = ' ';
		length += i > 0;
		name_write(&query.name, text + length);
		length += strlen(text + length);
	}
	return text;
}

static enum outcome search(struct scene *scene, const char *name, const uint16_t *types, size_t count)
{
	const struct lookup_context lookup = scene_context(scene);
	struct question questions[2];
	for (size_t i = 0; i < count; i++)
		questions[i] = (struct question){.type = types[i], .class = RRCLASS_IN};
	name_read(name, &questions[0].name);
	scene_clear_answers(scene);
	return search_answer(&(struct search){scene->resolver, &lookup, questions, scene->answers, count}, name);
}

static const uint16_t address_types[] = {RRTYPE_A, RRTYPE_AAAA};

struct search_case {
	const char *directives, *rules, *name;
	enum outcome outcome;
	const char *asked;
};

static void check_cases(const struct search_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct scene scene = scene_of(records, cases[i].rules, cases[i].directives);
		const enum outcome outcome = search(&scene, cases[i].name, address_types, 1);
		if (outcome != cases[i].outcome || strcmp(names_asked(scene.servers[0]), cases[i].asked) != 0)
			fail_msg("case %zu, %s: %s after '%s'", i, cases[i].name, scene_outcome_word(outcome),
				names_asked(scene.servers[0]));
		scene_close(&scene);
	}
}

static void names_are_tried_in_the_order_that_ndots_gives(void **state)
{
	(void)state;
	static const struct search_case cases[] = {
		{"search one.test two.test", "", "host", OUTCOME_FOUND, "host.one.test"},
		{"search two.test one.test", "", "host", OUTCOME_FOUND, "host.two.test"},
		{"search one.test two.test", "", "only", OUTCOME_FOUND, "only.one.test only.two.test"},
		{"search one.test two.test", "", "none", OUTCOME_NO_NAME, "none.one.test none.two.test none"},
		{"search one.test two.test", "", "a.b", OUTCOME_FOUND, "a.b"},
		{"search one.test two.test", "", "x.y", OUTCOME_NO_NAME, "x.y x.y.one.test x.y.two.test"},
		{"search one.test\noptions ndots:2", "", "a.b", OUTCOME_FOUND, "a.b.one.test"},
		{"search one.test\noptions ndots:2", "", "x.y", OUTCOME_NO_NAME, "x.y.one.test x.y"},
		{"search one.test\noptions ndots:0", "", "host", OUTCOME_FOUND, "host host.one.test"},
		{"search one.test", "", "host.one.test.", OUTCOME_FOUND, "host.one.test"},
		{"search one.test", "", "none.", OUTCOME_NO_NAME, "none"},
		{"search one.test", "", "top.", OUTCOME_FOUND, "top"},
		{"search one.test\noptions ndots:5", "", "top.", OUTCOME_FOUND, "top"},
		{"search .", "", "top", OUTCOME_FOUND, "top"},
		{"search one.test .", "", "top", OUTCOME_FOUND, "top.one.test top"},
		{"search one.test .", "", "none", OUTCOME_NO_NAME, "none.one.test none"},
		{"search one.test\noptions no-tld-query", "", "top", OUTCOME_NO_NAME, "top.one.test"},
		{"search one.test\noptions no-tld-query ndots:2", "", "x.y", OUTCOME_NO_NAME, "x.y.one.test x.y"},
		{"domain two.test", "", "only", OUTCOME_FOUND, "only.two.test"},
	};
	check_cases(cases, LENGTH(cases));
}

// glibc's res_search: the result is the failure of the name as it is, if it was tried first, else NO_DATA if there was
// any, else TRY_AGAIN after a SERVFAIL, else the last one.
static void one_of_several_failures_is_returned(void **state)
{
	(void)state;
	static const char list[] = "search one.test two.test\noptions attempts:1";
	static const struct search_case cases[] = {
		{list, "", "top", OUTCOME_FOUND, "top.one.test top.two.test top"},
		{list, "*.two.test nodata", "x", OUTCOME_NO_DATA, "x.one.test x.two.test x"},
		{list, "*.one.test nodata", "x", OUTCOME_NO_DATA, "x.one.test x.two.test x"},
		{list, "*.one.test servfail", "x", OUTCOME_TRY_AGAIN, "x.one.test x.two.test x"},
		{list, "*.one.test servfail", "host", OUTCOME_FOUND, "host.one.test host.two.test"},
		{list, "*.one.test servfail; *.two.test nodata", "x", OUTCOME_NO_DATA, "x.one.test x.two.test x"},
		{list, "*.one.test refused", "x", OUTCOME_NO_NAME, "x.one.test x"},
		{list, "*.one.test refused; x servfail", "x", OUTCOME_TRY_AGAIN, "x.one.test x"},
		{list, "*.one.test formerr", "top", OUTCOME_FOUND, "top.one.test top"},
		{list, "x.y nodata", "x.y", OUTCOME_NO_DATA, "x.y x.y.one.test x.y.two.test"},
		{list, "x.y servfail", "x.y", OUTCOME_TRY_AGAIN, "x.y x.y.one.test x.y.two.test"},
		{list, "x.y formerr", "x.y", OUTCOME_NO_RECOVERY, "x.y x.y.one.test x.y.two.test"},
		{list, "*.x.y nodata; *.one.test nodata", "x.y", OUTCOME_NO_NAME, "x.y x.y.one.test x.y.two.test"},
	};
	// formerr and refused with EDNS are asked once more without: these servers do not support EDNS.
	for (size_t i = 0; i < LENGTH(cases); i++) {
		if (!strstr(cases[i].rules, "formerr") && !strstr(cases[i].rules, "refused")) {
			check_cases(&cases[i], 1);
			continue;
		}
		struct scene scene = scene_of(records, "seed edns formerr", cases[i].directives);
		search(&scene, "seed.", address_types, 1);
		fake_forget(scene.servers[0]);
		fake_add_rules(scene.servers[0], cases[i].rules);
		assert_int_equal(search(&scene, cases[i].name, address_types, 1), cases[i].outcome);
		assert_string_equal(names_asked(scene.servers[0]), cases[i].asked);
		scene_close(&scene);
	}
}

// An alias ends the search: a host of the same name in another domain is a different one. glibc continues.
static void an_alias_without_its_target_ends_the_search(void **state)
{
	(void)state;
	static const char list[] = "search one.test two.test\noptions attempts:1";
	static const char dots[] = "search two.test\noptions attempts:1 ndots:5";
	static const char kept[] = "search one.test two.test\noptions attempts:1 cache:9";
	static const struct search_case cases[] = {
		{list, "", "lost", OUTCOME_NO_NAME, "lost.one.test"},
		{list, "", "text", OUTCOME_UNUSABLE, "text.one.test"},
		{list, "lost.one.test cname-servfail", "lost", OUTCOME_TRY_AGAIN, "lost.one.test"},
		{list, "", "lost.one.test", OUTCOME_NO_NAME, "lost.one.test"},
		{list, "lost.one.test cname-servfail", "lost.one.test", OUTCOME_TRY_AGAIN, "lost.one.test"},
		{dots, "", "lost.one.test", OUTCOME_FOUND, "lost.one.test.two.test"},
		{dots, "lost.one.test.two.test nxdomain", "lost.one.test", OUTCOME_NO_NAME,
			"lost.one.test.two.test lost.one.test"},
		{kept, "", "lost", OUTCOME_NO_NAME, "lost.one.test"},
	};
	check_cases(cases, LENGTH(cases));
	struct scene scene = scene_of(records, "", kept);
	for (int i = 0; i < 2; i++)
		assert_int_equal(search(&scene, "lost", address_types, 2), OUTCOME_NO_NAME);
	assert_string_equal(names_asked(scene.servers[0]), "lost.one.test lost.one.test");
	scene_close(&scene);
}

static void a_refusing_machine_ends_the_search(void **state)
{
	(void)state;
	// Were the name tried as it is after that, it would not exist.
	struct scene scene = scene_of(records, "* udp-refuse", "search one.test two.test\nnameserver none for host");
	const int64_t start = clock_now();
	assert_int_equal(search(&scene, "host", address_types, 2), OUTCOME_TRY_AGAIN);
	assert_true(clock_now() - start < 300000);
	scene_close(&scene);
}

static void one_deadline_applies_to_all_names(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* drop", "search one.test two.test three.test\noptions timeout-ms:500");
	const int64_t start = clock_now();
	assert_int_equal(search(&scene, "a.b", address_types, 2), OUTCOME_TRY_AGAIN);
	assert_in_range((clock_now() - start) / 1000, 500, 1000);
	scene_close(&scene);
}

static void either_type_found_ends_the_search(void **state)
{
	(void)state;
	static const char zone[] = "v4.one.test. A 192.0.2.1\nv6.one.test. AAAA 2001:db8::1\nv6.two.test. A 192.0.2.2\n";
	struct scene scene = scene_of(zone, "", "search one.test two.test");
	assert_int_equal(search(&scene, "v4", address_types, 2), OUTCOME_FOUND);
	assert_string_equal(scene_answer(&scene, 0), "found; v4.one.test A 192.0.2.1");
	assert_string_equal(scene_answer(&scene, 1), "no data");
	assert_int_equal(search(&scene, "v6", address_types, 2), OUTCOME_FOUND);
	assert_string_equal(scene_answer(&scene, 0), "no data");
	assert_string_equal(scene_answer(&scene, 1), "found; v6.one.test AAAA 2001:db8::1");
	scene_close(&scene);
}

// The combined outcome, by the outcomes of A and AAAA.
static void the_outcome_of_a_pair_is_that_of_glibc(void **state)
{
	(void)state;
	static const struct {
		const char *a, *aaaa;
		enum outcome outcome;
	} cases[] = {
		{"nodata", "nodata", OUTCOME_NO_DATA},
		{"nxdomain", "nxdomain", OUTCOME_NO_NAME},
		{"servfail", "servfail", OUTCOME_TRY_AGAIN},
		{"refused", "refused", OUTCOME_TRY_AGAIN},
		{"notimp", "notimp", OUTCOME_TRY_AGAIN},
		{"lame", "lame", OUTCOME_TRY_AGAIN},
		{"rcode=6", "rcode=6", OUTCOME_NO_RECOVERY},
		{"formerr", "formerr", OUTCOME_NO_RECOVERY},
		{"nodata", "servfail", OUTCOME_NO_DATA},
		{"servfail", "nodata", OUTCOME_NO_DATA},
		{"nxdomain", "servfail", OUTCOME_NO_NAME},
		{"servfail", "nxdomain", OUTCOME_NO_NAME},
		{"nxdomain", "nodata", OUTCOME_NO_NAME},
		{"aa", "servfail", OUTCOME_FOUND},
		{"aa", "nxdomain", OUTCOME_FOUND},
		{"aa", "formerr", OUTCOME_FOUND},
		{"aa", "lame", OUTCOME_FOUND},
		{"servfail", "aa", OUTCOME_FOUND},
		{"nxdomain", "aa", OUTCOME_FOUND},
		{"formerr", "aa", OUTCOME_FOUND},
		{"lame", "aa", OUTCOME_FOUND},
		{"nodata", "aa", OUTCOME_FOUND},
		{"drop", "aa", OUTCOME_FOUND},
		{"drop", "nodata", OUTCOME_TRY_AGAIN},
		{"drop", "nxdomain", OUTCOME_TRY_AGAIN},
		{"nodata", "drop", OUTCOME_NO_DATA},
		{"nxdomain", "drop", OUTCOME_NO_NAME},
		{"cname-loop", "cname-loop", OUTCOME_UNUSABLE},
		{"other-type", "other-type", OUTCOME_UNUSABLE},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char rules[128];
		snprintf(rules, sizeof rules, "*/A %s; */AAAA %s", cases[i].a, cases[i].aaaa);
		struct scene scene = scene_of("app.test. A 192.0.2.1\napp.test. AAAA 2001:db8::1\n", rules, "");
		const enum outcome outcome = search(&scene, "app.test", address_types, 2);
		if (outcome != cases[i].outcome)
			fail_msg("%s: %s", rules, scene_outcome_word(outcome));
		scene_close(&scene);
	}
}

static void what_is_no_name_is_never_asked_for(void **state)
{
	(void)state;
	char long_label[70], long_name[300];
	memset(long_label, 'a', sizeof long_label);
	long_label[64] = '\0';
	for (size_t i = 0; i < sizeof long_name; i++)
		long_name[i] = i % 50 == 49 ? '.' : 'b';
	long_name[256] = '\0';
	const char *const names[] = {"a..b", ".a", "a..", "..", long_label, long_name};
	struct scene scene = scene_of(records, "", "");
	for (size_t i = 0; i < LENGTH(names); i++)
		assert_int_equal(search(&scene, names[i], address_types, 2), OUTCOME_NO_NAME);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
	scene_close(&scene);
}

static void special_names_are_not_searched_for(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "search one.test two.test");
	assert_int_equal(search(&scene, "localhost", address_types, 2), OUTCOME_FOUND);
	assert_int_equal(search(&scene, "x.onion", address_types, 2), OUTCOME_NO_NAME);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
	scene_close(&scene);
}

static void hostaliases_replace_short_names(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "search one.test");
	setenv("HOSTALIASES", files_make("aliases", "web host.two.test\nother   a.b\n"), 1);
	assert_int_equal(search(&scene, "WEB", address_types, 1), OUTCOME_FOUND);
	assert_int_equal(search(&scene, "host", address_types, 1), OUTCOME_FOUND);
	assert_string_equal(names_asked(scene.servers[0]), "host.two.test host.one.test");
	unsetenv("HOSTALIASES");
	scene_close(&scene);
}

static void the_first_line_with_the_alias_counts(void **state)
{
	(void)state;
	static const struct {
		const char *name, *asked;
	} cases[] = {
		{"web", "www.test"},
		{"WEB", "www.test"},
		{"tabbed", "t.test"},
		{"lonely", "lonely.one.test"},
		{"we", "we.one.test"},
		{"a.web", "a.web"},
		{"last", "l.test"},
	};
	const char *path = files_make(
		"aliases", "lonely\n\nweb www.test more\nweb other.test\na.web b.test\n\ttabbed\tt.test\r\nlast l.test");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of("", "", "search one.test\noptions no-tld-query");
		setenv("HOSTALIASES", path, 1);
		search(&scene, cases[i].name, address_types, 1);
		unsetenv("HOSTALIASES");
		const size_t length = strlen(cases[i].asked);
		print_message("%s\n", cases[i].name);
		assert_memory_equal(names_asked(scene.servers[0]), cases[i].asked, length);
		scene_close(&scene);
	}
}

static void without_a_file_of_aliases_a_name_is_searched_for_as_it_is(void **state)
{
	(void)state;
	const char *const paths[] = {files_path("none"), NULL};
	for (size_t i = 0; i < LENGTH(paths); i++) {
		struct scene scene = scene_of(records, "", "search one.test");
		if (paths[i])
			setenv("HOSTALIASES", paths[i], 1);
		assert_int_equal(search(&scene, "host", address_types, 1), OUTCOME_FOUND);
		assert_string_equal(names_asked(scene.servers[0]), "host.one.test");
		unsetenv("HOSTALIASES");
		scene_close(&scene);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_tried_in_the_order_that_ndots_gives),
		cmocka_unit_test(one_of_several_failures_is_returned),
		cmocka_unit_test(an_alias_without_its_target_ends_the_search),
		cmocka_unit_test(a_refusing_machine_ends_the_search),
		cmocka_unit_test(one_deadline_applies_to_all_names),
		cmocka_unit_test(either_type_found_ends_the_search),
		cmocka_unit_test(the_outcome_of_a_pair_is_that_of_glibc),
		cmocka_unit_test(what_is_no_name_is_never_asked_for),
		cmocka_unit_test(special_names_are_not_searched_for),
		cmocka_unit_test(hostaliases_replace_short_names),
		cmocka_unit_test(the_first_line_with_the_alias_counts),
		cmocka_unit_test(without_a_file_of_aliases_a_name_is_searched_for_as_it_is),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
