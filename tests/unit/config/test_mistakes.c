// SPDX-License-Identifier: MIT
#include <string.h>

#include "config/base/words.h"
#include "config/mistakes.h"
#include "tests/unit/unit.h"

// Compares the beginning of the text; NULL: no mistake is expected.
static void assert_mistake(const char *got, const char *expected, const char *word)
{
	if (expected == NULL ? got != NULL : got == NULL || strncmp(got, expected, strlen(expected)) != 0)
		fail_msg("%s: expected %s, got %s", word, expected ? expected : "no mistake", got ? got : "none");
}

static void mistakes_in_domains_are_recognised(void **state)
{
	(void)state;
	static const struct {
		const char *word, *expected;
	} cases[] = {
		{"corp.example", NULL},
		{".", NULL},
		{"_dns.corp.example.", NULL},
		{"corp.example,lan", "domains separated by blanks"},
		{"corp.example,", "domains separated by blanks"},
		{"a\\,b.corp.example", NULL},
		{"192.0.2.1", "a domain, not an address"},
		{"192.0.2.1:53", "a domain, not an address"},
		{"10.0.0.0/8", "a domain, not an address"},
		{"2001:db8::1", "a domain, not an address"},
		{"2001:db8::/32", "a domain, not an address"},
		{"corp.example:53", "a domain without a port"},
		{"corp.example#53", "a domain without a port"},
		{"corp.example/24", "a domain without a slash"},
		{"https://corp.example", "a domain without a slash"},
		{"ha#sh.example", NULL},
		{"corp.example\\:53", NULL},
		{"10.in-addr.arpa", NULL},
		{"0/25.2.0.192.in-addr.arpa", NULL},
		{"0/64.8.b.d.0.1.0.0.2.IP6.ARPA.", NULL},
		{"0/25.2.0.192.in-addr.arpa.test", "a domain without a slash"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_mistake(mistake_in_domain(cases[i].word), cases[i].expected, cases[i].word);
}

static void mistakes_in_servers_are_recognised(void **state)
{
	(void)state;
	assert_mistake(mistake_in_server("192.0.2.1"), NULL, "");
	assert_mistake(mistake_in_server("dns.example"), NULL, "");
	assert_mistake(mistake_in_server("tls://dns.example"), "tls://ADDRESS[:853][#NAME] of at most 255 bytes", "");
	assert_mistake(mistake_in_server("https://dns.example/dns-query"), "https://NAME[:443]/PATH@ADDRESS", "");
	assert_mistake(mistake_in_server("quic://192.0.2.1"), "an address such as 192.0.2.1, tls://", "");
	assert_mistake(mistake_in_server("192.0.2.1,192.0.2.2"), "addresses separated by blanks", "");
}

static void a_record_without_a_type_is_recognised(void **state)
{
	(void)state;
	static const struct {
		const char *line, *expected, *got;
	} cases[] = {
		{"record app.test A 192.0.2.1", NULL, NULL},
		{"record app.test 60 IN A 192.0.2.1", NULL, NULL},
		{"record app.test 192.0.2.1", "a type before the data, such as A ", "192.0.2.1"},
		{"record app.test 60 192.0.2.1", "a type before the data, such as A ", "192.0.2.1"},
		{"record app.test IN 1h30m 2001:db8::1", "a type before the data, such as AAAA ", "2001:db8::1"},
		{"record app.test,b.test A 192.0.2.1", "domains separated by blanks", "app.test,b.test"},
		{"record 1.2.0.192.in-addr.arpa PTR app.test", NULL, NULL},
		{"record 192.0.2.1 PTR app.test", "a domain, not an address", "192.0.2.1"},
		{"record app.test", NULL, NULL},
		{"record", NULL, NULL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct words words;
		const char *got;
		assert_int_equal(words_split(cases[i].line, strlen(cases[i].line), &words), WORDS_OK);
		assert_mistake(mistake_in_record(&words, &got), cases[i].expected, cases[i].line);
		if (cases[i].got != NULL)
			assert_string_equal(got, cases[i].got);
		words_clear(&words);
	}
}

static void a_port_without_brackets_is_suspected(void **state)
{
	(void)state;
	static const char *const ports[] = {"::1:5303", "::1:53", "2001:db8::1:5353", "fe80::1:1053"};
	static const char *const addresses[] = {
		"::1",
		"[::1]:5303",
		"::1#5303",
		"2001:4860:4860::8888",
		"2606:4700:4700::1111",
		"2620:fe::fe:9",
		"2001:db8::a:b",
		"2001:db8:0:0:0:0:1:5353",
		"192.0.2.1:5353",
		"fe80::1%lo",
		"::1:15303",
	};
	for (size_t i = 0; i < LENGTH(ports); i++)
		assert_true(mistake_is_port(ports[i]));
	for (size_t i = 0; i < LENGTH(addresses); i++)
		assert_false(mistake_is_port(addresses[i]));
}

static void a_zone_file_is_distinguished_from_a_hosts_file(void **state)
{
	(void)state;
	static const char *const zones[] = {
		"$TTL 60\n",
		"$ORIGIN test.\n@ SOA a b 1 2 3 4 5\n",
		"app.test. A 192.0.2.1\n",
		"; text\napp.test 60 IN AAAA ::1",
		"@ IN SOA ns admin (\n 1 2 3 4 5 )\n",
	};
	static const char *const hosts[] = {
		"",
		"192.0.2.1 app.test\n",
		"# nothing\n",
		"nonsense\n",
		"192.0.2.1 a\napp.test. A 192.0.2.1\n",
		"a b c\n",
	};
	for (size_t i = 0; i < LENGTH(zones); i++)
		assert_true(mistake_is_zone(zones[i], strlen(zones[i])));
	for (size_t i = 0; i < LENGTH(hosts); i++)
		assert_false(mistake_is_zone(hosts[i], strlen(hosts[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_in_domains_are_recognised),
		cmocka_unit_test(mistakes_in_servers_are_recognised),
		cmocka_unit_test(a_record_without_a_type_is_recognised),
		cmocka_unit_test(a_port_without_brackets_is_suspected),
		cmocka_unit_test(a_zone_file_is_distinguished_from_a_hosts_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
