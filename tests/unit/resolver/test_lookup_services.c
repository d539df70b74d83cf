// SPDX-License-Identifier: MIT
// Which services of nsswitch.conf are asked for a name, and for which names libc is asked.
#include <unistd.h>

#include "resolver/lookup.h"

#include "tests/unit/files.h"
#include "tests/unit/scene.h"

static const char *hosts_path;

static int write_hosts(void **state)
{
	(void)state;
	hosts_path =
		files_make("hosts", "198.51.100.1 localhost\n198.51.100.2 hosted.corp.test\n198.51.100.3 hosted.test\n");
	return 0;
}

// A resolver under this "hosts:" line, whose plain servers are libc's own default, where no server answers. In the
// directives each %s is the address of a server that has only the names of corp.test that begin with "known".
static struct scene scene_under(const char *services, const char *directives)
{
	struct scene scene = {0};
	char line[256], text[SCENE_TEXT_SIZE];
	const char *server = fake_text(scene_add(&scene, "known.corp.test. A 192.0.2.1\n", ""));
	snprintf(line, sizeof line, "hosts: %s\n", services);
	int length = snprintf(text, sizeof text, "options cache:0\n");
	for (const char *at = directives; *at; at++) {
		const bool is_server = at[0] == '%' && at[1] == 's';
		length +=
			snprintf(text + length, sizeof text - (size_t)length, "%.*s", is_server ? 32 : 1, is_server ? server : at);
		at += is_server;
	}
	struct environment environment = environment_of(text);
	environment.hosts_path = hosts_path;
	environment.nsswitch_path = files_make("nsswitch.conf", line);
	scene.resolver = resolver_of(&environment, NULL);
	return scene;
}

// "found ADDRESS", "system [NAME]", or another outcome.
static const char *look_up(struct scene *scene, const char *name, sa_family_t family)
{
	static char text[256];
	char address[ADDRESS_TEXT_SIZE];
	const struct lookup_context lookup = scene_context(scene);
	struct host host = {0};
	const unsigned flags = family == AF_INET6 ? LOOKUP_MAPPED : 0;
	const enum outcome outcome =
		lookup_host(scene->resolver, &lookup, &(struct lookup_request){name, family, flags}, &host);
	int length = snprintf(text, sizeof text, "%s", scene_outcome_word(outcome));
	if (outcome == OUTCOME_FOUND)
		snprintf(text + length, sizeof text - (size_t)length, " %s", address_write(&host.addresses[0], address));
	else if (outcome == OUTCOME_SYSTEM && host.name)
		snprintf(text + length, sizeof text - (size_t)length, " %s", host.name);
	host_clear(&host);
	return text;
}

#define DESKTOP "files mdns4_minimal [NOTFOUND=return] dns myhostname"
#define FEDORA "files myhostname resolve [!UNAVAIL=return]"

static const struct {
	const char *services, *directives, *name, *result;
} decided[] = {
	{DESKTOP, "nameserver %s for corp.test", "known.corp.test", "found 192.0.2.1"},
	{DESKTOP, "nameserver %s for corp.test", "missing.corp.test", "no name"},
	{DESKTOP, "nameserver 127.0.0.1:9 for corp.test", "x.corp.test", "try again"},
	{DESKTOP, "nameserver none for corp.test", "x.corp.test", "no name"},
	{DESKTOP, "nameserver none for corp.test", "hosted.corp.test", "found 198.51.100.2"},
	{DESKTOP, "nameserver system for corp.test", "x.corp.test", "system x.corp.test."},
	{DESKTOP, "record a.test MX 1 b.test", "a.test", "no data"},
	{DESKTOP, "record *.a.test TXT x", "b.a.test", "no data"},
	{DESKTOP, "", "x.onion", "no name"},
	{DESKTOP, "", "x.invalid", "no name"},
	{DESKTOP, "", "www.localhost", "found 127.0.0.1"},
	{DESKTOP, "nameserver none for onion", "x.onion", "no name"},
	// Even if the hosts line does not name the dns service.
	{FEDORA, "nameserver %s for corp.test", "known.corp.test", "found 192.0.2.1"},
	{FEDORA, "nameserver %s for corp.test", "missing.corp.test", "no name"},
	{FEDORA, "nameserver %s for corp.test", "hosted.corp.test", "found 198.51.100.2"},
	{"files nosuch [NOTFOUND=return]", "nameserver system for corp.test", "x.corp.test", "system x.corp.test."},
	{"files", "nameserver %s for corp.test", "known.corp.test", "found 192.0.2.1"},
	{"files [NOTFOUND=return] dns", "nameserver %s for corp.test", "known.corp.test", "found 192.0.2.1"},
	{"files [", "nameserver %s for corp.test", "known.corp.test", "found 192.0.2.1"},
	{"files [", "nameserver %s for corp.test", "hosted.corp.test", "no name"},
	{"resolve", "nameserver none for corp.test", "hosted.corp.test", "no name"},
	// glibc 2.36 reads beyond the end of an empty list.
	{"", "nameserver system for corp.test", "x.corp.test", "no recovery"},
	{"", "nameserver system", "x.corp.test", "no recovery"},
};

static void libc_is_never_asked_for_what_the_user_decided(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(decided); i++) {
		struct scene scene = scene_under(decided[i].services, decided[i].directives);
		const char *result = look_up(&scene, decided[i].name, AF_INET);
		if (strcmp(result, decided[i].result) != 0)
			fail_msg("%s, %s, %s: %s", decided[i].services, decided[i].directives, decided[i].name, result);
		assert_string_not_equal(look_up(&scene, decided[i].name, AF_UNSPEC), "system");
		assert_string_not_equal(look_up(&scene, decided[i].name, AF_INET6), "system");
		scene_close(&scene);
	}
}

// libc would search the same domains, at other servers.
static void libc_is_handed_whole_names_where_some_are_decided(void **state)
{
	(void)state;
	static const struct {
		const char *directives, *name, *result;
	} cases[] = {
		{"search corp.test\nnameserver %s for corp.test", "db", "system db."},
		{"search corp.test\nnameserver %s for corp.test\nnameserver system", "db", "system db."},
		{"search corp.test\nnameserver %s for corp.test\nnameserver system", "a.b", "system a.b."},
		{"search corp.test\nnameserver %s for corp.test\nnameserver system", "a.b.", "system"},
		{"search lab.test\nnameserver %s for corp.test\nnameserver system", "a.b", "system a.b."},
		{"search lab.test\nnameserver system", "a.b", "system"},
		{"search onion", "db", "system db."},
		{"search corp.test\nnameserver %s for corp.test", "known", "found 192.0.2.1"},
		{"search corp.test\nnameserver %s for corp.test", "printer.local", "system printer.local."},
		{"search corp.test\nnameserver %s for corp.test", "printer.local.", "system"},
		// libc may have that domain in its own list.
		{"search lab.test\nnameserver none for corp.test", "db", "system db."},
		{"search corp.test\nrecord db.corp.test TXT x", "db", "system db."},
		// libc has the same search list here, and no name in it is decided.
		{"search corp.test", "db", "system"},
		{"search corp.test", "printer.local", "system"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_under(DESKTOP, cases[i].directives);
		const char *result = look_up(&scene, cases[i].name, AF_INET);
		if (strcmp(result, cases[i].result) != 0)
			fail_msg("%s, %s: %s", cases[i].directives, cases[i].name, result);
		scene_close(&scene);
	}
}

static void names_of_addresses_are_decided_alike(void **state)
{
	(void)state;
	static const struct {
		const char *directives, *address;
		enum outcome outcome;
	} cases[] = {
		{"nameserver none for 10.in-addr.arpa", "10.1.2.3", OUTCOME_NO_NAME},
		{"nameserver none for 10.in-addr.arpa", "::ffff:10.1.2.3", OUTCOME_NO_NAME},
		{"nameserver none for 10.in-addr.arpa", "11.1.2.3", OUTCOME_SYSTEM},
		{"nameserver 127.0.0.1:9 for 10.in-addr.arpa", "10.1.2.3", OUTCOME_TRY_AGAIN},
		{"nameserver none for ip6.arpa", "2001:db8::1", OUTCOME_NO_NAME},
		{"record 3.2.1.10.in-addr.arpa TXT x", "10.1.2.3", OUTCOME_NO_DATA},
		{"", "10.1.2.3", OUTCOME_SYSTEM},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_under(DESKTOP, cases[i].directives);
		const struct lookup_context lookup = scene_context(&scene);
		struct address address;
		struct host host = {0};
		assert_true(address_read(cases[i].address, &address));
		const enum outcome outcome = lookup_address(scene.resolver, &lookup, &address, &host);
		if (outcome != cases[i].outcome)
			fail_msg("%s, %s: %s", cases[i].directives, cases[i].address, scene_outcome_word(outcome));
		host_clear(&host);
		scene_close(&scene);
	}
}

// RFC 6762 3 and 4: their names are asked of a server only where libc would do so itself.
static void names_of_multicast_dns_are_left_to_libc(void **state)
{
	(void)state;
	static const struct {
		const char *services, *directives, *name, *result;
	} cases[] = {
		{DESKTOP, "", "printer.local", "system"},
		{DESKTOP, "nameserver %s", "printer.local", "no name"},
		{DESKTOP, "nameserver %s for local", "printer.local", "no name"},
		{DESKTOP, "record printer.local A 192.0.2.7", "printer.local", "found 192.0.2.7"},
		{DESKTOP, "fault printer.local nxdomain", "printer.local", "no name"},
		{"files dns", "", "printer.local", "try again"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_under(cases[i].services, cases[i].directives);
		const char *result = look_up(&scene, cases[i].name, AF_INET);
		if (strcmp(result, cases[i].result) != 0)
			fail_msg("%s, %s: %s", cases[i].services, cases[i].directives, result);
		scene_close(&scene);
	}
}

static void libc_alone_is_asked_where_it_alone_can_read_the_line(void **state)
{
	(void)state;
	static const char *const lines[] = {"files [", "nosuch"};
	for (size_t i = 0; i < LENGTH(lines); i++) {
		struct scene scene = scene_under(lines[i], "");
		assert_string_equal(look_up(&scene, "hosted.test", AF_UNSPEC), "system");
		scene_close(&scene);
	}
	struct scene scene = scene_under("", "");
	assert_string_equal(look_up(&scene, "hosted.test", AF_UNSPEC), "no recovery");
	scene_close(&scene);
}

// The hosts file determines the addresses of localhost if the files service is asked.
static void localhost_is_found_whatever_services_there_are(void **state)
{
	(void)state;
	static const struct {
		const char *services, *result;
	} cases[] = {
		{"files dns", "found 198.51.100.1"},
		{"dns files", "found 198.51.100.1"},
		{"dns [TRYAGAIN=return] files", "found 198.51.100.1"},
		{"dns", "found 127.0.0.1"},
		{"dns [NOTFOUND=return] files", "found 127.0.0.1"},
		{"dns [!UNAVAIL=return] files", "found 127.0.0.1"},
		{"files [SUCCESS=continue] dns", "found 127.0.0.1"},
		{"dns files [SUCCESS=continue]", "found 127.0.0.1"},
		{"files", "found 198.51.100.1"},
		{"files myhostname", "found 198.51.100.1"},
		{"resolve", "found 127.0.0.1"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_under(cases[i].services, "");
		const char *result = look_up(&scene, "localhost", AF_INET);
		if (strcmp(result, cases[i].result) != 0)
			fail_msg("%s: %s", cases[i].services, result);
		scene_close(&scene);
	}
	struct scene scene = scene_under("dns", "");
	assert_string_equal(look_up(&scene, "localhost", AF_INET6), "found ::1");
	scene_close(&scene);
	scene = scene_under("files dns", "");
	assert_string_equal(look_up(&scene, "localhost", AF_INET6), "found ::ffff:198.51.100.1");
	scene_close(&scene);
}

static void configured_records_precede_files_and_special_names(void **state)
{
	(void)state;
	static const struct {
		const char *record, *name, *result;
	} cases[] = {
		{"record localhost A 9.9.9.9", "localhost", "found 9.9.9.9"},
		{"record www.localhost A 9.9.9.9", "www.localhost", "found 9.9.9.9"},
		{"record db.invalid A 9.9.9.9", "db.invalid", "found 9.9.9.9"},
		{"record db.invalid A 9.9.9.9", "x.invalid", "no name"},
		{"record *.onion A 9.9.9.9", "x.onion", "found 9.9.9.9"},
		{"record localhost TXT x", "localhost", "no data"},
		{"record localhost CNAME app.test\nrecord app.test A 9.9.9.9", "localhost", "found 9.9.9.9"},
		{"nameserver none for onion\nrecord x.onion A 9.9.9.9", "x.onion", "found 9.9.9.9"},
	};
	static const char *const lines[] = {"files dns", "dns", DESKTOP, "resolve"};
	for (size_t i = 0; i < LENGTH(cases) * LENGTH(lines); i++) {
		const size_t at = i / LENGTH(lines);
		struct scene scene = scene_under(lines[i % LENGTH(lines)], cases[at].record);
		const char *result = look_up(&scene, cases[at].name, AF_INET);
		if (strcmp(result, cases[at].result) != 0)
			fail_msg("%s, %s: %s", cases[at].record, cases[at].name, result);
		scene_close(&scene);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libc_is_never_asked_for_what_the_user_decided),
		cmocka_unit_test(libc_is_handed_whole_names_where_some_are_decided),
		cmocka_unit_test(names_of_addresses_are_decided_alike),
		cmocka_unit_test(names_of_multicast_dns_are_left_to_libc),
		cmocka_unit_test(libc_alone_is_asked_where_it_alone_can_read_the_line),
		cmocka_unit_test(localhost_is_found_whatever_services_there_are),
		cmocka_unit_test(configured_records_precede_files_and_special_names),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, write_hosts, files_remove);
}
