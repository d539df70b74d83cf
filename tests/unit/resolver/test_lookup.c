// SPDX-License-Identifier: MIT
// Lookups of hosts: the hosts file first, then the DNS.
#include "resolver/lookup.h"

#include <errno.h>
#include <unistd.h>

#include "tests/unit/files.h"
#include "tests/unit/scene.h"

static const char records[] =
	"app.test. A 192.0.2.1\n"
	"app.test. A 192.0.2.2\n"
	"app.test. AAAA 2001:db8::1\n"
	"v4.test. A 192.0.2.4\n"
	"v6.test. AAAA 2001:db8::6\n"
	"www.test. CNAME web.test.\n"
	"web.test. CNAME app.test.\n"
	"odd.test. CNAME bad\\036name.test.\n"
	"bad\\036name.test. A 192.0.2.9\n"
	"_service.test. A 192.0.2.10\n"
	"MiXed.test. A 192.0.2.11\n"
	"double.test. A 192.0.2.12\n"
	"double.test. A 192.0.2.12\n"
	"mail.test. MX 10 app.test.\n"
	"1.2.0.192.in-addr.arpa. PTR app.test.\n"
	"2.2.0.192.in-addr.arpa. CNAME alias.in-addr.arpa.\n"
	"alias.in-addr.arpa. PTR www.test.\n"
	"3.2.0.192.in-addr.arpa. PTR bad\\036name.test.\n"
	"4.2.0.192.in-addr.arpa. PTR -dash.test.\n"
	"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR six.test.\n";

static const char hosts_content[] = "# the first line that has a name counts first\n"
									"198.51.100.1 app.test App-Alias short\n"
									"198.51.100.2 local.test\n"
									"2001:db8::77 local.test\n"
									"nonsense app.test\n"
									"198.51.100.3 mail.test";

static const char *hosts_path;

static int write_hosts(void **state)
{
	(void)state;
	hosts_path = files_make("hosts", hosts_content);
	return 0;
}

// "name: address address; alias alias"
static const char *host_text(const struct host *host)
{
	static char text[SCENE_TEXT_SIZE];
	int length = snprintf(text, sizeof text, "%s:", host->name ? host->name : "");
	for (size_t i = 0; i < host->address_count; i++) {
		char address[ADDRESS_TEXT_SIZE];
		address_write(&host->addresses[i], address);
		length += snprintf(text + length, sizeof text - (size_t)length, " %s", address);
	}
	for (size_t i = 0; i < host->alias_count; i++)
		length += snprintf(text + length, sizeof text - (size_t)length, "%s %s", i ? "" : ";", host->aliases[i]);
	return text;
}

// Looks up and writes the outcome, or what was found.
static const char *look_up(struct scene *scene, const char *name, sa_family_t family, unsigned flags)
{
	const struct lookup_context lookup = scene_context(scene);
	struct host host = {0};
	const enum outcome outcome =
		lookup_host(scene->resolver, &lookup, &(struct lookup_request){name, family, flags}, &host);
	const char *text = outcome == OUTCOME_FOUND ? host_text(&host) : scene_outcome_word(outcome);
	host_clear(&host);
	return text;
}

static struct scene scene_with_hosts(const char *rules)
{
	char directives[128];
	snprintf(directives, sizeof directives, "hosts %s", hosts_path);
	return scene_of(records, rules, directives);
}

static void a_name_gives_its_addresses_and_its_names(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		sa_family_t family;
		const char *host;
	} cases[] = {
		{"app.test", AF_UNSPEC, "app.test: 192.0.2.1 192.0.2.2 2001:db8::1"},
		{"app.test", AF_INET, "app.test: 192.0.2.1 192.0.2.2"},
		{"app.test", AF_INET6, "app.test: 2001:db8::1"},
		{"app.test.", AF_INET6, "app.test: 2001:db8::1"},
		{"v4.test", AF_UNSPEC, "v4.test: 192.0.2.4"},
		{"v4.test", AF_INET6, "no data"},
		{"v6.test", AF_UNSPEC, "v6.test: 2001:db8::6"},
		{"v6.test", AF_INET, "no data"},
		{"none.test", AF_UNSPEC, "no name"},
		{"mail.test", AF_UNSPEC, "no data"},
		{"www.test", AF_INET6, "app.test: 2001:db8::1; www.test web.test"},
		{"www.test", AF_UNSPEC, "app.test: 192.0.2.1 192.0.2.2 2001:db8::1; www.test web.test"},
		{"odd.test", AF_INET, "odd.test: 192.0.2.9"},
		{"_service.test", AF_INET, "_service.test: 192.0.2.10"},
		{"mixed.TEST", AF_INET, "mixed.TEST: 192.0.2.11"},
		{"double.test", AF_INET, "double.test: 192.0.2.12 192.0.2.12"},
		{"localhost", AF_INET, "localhost: 127.0.0.1"},
		{"localhost", AF_INET6, "localhost: ::1"},
	};
	struct scene scene = scene_of(records, "", "hosts none");
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_string_equal(look_up(&scene, cases[i].name, cases[i].family, 0), cases[i].host);
	assert_int_equal(fake_count(scene.servers[0], NULL, RRTYPE_ANY), 0);
	scene_close(&scene);
}

static void names_that_are_not_wanted_are_left_out(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "", "hosts none");
	assert_string_equal(look_up(&scene, "www.test", AF_UNSPEC, LOOKUP_NO_NAMES), ": 192.0.2.1 192.0.2.2 2001:db8::1");
	assert_string_equal(look_up(&scene, "v4.test", AF_INET6, LOOKUP_MAPPED | LOOKUP_NO_NAMES), ": ::ffff:192.0.2.4");
	assert_string_equal(look_up(&scene, "v4.test", AF_INET6, LOOKUP_MAPPED), "v4.test: ::ffff:192.0.2.4");
	scene_close(&scene);
}

static void each_family_sends_its_own_query_only(void **state)
{
	(void)state;
	static const struct {
		sa_family_t family;
		size_t a, aaaa;
	} cases[] = {
		{AF_INET, 1, 0},
		{AF_INET6, 0, 1},
		{AF_UNSPEC, 1, 1},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of(records, "", "hosts none");
		look_up(&scene, "app.test", cases[i].family, 0);
		assert_int_equal(fake_count(scene.servers[0], "app.test", RRTYPE_A), cases[i].a);
		assert_int_equal(fake_count(scene.servers[0], "app.test", RRTYPE_AAAA), cases[i].aaaa);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), cases[i].a + cases[i].aaaa);
		scene_close(&scene);
	}
}

static void the_hosts_file_comes_before_the_servers(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		sa_family_t family;
		const char *host;
		size_t queries;
	} cases[] = {
		{"app.test", AF_INET, "app.test: 198.51.100.1; App-Alias short", 0},
		{"APP.Test", AF_UNSPEC, "app.test: 198.51.100.1; App-Alias short", 0},
		{"app-alias", AF_INET, "app.test: 198.51.100.1; App-Alias short", 0},
		{"app.test", AF_INET6, "app.test: 2001:db8::1", 1},
		{"local.test", AF_INET, "local.test: 198.51.100.2", 0},
		{"local.test", AF_INET6, "local.test: 2001:db8::77", 0},
		{"local.test", AF_UNSPEC, "local.test: 198.51.100.2 2001:db8::77", 0},
		{"mail.test", AF_INET, "mail.test: 198.51.100.3", 0},
		{"v4.test", AF_INET, "v4.test: 192.0.2.4", 1},
	};
	struct scene scene = scene_with_hosts("");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		assert_string_equal(look_up(&scene, cases[i].name, cases[i].family, 0), cases[i].host);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), cases[i].queries);
		fake_forget(scene.servers[0]);
	}
	assert_int_equal(scene_ask(&scene, "mail.test", RRTYPE_MX), OUTCOME_FOUND);
	scene_close(&scene);
}

static void what_cannot_be_a_host_name_is_never_asked_for(void **state)
{
	(void)state;
	static const char *const names[] = {
		"",
		".bad",
		"a..b",
		"-dash.test",
		"a b.test",
		"do$lar.test",
		"b\303\274cher.test",
		"new\nline.test",
		"sl/ash",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test",
	};
	struct scene scene = scene_of(records, "", "hosts none\nsearch one.test two.test");
	for (size_t i = 0; i < LENGTH(names); i++) {
		const char *text = look_up(&scene, names[i], AF_UNSPEC, 0);
		if (strcmp(text, "no name") != 0 && strcmp(text, "no recovery") != 0)
			fail_msg("'%s': %s", names[i], text);
	}
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
	scene_close(&scene);
}

static void mapped_addresses_replace_missing_ones(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		unsigned flags;
		const char *host;
	} cases[] = {
		{"app.test", LOOKUP_MAPPED, "app.test: 2001:db8::1"},
		{"v4.test", LOOKUP_MAPPED, "v4.test: ::ffff:192.0.2.4"},
		{"none.test", LOOKUP_MAPPED, "no name"},
		{"mail.test", LOOKUP_MAPPED, "no data"},
		{"v6.test", LOOKUP_MAPPED | LOOKUP_ALL, "v6.test: 2001:db8::6"},
		{"v4.test", LOOKUP_MAPPED | LOOKUP_ALL, "v4.test: ::ffff:192.0.2.4"},
		{"app.test", LOOKUP_MAPPED | LOOKUP_ALL, "app.test: 2001:db8::1 ::ffff:192.0.2.1 ::ffff:192.0.2.2"},
	};
	struct scene scene = scene_of(records, "", "hosts none");
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_string_equal(look_up(&scene, cases[i].name, AF_INET6, cases[i].flags), cases[i].host);
	scene_close(&scene);
}

static void a_failure_names_each_server_with_its_reply(void **state)
{
	(void)state;
	static const struct {
		const char *rules;
		enum outcome outcome;
		enum answer_source source;
		unsigned rcode;
		int error;
	} cases[] = {
		{"* servfail", OUTCOME_TRY_AGAIN, SOURCE_SERVER, RCODE_SERVFAIL, 0},
		{"* nxdomain", OUTCOME_NO_NAME, SOURCE_SERVER, RCODE_NXDOMAIN, 0},
		{"* drop", OUTCOME_TRY_AGAIN, SOURCE_UNSET, 0, ETIMEDOUT},
		{"* udp-refuse", OUTCOME_TRY_AGAIN, SOURCE_UNSET, 0, ECONNREFUSED},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of(records, cases[i].rules, "hosts none\noptions timeout-ms:300");
		const struct lookup_context lookup = scene_context(&scene);
		struct host host = {0};
		assert_int_equal(
			lookup_host(scene.resolver, &lookup, &(struct lookup_request){"app.test", AF_UNSPEC, 0}, &host),
			cases[i].outcome);
		assert_int_equal(host.source, cases[i].source);
		assert_int_equal(host.rcode, cases[i].rcode);
		assert_int_equal(host.error, cases[i].error);
		assert_int_equal(host.address_count, 0);
		host_clear(&host);
		scene_close(&scene);
	}
}

static void thousands_of_addresses_come_through(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* addresses=2300", "hosts none");
	const struct lookup_context lookup = scene_context(&scene);
	struct host host = {0};
	assert_int_equal(lookup_host(scene.resolver, &lookup, &(struct lookup_request){"many.test", AF_UNSPEC, 0}, &host),
		OUTCOME_FOUND);
	assert_int_equal(host.address_count, 4600);
	assert_true(host.over_tcp);
	host_clear(&host);
	scene_close(&scene);
}

static const char *look_up_address(struct scene *scene, const char *text)
{
	const struct lookup_context lookup = scene_context(scene);
	struct address address;
	struct host host = {0};
	assert_true(address_read(text, &address));
	const enum outcome outcome = lookup_address(scene->resolver, &lookup, &address, &host);
	const char *found = outcome == OUTCOME_FOUND ? host_text(&host) : scene_outcome_word(outcome);
	host_clear(&host);
	return found;
}

static void an_address_gives_its_name(void **state)
{
	(void)state;
	static const struct {
		const char *address, *host;
		size_t queries;
	} cases[] = {
		{"192.0.2.1", "app.test: 192.0.2.1", 1},
		{"::ffff:192.0.2.1", "app.test: 192.0.2.1", 1},
		{"192.0.2.2", "www.test: 192.0.2.2", 1},
		{"192.0.2.99", "no name", 1},
		{"192.0.2.3", "no recovery", 1},
		{"192.0.2.4", "no recovery", 1},
		{"2001:db8::1", "six.test: 2001:db8::1", 1},
		{"198.51.100.1", "app.test: 198.51.100.1; App-Alias short", 0},
		{"2001:db8::77", "local.test: 2001:db8::77", 0},
	};
	struct scene scene = scene_with_hosts("");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		assert_string_equal(look_up_address(&scene, cases[i].address), cases[i].host);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), cases[i].queries);
		assert_int_equal(fake_count(scene.servers[0], NULL, RRTYPE_PTR), cases[i].queries);
		fake_forget(scene.servers[0]);
	}
	scene_close(&scene);
}

// CVE-2026-4437: records in other sections than the answer section are not used.
static void a_name_outside_the_answer_section_is_none(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* referral", "hosts none");
	assert_string_not_equal(look_up_address(&scene, "192.0.2.1"), "ns.fake: 192.0.2.1");
	assert_string_equal(look_up_address(&scene, "192.0.2.1"), "no data");
	scene_close(&scene);
}

static void literals_are_read_as_inet_aton_reads_them(void **state)
{
	(void)state;
	static const struct {
		const char *text, *address;
	} cases[] = {
		{"127.1", "127.0.0.1"},
		{"0x7f.1", "127.0.0.1"},
		{"0177.0.0.1", "127.0.0.1"},
		{"2130706433", "127.0.0.1"},
		{"1.2.3", "1.2.0.3"},
		{"192.0.2.1", "192.0.2.1"},
		{"::1", "::1"},
		{"2001:DB8::1", "2001:db8::1"},
		{"256.1.1.1", NULL},
		{"1.2.3.4.5", NULL},
		{" 127.0.0.1", NULL},
		{"127.0.0.1 ", NULL},
		{"127.0.0.1 x", NULL},
		{"127.0.0.1.", NULL},
		{"[::1]", NULL},
		{"", NULL},
		{"app.test", NULL},
		{"::1%nosuch", NULL},
		{":", NULL},
		{"1:2:3", NULL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct address address;
		char text[ADDRESS_TEXT_SIZE];
		assert_int_equal(lookup_literal(cases[i].text, &address), cases[i].address != NULL);
		if (cases[i].address)
			assert_string_equal(address_write(&address, text), cases[i].address);
	}
}

static void no_aaaa_asks_for_ipv4_only(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		sa_family_t family;
		const char *found;
	} cases[] = {
		{"v4.test", AF_UNSPEC, "v4.test: 192.0.2.4"},
		{"v4.test", AF_INET6, "no data"},
		{"v6.test", AF_INET6, "no data"},
		{"missing.test", AF_INET6, "no name"},
	};
	struct scene scene = scene_of(records, "", "options no-aaaa");
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_string_equal(look_up(&scene, cases[i].name, cases[i].family, 0), cases[i].found);
	assert_int_equal(fake_count(scene.servers[0], NULL, RRTYPE_AAAA), 0);
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_aaaa_asks_for_ipv4_only),
		cmocka_unit_test(a_name_gives_its_addresses_and_its_names),
		cmocka_unit_test(names_that_are_not_wanted_are_left_out),
		cmocka_unit_test(each_family_sends_its_own_query_only),
		cmocka_unit_test(the_hosts_file_comes_before_the_servers),
		cmocka_unit_test(what_cannot_be_a_host_name_is_never_asked_for),
		cmocka_unit_test(mapped_addresses_replace_missing_ones),
		cmocka_unit_test(a_failure_names_each_server_with_its_reply),
		cmocka_unit_test(thousands_of_addresses_come_through),
		cmocka_unit_test(an_address_gives_its_name),
		cmocka_unit_test(a_name_outside_the_answer_section_is_none),
		cmocka_unit_test(literals_are_read_as_inet_aton_reads_them),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, write_hosts, files_remove);
}
