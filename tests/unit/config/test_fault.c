// SPDX-License-Identifier: MIT
#include <string.h>

#include "config/base/rrtype.h"
#include "config/base/words.h"
#include "config/fault.h"
#include "config/fault_text.h"
#include "tests/unit/unit.h"

static bool read_line(const char *line, struct fault *fault, const char **wrong, char *got, size_t size)
{
	struct words words;
	static struct fault_mistake mistake;
	assert_int_equal(words_split(line, strlen(line), &words), WORDS_OK);
	const bool is_read = fault_text_read(&words, fault, &mistake);
	*wrong = mistake.expected;
	if (!is_read)
		strncpy(got, mistake.got != NULL ? mistake.got : "nothing", size - 1);
	words_clear(&words);
	return is_read;
}

static struct fault fault_of(const char *line)
{
	struct fault fault;
	const char *wrong = NULL;
	char got[100] = "";
	if (!read_line(line, &fault, &wrong, got, sizeof got))
		fail_msg("%s: expected %s, got %s", line, wrong, got);
	return fault;
}

static bool is_for(const char *line, const char *name_text, uint16_t type)
{
	const struct fault fault = fault_of(line);
	struct name name;
	assert_true(name_read(name_text, &name));
	return fault_matches(&fault, &name, type);
}

static void every_action_is_read_and_written(void **state)
{
	(void)state;
	static const struct {
		const char *line, *text;
	} cases[] = {
		{"fault app.test nxdomain", "nxdomain"},
		{"fault app.test nodata", "nodata"},
		{"fault app.test servfail 30%", "servfail 30%"},
		{"fault app.test first=2 30% refused", "refused 30% first=2"},
		{"fault app.test formerr", "formerr"},
		{"fault app.test notimp 5%", "notimp 5%"},
		{"fault app.test reply=garbage", "reply=garbage"},
		{"fault app.test reply=empty delay=5", "reply=empty delay=5"},
		{"fault app.test first=1 reply=wrong-id", "reply=wrong-id first=1"},
		{"fault app.test timeout 100%", "timeout"},
		{"fault app.test after=3 refused first=2 from=2s..5s", "refused first=2 after=3 from=2s..5s"},
		{"fault app.test refused from=0s..1500ms", "refused from=0s..1500ms"},
		{"fault app.test refused from=2000ms", "refused from=2s"},
		{"fault app.test delay=0", "delay=0"},
		{"fault app.test delay=200", "delay=200"},
		{"fault app.test delay=200..800", "delay=200..800"},
		{"fault app.test delay=0..800 servfail", "servfail delay=0..800"},
		{"fault app.test truncate", "truncate"},
		{"fault app.test drop", "drop"},
		{"fault app.test ttl=0", "ttl=0"},
		{"fault app.test answer=192.0.2.1", "answer=192.0.2.1"},
		{"fault app.test answer=192.0.2.1 192.0.2.2 2001:db8::1 50%", "answer=192.0.2.1 192.0.2.2 2001:db8::1 50%"},
		{"fault app.test answer=192.0.2.9/24 2001:db8::/64 192.0.2.1/32",
			"answer=192.0.2.9/24 2001:db8::/64 192.0.2.1"},
		{"fault app.test servfail by=curl", "servfail by=curl"},
		{"fault app.test by=a-program-of-a-long-name first=2 servfail 5%", "servfail 5% first=2 by=a-program-of-a-"},
		{"fault app.test @192.0.2.53 servfail", "servfail @192.0.2.53:53"},
		{"fault app.test timeout @[2001:db8::1]:5353 by=curl", "timeout by=curl @[2001:db8::1]:5353"},
		{"fault app.test timeout @unix:/run/dns.sock", "timeout @unix:/run/dns.sock"},
		{"fault app.test answer=192.0.2.1,2001:db8::1 shuffle", "answer=192.0.2.1 2001:db8::1 shuffle"},
		{"fault app.test shuffle limit=3 ttl=5", "ttl=5 shuffle limit=3"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char text[FAULT_TEXT_SIZE];
		const struct fault fault = fault_of(cases[i].line);
		assert_string_equal(fault_text_write(&fault, text), cases[i].text);
	}
}

static void a_pattern_is_a_name_all_below_one_or_all(void **state)
{
	(void)state;
	assert_true(is_for("fault app.test nodata", "APP.test", RRTYPE_A));
	assert_false(is_for("fault app.test nodata", "www.app.test", RRTYPE_A));
	assert_true(is_for("fault *.db.test nodata", "a.b.db.test", RRTYPE_A));
	assert_false(is_for("fault *.db.test nodata", "db.test", RRTYPE_A));
	assert_false(is_for("fault *.db.test nodata", "xdb.test", RRTYPE_A));
	assert_true(is_for("fault * nodata", "test", RRTYPE_MX));
	assert_true(is_for("fault */AAAA nodata", "test", RRTYPE_AAAA));
	assert_false(is_for("fault */aaaa nodata", "test", RRTYPE_A));
	assert_true(is_for("fault */TYPE65 nodata", "test", 65));
}

static void given_addresses_answer_questions_for_addresses(void **state)
{
	(void)state;
	assert_true(is_for("fault * answer=192.0.2.1", "app.test", RRTYPE_A));
	assert_true(is_for("fault * answer=192.0.2.1", "app.test", RRTYPE_AAAA));
	assert_false(is_for("fault * answer=192.0.2.1", "app.test", RRTYPE_MX));
}

static void each_error_names_the_expected_and_the_wrong_word(void **state)
{
	(void)state;
	static const struct {
		const char *line, *wrong, *got;
	} cases[] = {
		{"fault", "a pattern and an action, such as *.example servfail", "nothing"},
		{"fault app.test", "an action such as servfail", "nothing"},
		{"fault app.test 30%", "an action such as servfail", "nothing"},
		{"fault a..b servfail", "a name, *.DOMAIN or *", "a..b"},
		{"fault a.*.b servfail", "a name, *.DOMAIN or *", "a.*.b"},
		{"fault *a servfail", "a name, *.DOMAIN or *", "*a"},
		{"fault app.test/NONE servfail", "a type such as A", "app.test/NONE"},
		{"fault app.test/ servfail", "a type such as A", "app.test/"},
		{"fault app.test servfial",
			"nxdomain, nodata, servfail, refused, formerr, notimp, reply=garbage|empty|wrong-id, timeout, delay=MS",
			"servfial"},
		{"fault app.test servfial", "SHARE%, first=N, after=N, from=TIME, by=PROGRAM or @SERVER", "servfial"},
		{"fault app.test reply=", "reply=garbage|empty|wrong-id", "reply="},
		{"fault app.test reply=Garbage", "reply=garbage|empty|wrong-id", "reply=Garbage"},
		{"fault app.test reply=empty,garbage", "reply=garbage|empty|wrong-id", "reply=empty,garbage"},
		{"fault app.test answer=192.0.2.0/33", "answer=ADDRESS[/BITS]...", "answer=192.0.2.0/33"},
		{"fault app.test answer=192.0.2.0/", "answer=ADDRESS[/BITS]...", "answer=192.0.2.0/"},
		{"fault app.test servfail by=", "one by=PROGRAM, the name of a program without its directory", "by="},
		{"fault app.test servfail by=/bin/curl", "one by=PROGRAM, the name of a program", "by=/bin/curl"},
		{"fault app.test servfail by=a by=b", "one by=PROGRAM", "by=b"},
		{"fault app.test servfail @", "one @SERVER, such as @192.0.2.53", "@"},
		{"fault app.test servfail @dns.example", "one @SERVER, such as @192.0.2.53", "@dns.example"},
		{"fault app.test servfail @192.0.2.1 @192.0.2.2", "one @SERVER, such as @192.0.2.53", "@192.0.2.2"},
		{"fault app.test ttl=5 @192.0.2.1", "no ttl, shuffle or limit beside @SERVER", "@192.0.2.1"},
		{"fault app.test 192.0.2.1", "nxdomain, nodata", "192.0.2.1"},
		{"fault app.test answer=192.0.2.1 shuffle 192.0.2.2", "nxdomain, nodata", "192.0.2.2"},
		{"fault app.test delay", "nxdomain, nodata", "delay"},
		{"fault app.test delay=", "delay=MS or delay=MS..MS", "delay="},
		{"fault app.test delay=-1", "delay=MS or delay=MS..MS", "delay=-1"},
		{"fault app.test delay=1s", "delay=MS or delay=MS..MS", "delay=1s"},
		{"fault app.test delay=800..200", "delay=MS or delay=MS..MS", "delay=800..200"},
		{"fault app.test delay=600001", "600000 milliseconds", "delay=600001"},
		{"fault app.test ttl=-1", "ttl=N", "ttl=-1"},
		{"fault app.test ttl=2147483648", "ttl=N", "ttl=2147483648"},
		{"fault app.test limit=0", "limit=N, 1 address or more", "limit=0"},
		{"fault app.test answer=www", "answer=ADDRESS[/BITS]..., an address of a network of BITS", "answer=www"},
		{"fault app.test answer=", "answer=ADDRESS[/BITS]...", "answer="},
		{"fault app.test answer=1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.9", "8 addresses",
			"1.1.1.9"},
		{"fault app.test servfail 0%", "one SHARE%, 1% to 100%", "0%"},
		{"fault app.test servfail 101%", "one SHARE%", "101%"},
		{"fault app.test servfail 10% 20%", "one SHARE%", "20%"},
		{"fault app.test servfail first=0", "one first=N", "first=0"},
		{"fault app.test servfail first=1 first=2", "one first=N", "first=2"},
		{"fault app.test servfail after=0", "one after=N", "after=0"},
		{"fault app.test servfail after=1 after=1", "one after=N", "after=1"},
		{"fault app.test servfail from=2", "one from=TIME or from=TIME..TIME, in s or ms such as 2s..5s", "from=2"},
		{"fault app.test servfail from=0s", "one from=TIME", "from=0s"},
		{"fault app.test servfail from=ms", "one from=TIME", "from=ms"},
		{"fault app.test servfail from=5s..2s", "one from=TIME", "from=5s..2s"},
		{"fault app.test servfail from=2s..", "one from=TIME", "from=2s.."},
		{"fault app.test servfail from=86401s", "a day at most", "from=86401s"},
		{"fault app.test servfail from=1s from=2s", "one from=TIME", "from=2s"},
		{"fault app.test nxdomain servfail",
			"one of nxdomain, nodata, servfail, refused, formerr, notimp, reply, timeout and answer", "servfail"},
		{"fault app.test answer=192.0.2.1 nodata", "one of nxdomain", "nodata"},
		{"fault app.test drop drop", "each action once", "drop"},
		{"fault app.test limit=1 servfail",
			"no ttl, shuffle or limit beside nxdomain, nodata, servfail, refused, formerr, notimp, reply or timeout",
			"servfail"},
		{"fault app.test truncate reply=empty", "no truncate beside reply", "reply=empty"},
		{"fault app.test timeout delay=5", "no delay, truncate or drop beside timeout", "delay=5"},
		{"fault app.test drop truncate", "one of truncate and drop", "truncate"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct fault fault;
		const char *wrong = NULL;
		char got[100] = "";
		if (read_line(cases[i].line, &fault, &wrong, got, sizeof got))
			fail_msg("%s was accepted", cases[i].line);
		if (strstr(wrong, cases[i].wrong) == NULL || strcmp(got, cases[i].got) != 0)
			fail_msg("%s: expected %s, got %s", cases[i].line, wrong, got);
	}
}

static const char *text_of(const char *line, char *text)
{
	const struct fault fault = fault_of(line);
	fault_text_write_pattern(&fault, text);
	fault_text_write(&fault, text + strlen(text));
	return text;
}

// By their texts the lookups are counted.
static void faults_differ_in_their_texts_by_all_that_they_say(void **state)
{
	(void)state;
	static const char *const lines[] = {
		"fault a.test servfail",
		"fault *.a.test servfail",
		"fault a.test/A servfail",
		"fault a.test servfail 5%",
		"fault a.test servfail first=5",
		"fault a.test servfail after=5",
		"fault a.test servfail from=5s",
		"fault a.test servfail from=5s..6s",
		"fault a.test delay=5",
		"fault a.test delay=1..5",
		"fault a.test ttl=5",
		"fault a.test limit=5",
		"fault a.test answer=192.0.2.1",
		"fault a.test answer=192.0.2.2",
		"fault a.test answer=192.0.2.2/24",
		"fault a.test answer=192.0.2.2/25",
		"fault a.test reply=empty",
		"fault a.test reply=garbage",
		"fault a.test servfail by=curl",
		"fault a.test servfail by=wget",
		"fault a.test servfail @192.0.2.1",
		"fault a.test servfail @192.0.2.1:5353",
	};
	for (size_t i = 0; i < LENGTH(lines); i++) {
		for (size_t j = 0; j < LENGTH(lines); j++) {
			char one[FAULT_PATTERN_SIZE + FAULT_TEXT_SIZE], other[sizeof one];
			assert_int_equal(strcmp(text_of(lines[i], one), text_of(lines[j], other)) == 0, i == j);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_action_is_read_and_written),
		cmocka_unit_test(a_pattern_is_a_name_all_below_one_or_all),
		cmocka_unit_test(given_addresses_answer_questions_for_addresses),
		cmocka_unit_test(each_error_names_the_expected_and_the_wrong_word),
		cmocka_unit_test(faults_differ_in_their_texts_by_all_that_they_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
