// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/directive.h"
#include "config/fault.h"
#include "config/options.h"
#include "tests/unit/configs.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

// Each test has files of its own; the system's files are not read.
static const char *resolvconf_path, *system_path, *home_path, *named_path;

static int prepare(void **state)
{
	(void)state;
	resolvconf_path = files_make("resolv.conf", "nameserver 192.0.2.53\nsearch resolv.test\n");
	system_path = files_path("system.conf");
	named_path = files_path("named.conf");
	home_path = files_path(".config/withdns.conf");
	environment_unset();
	return mkdir(files_path(".config"), 0700);
}

static struct environment environment_with(const char *directives)
{
	struct environment environment = environment_of(directives);
	environment.home = files_directory();
	environment.resolvconf_path = resolvconf_path;
	environment.system_path = system_path;
	environment.nsswitch_path = NULL;
	return environment;
}

static void append(char *text, size_t size, const char *more)
{
	assert_true(strlen(text) + strlen(more) < size);
	strcat(text, more);
}

// The servers of a name's route, such as "192.0.2.1:53 none".
static const char *servers_of(const struct config *config, const char *name_text, char *text, size_t size)
{
	struct name name;
	assert_true(name_read(name_text, &name));
	const struct route *route = config_find_route(config, &name);
	text[0] = '\0';
	for (size_t i = 0; i < route->server_count; i++) {
		char address[ADDRESS_TEXT_SIZE];
		const struct server *server = &route->servers[i];
		append(text, size, i > 0 ? " " : "");
		if (server->kind == SERVER_ADDRESS)
			append(text, size, address_write_with_port(&server->address, address));
		else
			append(text, size, server->kind == SERVER_NONE ? "none" : "system");
	}
	return text;
}

static const char *search_of(const struct config *config, char *text, size_t size)
{
	text[0] = '\0';
	for (size_t i = 0; i < config->search_count; i++) {
		append(text, size, i > 0 ? " " : "");
		append(text, size, config->search[i]);
	}
	return text;
}

static void load(const struct environment *environment, struct config *out)
{
	*out = config_of(environment);
}

static void load_directives(const char *directives, struct config *out)
{
	const struct environment environment = environment_with(directives);
	load(&environment, out);
}

static void assert_servers(const struct config *config, const char *name, const char *expected)
{
	char text[512];
	assert_string_equal(servers_of(config, name, text, sizeof text), expected);
}

static void assert_search(const struct config *config, const char *expected)
{
	char text[512];
	assert_string_equal(search_of(config, text, sizeof text), expected);
}

static void every_form_of_a_server_is_read(void **state)
{
	(void)state;
	static const struct {
		const char *directives, *servers;
	} cases[] = {
		{"nameserver 192.0.2.1", "192.0.2.1:53"},
		{"nameserver 192.0.2.1:5353 192.0.2.2#5354", "192.0.2.1:5353 192.0.2.2:5354"},
		{"nameserver 2001:db8::1 [2001:db8::2]:5353 fe80::1%lo", "[2001:db8::1]:53 [2001:db8::2]:5353 [fe80::1%lo]:53"},
		{"nameserver system", "system"},
		{"nameserver none none", "none"},
		{"nameserver 192.0.2.1\nnameserver 192.0.2.2", "192.0.2.1:53 192.0.2.2:53"},
		{"nameserver 192.0.2.1;nameserver 192.0.2.2;", "192.0.2.1:53 192.0.2.2:53"},
		{"nameserver 192.0.2.1 for .", "192.0.2.1:53"},
		{" \tnameserver\t\"192.0.2.1\" # plain\r", "192.0.2.1:53"},
		{"nameserver 1.0.0.1 1.0.0.2 1.0.0.3 1.0.0.4", "1.0.0.1:53 1.0.0.2:53 1.0.0.3:53 1.0.0.4:53"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct config config;
		load_directives(cases[i].directives, &config);
		assert_servers(&config, "a.test", cases[i].servers);
		assert_true(config.servers_chosen);
		assert_int_equal(config.routes[0].domain.length, 1);
		config_clear(&config);
	}
}

static void the_longest_domain_decides_the_route(void **state)
{
	(void)state;
	static const struct {
		const char *name, *servers;
	} cases[] = {
		{"example.org", "192.0.2.1:53"},
		{"corp.test", "192.0.2.2:53 192.0.2.4:53"},
		{"A.CORP.Test", "192.0.2.2:53 192.0.2.4:53"},
		{"xcorp.test", "192.0.2.1:53"},
		{"lab.corp.test", "none"},
		{"a.lab.corp.test", "none"},
		{"other.test", "192.0.2.2:53"},
		{"a.sub.other.test", "192.0.2.5:53"},
		{"1.2.0.10.in-addr.arpa", "system"},
		{".", "192.0.2.1:53"},
	};
	struct config config;
	load_directives("nameserver 192.0.2.5 for sub.other.test\n"
					"nameserver 192.0.2.2 for corp.test other.test.\n"
					"nameserver 192.0.2.1\n"
					"nameserver none for lab.corp.test\n"
					"nameserver system for 10.in-addr.arpa;nameserver 192.0.2.4 for CORP.test",
		&config);
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_servers(&config, cases[i].name, cases[i].servers);
	config_clear(&config);
}

static void errors_have_their_file_and_line(void **state)
{
	(void)state;
	static const struct {
		const char *directives, *error;
	} cases[] = {
		{"nameserver fe80::1%none0",
			"expected a link-local address and an interface of this machine, such as fe80::1%eth0, "
			"got \"fe80::1%none0\""},
		{"nameserver dns.example",
			"WITHDNS:1: nameserver: expected an address such as 192.0.2.1 or [2001:db8::1]:53, "
			"got \"dns.example\""},
		{"\n#\nnameserver", "WITHDNS:3: nameserver: expected an address"},
		{";;nameserver x", "WITHDNS:3: nameserver: expected an address"},
		{"nameserver 192.0.2.1:0", "got \"192.0.2.1:0\""},
		{"nameserver 192.0.2.1:65536", "got \"192.0.2.1:65536\""},
		{"nameserver 192.0.2.1 junk", "got \"junk\""},
		{"nameserver for a.test", "got \"for\""},
		{"nameserver 192.0.2.1 for", "expected a domain name after \"for\", got nothing"},
		{"nameserver 192.0.2.1 for *.test", "such as example.org, which means all names below it too, got \"*.test\""},
		{"nameserver 192.0.2.1 for a for b", "such as example.org, which means all names below it too, got \"for\""},
		{"nameserver 192.0.2.1 for a..b",
			"expected a domain name such as example.org, which means all names below it too, got \"a..b\""},
		{"nameserver 192.0.2.1 none", "expected either addresses or one of system, none for a domain, got \"none\""},
		{"nameserver none system", "got \"system\""},
		{"nameserver system for a\nnameserver 192.0.2.1 for b a", "WITHDNS:2: nameserver: expected either"},
		{"nameserver 192.0.2.1 for corp.example,lan",
			"nameserver: expected domains separated by blanks, without a comma, "
			"got \"corp.example,lan\""},
		{"nameserver 192.0.2.1 for a 192.0.2.2", "nameserver: expected a domain, not an address (addresses"},
		{"nameserver 192.0.2.1 for a.test:5353", "nameserver: expected a domain without a port"},
		{"nameserver 192.0.2.1 for a.test/24", "nameserver: expected a domain without a slash"},
		{"nameserver tls://dns.example", "nameserver: expected tls://ADDRESS[:853][#NAME]"},
		{"tls-ca", "tls-ca: expected one file, got nothing"},
		{"tls-pin", "tls-pin: expected sha256/"},
		{"tls-pin sha256/AAAA", "tls-pin: expected sha256/"},
		{"tls-pin sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "tls-pin: expected sha256/"},
		{"tls-pin sha1/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "tls-pin: expected sha256/"},
		{"forwarder unix:/run/x", "forwarder: expected unix:PATH and its key"},
		{"nameserver 192.0.2.1,192.0.2.2", "nameserver: expected addresses separated by blanks"},
		{"search a.test,b.test", "WITHDNS:1: search: expected domains separated by blanks"},
		{"record app.test 192.0.2.1", "WITHDNS:1: record: expected a type before the data, such as A 192.0.2.1"},
		{"fault a.test,b.test nxdomain", "WITHDNS:1: fault: expected domains separated by blanks"},
		{"search a..b", "WITHDNS:1: search: expected domain names such as example.org, got \"a..b\""},
		{"domain a b", "domain: expected one domain name"},
		{"options ndots", "options: expected options"},
		{"options ndots:", "got \"ndots:\""},
		{"options ndots:-1", "got \"ndots:-1\""},
		{"options ndots:2x", "got \"ndots:2x\""},
		{"options rotate:1", "got \"rotate:1\""},
		{"options rotate nosuch", "got \"nosuch\""},
		{"options timeout-ms:x", "got \"timeout-ms:x\""},
		{"sortlist", "sortlist: expected networks such as 192.0.2.0/255.255.255.0, got nothing"},
		{"sortlist 192.0.2.0/24", "got \"192.0.2.0/24\""},
		{"sortlist ::1", "got \"::1\""},
		{"hosts", "hosts: expected one file, or none, got nothing"},
		{"hosts a b", "got \"b\""},
		{"hosts \"\"", "got \"\""},
		{"log", "log: expected a file, stderr or fd:N, then json or nothing, got nothing"},
		{"log fd:", "got \"fd:\""},
		{"log fd:-1", "got \"fd:-1\""},
		{"log fd:99999999999", "got \"fd:99999999999\""},
		{"log a xml", "got \"xml\""},
		{"log a json json", "got \"json\""},
		{"nonsense", "WITHDNS:1: unknown directive: expected one of nameserver, search, domain, sortlist, options, "},
		{"nonsense",
			", hosts, record, zone, only, fault, seed, counter, forwarder, tls-ca, tls-pin, log, journal, recording, "
			"recording-mode, include, got \"nonsense\""},
		{"Nameserver 192.0.2.1", "unknown directive"},
		{"records a A 192.0.2.1", "unknown directive"},
		{"record", "record: expected a record such as www.example A 192.0.2.1, got nothing"},
		{"zone", "zone: expected one file, got nothing"},
		{"zone a b c", "zone: expected one file and its origin, got \"c\""},
		{"zone a b..c", "zone: expected an origin such as example.org, got \"b..c\""},
		{"include", "include: expected one file, got nothing"},
		{"include a b", "include: expected one file, got \"b\""},
		{"\ninclude /nonexistent/a",
			"WITHDNS:2: include /nonexistent/a: expected a readable file, got \"no such file\""},
		{"include /", "WITHDNS:1: include /: expected a regular file, got a directory"},
		{"recording \"\"", "recording: expected one file"},
		{"recording-mode", "recording-mode: expected once, new, all, none or add, got nothing"},
		{"recording-mode some", "got \"some\""},
		{"recording-mode new all", "got \"all\""},
		{"counter", "counter: expected unix:PATH and its key, got nothing"},
		{"counter /run 0123456789abcdef0123456789abcdef", "expected unix:PATH and its key"},
		{"counter unix:run 0123456789abcdef0123456789abcdef", "expected unix:PATH and its key"},
		{"counter unix:/run short", "expected unix:PATH and its key, got \"short\""},
		{"counter unix:/run 0123456789abcdef0123456789abcdef x", "got \"x\""},
		{"journal unix:/run", "journal: expected unix:PATH and its key, got \"unix:/run\""},
		{"journal", "journal: expected one file"},
		{"recording /nonexistent/a\nzone /nonexistent/b\nzone /nonexistent/a",
			"WITHDNS:3: expected a zone file other than the recording, got \"/nonexistent/a\""},
		{"zone /proc/self/../version\nrecording /proc/version",
			"WITHDNS:1: expected a zone file other than the recording"},
		{"recording /proc/version\nhosts /proc/version",
			"/proc/version: expected a separate file for the recording, "
			"got the hosts file"},
		{"recording /nonexistent/a\nlog /nonexistent/a",
			"/nonexistent/a: expected a separate file for the recording, "
			"got the log"},
		{"log /nonexistent/a\nzone /nonexistent/a",
			"WITHDNS:2: expected a zone file other than the log, got \"/nonexistent/a\""},
		{"log /proc/version\nhosts /proc/version",
			"/proc/version: expected a separate file for the log, got the hosts file"},
		{"seed", "seed: expected one number, got nothing"},
		{"seed -1", "seed: expected one number, got \"-1\""},
		{"hosts \"a", "WITHDNS:1: expected a closing \" before the end of the line"},
		{"-- x", "unknown directive"},
		{"nameserver \x1B[31m\xFF", "got \"\\x1b[31m\\xff\""},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct environment environment = environment_with(cases[i].directives);
		struct config config = {.route_count = 4711};
		struct config_error error;
		if (config_load(&environment, NULL, &config, &error))
			fail_msg("%s was accepted", cases[i].directives);
		if (strstr(error.text, cases[i].error) == NULL)
			fail_msg("%s: expected %s, got %s", cases[i].directives, cases[i].error, error.text);
		assert_null(strpbrk(error.text, "\n\r\x1B"));
		assert_int_equal(config.route_count, 4711);
	}
}

static void nothing_is_written_to_the_configuration(void **state)
{
	(void)state;
	const struct {
		const char *directive, *path, *error;
	} cases[] = {
		{"recording", named_path, "expected a separate file for the recording, got the configuration file"},
		{"log", named_path, "expected a separate file for the log, got the configuration file"},
		{"recording", resolvconf_path, "expected a separate file for the recording, got resolv.conf"},
		{"log", resolvconf_path, "expected a separate file for the log, got resolv.conf"},
	};
	files_write_text(named_path, "nameserver 192.0.2.1\n");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char text[128];
		struct config config;
		struct config_error error;
		snprintf(text, sizeof text, "%s %s", cases[i].directive, cases[i].path);
		struct environment environment = environment_with(text);
		environment.config_file = named_path;
		assert_false(config_load(&environment, NULL, &config, &error));
		assert_non_null(strstr(error.text, cases[i].error));
	}
}

static void an_invalid_directive_of_lower_precedence_is_an_error_too(void **state)
{
	(void)state;
	struct environment environment = environment_with("nameserver 192.0.2.1");
	struct config config;
	struct config_error error;
	char expected[128];
	environment.config_file = named_path;
	files_write_text(named_path, "# servers\nsearch a.test\nnameserver dns.example\n");
	assert_false(config_load(&environment, NULL, &config, &error));
	snprintf(expected, sizeof expected, "%s:3: nameserver: expected", named_path);
	assert_memory_equal(error.text, expected, strlen(expected));
}

static void the_source_of_highest_precedence_that_has_a_setting_wins(void **state)
{
	(void)state;
	static const struct {
		const char *directives, *file, *servers, *search;
	} cases[] = {
		{NULL, "", "192.0.2.53:53", "resolv.test"},
		{NULL, "nameserver 192.0.2.2", "192.0.2.2:53", "resolv.test"},
		{"nameserver 192.0.2.1", "nameserver 192.0.2.2", "192.0.2.1:53", "resolv.test"},
		{"search a.test b.test.", "search c.test\nnameserver 192.0.2.2", "192.0.2.2:53", "a.test b.test."},
		{"search a.test\nsearch b.test", "", "192.0.2.53:53", "b.test"},
		{"search", "search c.test", "192.0.2.53:53", ""},
		{"domain", "", "192.0.2.53:53", ""},
		{"domain a.test", "search c.test", "192.0.2.53:53", "a.test"},
		{"nameserver 192.0.2.3 for b.test", "", "192.0.2.53:53", "resolv.test"},
		{"nameserver 192.0.2.1\n--\nnameserver 192.0.2.2;search a.test", "", "192.0.2.1:53", "a.test"},
		{"search a.test;--;search b.test;--;nameserver none", "", "none", "a.test"},
		{"-- # inner\nnameserver 192.0.2.1", "", "192.0.2.1:53", "resolv.test"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct environment environment = environment_with(cases[i].directives);
		struct config config;
		environment.config_file = named_path;
		files_write_text(named_path, cases[i].file);
		load(&environment, &config);
		assert_servers(&config, "a.test", cases[i].servers);
		assert_search(&config, cases[i].search);
		assert_int_equal(config.servers_chosen, strcmp(cases[i].servers, "192.0.2.53:53") != 0);
		config_clear(&config);
	}
}

static void routes_of_all_sources_add_up(void **state)
{
	(void)state;
	struct environment environment = environment_with("nameserver 192.0.2.1 for a;nameserver none for b\n--\n"
													  "nameserver 192.0.2.2 for a; nameserver 192.0.2.2 for b");
	struct config config;
	environment.config_file = named_path;
	files_write_text(named_path, "nameserver system for a c\nnameserver 192.0.2.3 for a\n");
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.1:53 192.0.2.2:53 192.0.2.3:53");
	assert_servers(&config, "b", "none");
	assert_servers(&config, "c", "system");
	assert_servers(&config, "d", "192.0.2.53:53");
	assert_false(config.servers_chosen);
	config_clear(&config);
}

static void a_setting_is_written_in_the_words_by_which_it_is_made(void **state)
{
	(void)state;
	static const struct {
		const char *word, *written;
		bool is_setting;
	} cases[] = {
		{"ndots:7", "ndots:7", true},
		{"rotate", "rotate", true},
		{"edns0", "", true},
		{"no-tld-query", "no-tld-query", true},
		{"no_tld_query", "no_tld_query", false},
		{"inet6", "", false},
	};
	const struct options options = {.ndots = 7, .rotate = true, .no_tld_query = true};
	char text[OPTION_TEXT_SIZE];
	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint32_t value;
		const struct option *option = option_read(cases[i].word, &value);
		assert_non_null(option);
		assert_string_equal(option_write(option, &options, text), cases[i].written);
		assert_int_equal(option_is_setting(option), cases[i].is_setting);
	}
}

static void a_server_is_written_in_the_word_by_which_it_is_chosen(void **state)
{
	(void)state;
	char text[ADDRESS_TEXT_SIZE];
	struct server server = {.kind = SERVER_ADDRESS};
	assert_true(address_read_server("127.0.0.1:5353", 53, &server.address));
	assert_string_equal(config_write_server(&server, text), "127.0.0.1:5353");
	server.kind = SERVER_SYSTEM;
	assert_string_equal(config_write_server(&server, text), "system");
	server.kind = SERVER_NONE;
	assert_string_equal(config_write_server(&server, text), "none");
}

static void options_are_decided_one_by_one(void **state)
{
	(void)state;
	struct environment environment = environment_with("options ndots:2 ndots:3 timeout-ms:700\n--\n"
													  "options ndots:9 timeout:7 rotate");
	struct config config;
	setenv("RES_OPTIONS", "ndots:5 timeout:6 attempts:4 use-vc nosuch", 1);
	files_write_text(resolvconf_path, "options attempts:3 edns0 trust-ad\n");
	load(&environment, &config);
	assert_int_equal(config.options.ndots, 3);
	assert_int_equal(config.options.timeout, 7);
	assert_int_equal(config.options.attempts, 4);
	assert_int_equal(config.options.timeout_ms, 700);
	assert_true(config.options.rotate);
	assert_true(config.options.use_vc);
	assert_true(config.options.edns0);
	assert_true(config.options.trust_ad);
	assert_false(config.options.no_aaaa);
	assert_int_equal(options_deadline_ms(&config.options), 700);
	config_clear(&config);
	unsetenv("RES_OPTIONS");
}

static void every_option_sets_its_member(void **state)
{
	(void)state;
	static const struct {
		const char *word;
		size_t offset;
	} flags[] = {
		{"debug", offsetof(struct options, debug)},
		{"rotate", offsetof(struct options, rotate)},
		{"use-vc", offsetof(struct options, use_vc)},
		{"edns0", offsetof(struct options, edns0)},
		{"no-aaaa", offsetof(struct options, no_aaaa)},
		{"single-request", offsetof(struct options, single_request)},
		{"single-request-reopen", offsetof(struct options, single_request_reopen)},
		{"trust-ad", offsetof(struct options, trust_ad)},
		{"no-tld-query", offsetof(struct options, no_tld_query)},
		{"no_tld_query", offsetof(struct options, no_tld_query)},
		{"no-check-names", offsetof(struct options, no_check_names)},
		{"no-reload", offsetof(struct options, no_reload)},
		{"no-edns", offsetof(struct options, no_edns)},
		{"no-cookies", offsetof(struct options, no_cookies)},
		{"0x20", offsetof(struct options, mix_case)},
		{"inet6", SIZE_MAX},
		{"ip6-bytestring", SIZE_MAX},
		{"ip6-dotint", SIZE_MAX},
		{"no-ip6-dotint", SIZE_MAX},
	};
	for (size_t i = 0; i < LENGTH(flags); i++) {
		char line[64];
		struct config config;
		struct options expected = {.ndots = 1, .timeout = 5, .attempts = 2, .cache = 4096, .max_ttl = 86400};
		snprintf(line, sizeof line, "options %s", flags[i].word);
		load_directives(line, &config);
		if (flags[i].offset != SIZE_MAX)
			*((bool *)((char *)&expected + flags[i].offset)) = true;
		assert_memory_equal(&config.options, &expected, offsetof(struct options, mix_case) + sizeof(bool));
		config_clear(&config);
	}
}

static void numbers_are_brought_into_their_bounds(void **state)
{
	(void)state;
	struct config config;
	load_directives("options ndots:16 timeout:31 attempts:6 timeout-ms:99999999999", &config);
	assert_int_equal(config.options.ndots, 15);
	assert_int_equal(config.options.timeout, 30);
	assert_int_equal(config.options.attempts, 5);
	assert_int_equal(config.options.timeout_ms, 86400000);
	config_clear(&config);
	load_directives("options ndots:0 timeout:0 attempts:0 timeout-ms:0", &config);
	assert_int_equal(config.options.ndots, 0);
	assert_int_equal(config.options.timeout, 1);
	assert_int_equal(config.options.attempts, 1);
	assert_int_equal(options_deadline_ms(&config.options), 1000);
	config_clear(&config);
	load_directives("options timeout:3 attempts:4", &config);
	assert_int_equal(options_deadline_ms(&config.options), 12000);
	config_clear(&config);
}

static void a_sortlist_has_networks_with_masks(void **state)
{
	(void)state;
	static const struct {
		uint8_t network[4], mask[4];
	} expected[] = {
		{{192, 0, 2, 0}, {255, 255, 255, 128}},
		{{10, 0, 0, 0}, {255, 0, 0, 0}},
		{{130, 1, 0, 0}, {255, 255, 0, 0}},
		{{200, 1, 1, 0}, {255, 255, 255, 0}},
		{{127, 255, 0, 0}, {255, 0, 0, 0}},
	};
	struct config config;
	load_directives("sortlist 192.0.2.0/255.255.255.128 10.0.0.0 130.1.0.0\n"
					"sortlist 200.1.1.0 127.255.0.0&255.0.0.0",
		&config);
	assert_int_equal(config.sort_range_count, 5);
	for (size_t i = 0; i < config.sort_range_count; i++) {
		assert_memory_equal(config.sort_ranges[i].network.bytes, expected[i].network, 4);
		assert_memory_equal(config.sort_ranges[i].mask, expected[i].mask, 4);
	}
	config_clear(&config);
}

static void the_hosts_file_is_chosen(void **state)
{
	(void)state;
	struct config config;
	load_directives("", &config);
	assert_string_equal(config.hosts_path, NOWHERE);
	config_clear(&config);
	load_directives("hosts \"/a b;c\"", &config);
	assert_string_equal(config.hosts_path, "/a b;c");
	config_clear(&config);
	load_directives("hosts /a;hosts none\n--\nhosts /b", &config);
	assert_null(config.hosts_path);
	config_clear(&config);
}

static void the_log_is_chosen(void **state)
{
	(void)state;
	struct config config;
	load_directives("", &config);
	assert_int_equal(config.log.target, LOG_OFF);
	config_clear(&config);
	load_directives("log /a;log stderr\n--\nlog /b json", &config);
	assert_int_equal(config.log.target, LOG_DESCRIPTOR);
	assert_int_equal(config.log.descriptor, 2);
	assert_false(config.log.json);
	assert_null(config.log.path);
	config_clear(&config);
	load_directives("log /a json", &config);
	assert_int_equal(config.log.target, LOG_FILE);
	assert_string_equal(config.log.path, "/a");
	assert_true(config.log.json);
	config_clear(&config);
	load_directives("log fd:4711", &config);  // not open
	assert_int_equal(config.log.target, LOG_OFF);
	config_clear(&config);
}

#define KEY "0123456789abcdef0123456789abcdef"

static void a_fault_is_counted_by_the_counter_above_it(void **state)
{
	(void)state;
	struct config config;
	load_directives("fault a nodata;counter unix:/inner " KEY ";fault b nodata\n--\n"
					"counter unix:/outer " KEY ";fault c nodata",
		&config);
	static const char *const paths[] = {NULL, "/inner", "/outer"};
	assert_int_equal(config.fault_count, 3);
	for (size_t i = 0; i < config.fault_count; i++) {
		const struct fault *fault = &config.faults[i];
		assert_int_equal(fault->rank, i < 2 ? 1 : 2);
		assert_true(
			paths[i] == NULL ? fault->counter == 0 : strcmp(config.counters[fault->counter - 1].path, paths[i]) == 0);
	}
	config_clear(&config);
}

static void each_watching_process_has_a_journal(void **state)
{
	(void)state;
	struct config config;
	load_directives("journal unix:/inner " KEY "\n--\njournal unix:/outer " KEY ";journal /file", &config);
	assert_int_equal(config.journal_count, 3);
	assert_int_equal(config.journals[0].target, LOG_RUN);
	assert_string_equal(config.journals[0].run.path, "/inner");
	assert_string_equal(config.journals[1].run.path, "/outer");
	assert_string_equal(config.journals[1].run.key, KEY);
	assert_int_equal(config.journals[2].target, LOG_FILE);
	assert_string_equal(config.journals[2].path, "/file");
	config_clear(&config);
}

static void a_relative_path_begins_at_the_directory_of_its_file(void **state)
{
	(void)state;
	char expected[256];
	char *working = getcwd(NULL, 0);
	struct config config;
	struct environment environment = environment_with("log my.log");
	environment.config_file = named_path;
	files_write_text(named_path, "hosts my.hosts\n");
	load(&environment, &config);
	snprintf(expected, sizeof expected, "%s/my.log", working);
	assert_string_equal(config.log.path, expected);
	snprintf(expected, sizeof expected, "%s/my.hosts", files_directory());
	assert_string_equal(config.hosts_path, expected);
	config_clear(&config);

	assert_int_equal(chdir(files_directory()), 0);
	environment.config_file = "named.conf";
	load(&environment, &config);
	assert_string_equal(config.hosts_path, expected);
	config_clear(&config);
	assert_int_equal(chdir(working), 0);
	free(working);
}

static void the_named_file_precedes_the_home_file_which_precedes_the_system_file(void **state)
{
	(void)state;
	struct environment environment = environment_with(NULL);
	struct config config;
	files_write_text(system_path, "nameserver 192.0.2.3");
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.3:53");
	config_clear(&config);
	files_write_text(home_path, "nameserver 192.0.2.2");
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.2:53");
	config_clear(&config);
	files_write_text(named_path, "nameserver 192.0.2.1");
	environment.config_file = named_path;
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.1:53");
	config_clear(&config);
	environment.config_file = "";
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.2:53");
	config_clear(&config);
	environment.home = "relative";
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.3:53");
	config_clear(&config);
}

static void a_secure_process_follows_the_systems_files_only(void **state)
{
	(void)state;
	struct environment environment = environment_with("nameserver 192.0.2.1");
	struct config config;
	environment.secure = true;
	environment.config_file = named_path;
	files_write_text(named_path, "nameserver 192.0.2.1");
	files_write_text(home_path, "nameserver 192.0.2.2");
	files_write_text(system_path, "nameserver 192.0.2.3");
	setenv("RES_OPTIONS", "ndots:9", 1);
	setenv("LOCALDOMAIN", "evil.test", 1);
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.3:53");
	assert_int_equal(config.options.ndots, 1);
	assert_search(&config, "resolv.test");
	config_clear(&config);
	unsetenv("RES_OPTIONS");
	unsetenv("LOCALDOMAIN");
}

static void assert_file_refused(const char *path, const char *expected)
{
	struct environment environment = environment_with(NULL);
	struct config config;
	struct config_error error;
	environment.config_file = path;
	assert_false(config_load(&environment, NULL, &config, &error));
	if (strstr(error.text, expected) == NULL)
		fail_msg("expected %s, got %s", expected, error.text);
	assert_memory_equal(error.text, path, strlen(path));
}

static void an_unreadable_file_is_an_error(void **state)
{
	(void)state;
	assert_file_refused("/nonexistent/withdns.conf", ": expected a readable file, got \"");
	assert_file_refused(files_directory(), ": expected a regular file, got a directory");
	assert_int_equal(mkfifo(named_path, 0600), 0);
	assert_file_refused(named_path, ": expected a regular file");
	assert_file_refused("/dev/zero", ": expected at most 4 MiB");
	assert_int_equal(mkdir(home_path, 0700), 0);
	const struct environment environment = environment_with(NULL);
	struct config config;
	struct config_error error;
	assert_false(config_load(&environment, NULL, &config, &error));
	assert_memory_equal(error.text, home_path, strlen(home_path));
}

static void odd_bytes_in_a_file_are_handled(void **state)
{
	(void)state;
	struct environment environment = environment_with(NULL);
	struct config config;
	struct config_error error;
	environment.config_file = named_path;
	files_write_text(
		named_path, "search a.test\r\nnameserver 192.0.2.1\r\n\r\n# end without newline\nnameserver 192.0.2.2");
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.1:53 192.0.2.2:53");
	config_clear(&config);

	files_write(named_path, "\0nameserver 192.0.2.1\n", 22);
	assert_false(config_load(&environment, NULL, &config, &error));
	assert_non_null(strstr(error.text, ":1: expected text without NUL bytes"));

	const size_t size = 1024 * 1024;
	char *text = malloc(size + 1);
	memset(text, '#', size);
	text[size] = '\0';
	files_write_text(named_path, text);
	load(&environment, &config);
	config_clear(&config);
	memcpy(text, "nameserver ", 11);
	memset(text + 11, 'x', size - 11);
	files_write_text(named_path, text);
	assert_false(config_load(&environment, NULL, &config, &error));
	assert_non_null(strstr(error.text, "xxx...\""));
	free(text);
}

static void no_server_anywhere_is_this_machine(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "nameserver\n", "# nothing\n", "nameserver dns.example\n"};
	struct config config;
	for (size_t i = 0; i < LENGTH(texts); i++) {
		files_write_text(resolvconf_path, texts[i]);
		load_directives("", &config);
		assert_servers(&config, "a", "127.0.0.1:53");
		assert_false(config.servers_chosen);
		config_clear(&config);
	}
	unlink(resolvconf_path);
	load_directives("", &config);
	assert_servers(&config, "a", "127.0.0.1:53");
	config_clear(&config);
}

static void a_change_of_resolvconf_is_noticed(void **state)
{
	(void)state;
	struct config config;
	load_directives("", &config);
	assert_false(has_changed(&config));
	files_write_text(resolvconf_path, "nameserver 192.0.2.54\nsearch resolv.test x\n");
	assert_true(has_changed(&config));
	config_clear(&config);

	load_directives("", &config);
	const struct timespec times[2] = {{.tv_sec = 1, .tv_nsec = 0}, {.tv_sec = 1, .tv_nsec = 1}};
	assert_int_equal(utimensat(AT_FDCWD, resolvconf_path, times, 0), 0);
	assert_true(has_changed(&config));
	config_clear(&config);

	load_directives("", &config);
	unlink(resolvconf_path);
	assert_true(has_changed(&config));
	config_clear(&config);
	load_directives("", &config);
	assert_false(has_changed(&config));
	files_write_text(resolvconf_path, "");
	assert_true(has_changed(&config));
	config_clear(&config);

	load_directives("options no-reload", &config);
	unlink(resolvconf_path);
	assert_false(has_changed(&config));
	config_clear(&config);
}

static const char copied[] = "nameserver 192.0.2.7\nzone a.zone\nnameserver x for a.test\n";

// A value of WITHDNS_CONF_COPY, without the text if the length is negative.
static const char *copy_of(const char *path, int length)
{
	static char copy[256];
	if (length < 0)
		snprintf(copy, sizeof copy, "file - 7 %s\n", path);
	else
		snprintf(copy, sizeof copy, "file %d 7 %s\n%.*s", length, path, length, copied);
	return copy;
}

static void a_copy_counts_where_its_file_cannot_be_read(void **state)
{
	(void)state;
	char expected[128];
	struct environment environment = environment_with("nameserver 192.0.2.1 for a.test");
	struct config config;
	struct config_error error;
	files_write_text(system_path, "nameserver 192.0.2.3");
	environment.config_copy = copy_of(home_path, (int)strlen("nameserver 192.0.2.7\nzone a.zone\n"));
	environment.home = NULL;
	load(&environment, &config);
	assert_int_equal(config.file_count, 1);
	assert_true(config.files[0].is_copy);
	assert_int_equal(config.files[0].version, 7);
	assert_string_equal(config.files[0].path, home_path);
	assert_servers(&config, "a", "192.0.2.7:53");
	assert_servers(&config, "a.test", "192.0.2.1:53");  // as with the file
	snprintf(expected, sizeof expected, "%s/.config/a.zone", files_directory());
	assert_string_equal(config.zones[0].text, expected);
	assert_false(has_changed(&config));
	config_clear(&config);

	environment.config_copy = copy_of(home_path, (int)strlen(copied));
	assert_false(config_load(&environment, NULL, &config, &error));
	snprintf(expected, sizeof expected, "%s:3: nameserver: expected", home_path);
	assert_memory_equal(error.text, expected, strlen(expected));

	files_write_text(home_path, "nameserver 192.0.2.2");
	files_settle(home_path);
	load(&environment, &config);
	assert_false(config.files[0].is_copy);
	assert_servers(&config, "a", "192.0.2.2:53");
	config_clear(&config);
}

static void a_copy_counts_where_its_file_chooses_no_server_any_more(void **state)
{
	(void)state;
	struct environment environment = environment_with(NULL);
	struct config config, again;
	struct config_error error;
	environment.config_copy = copy_of(home_path, (int)strlen("nameserver 192.0.2.7\n"));
	environment.home = NULL;
	files_write_text(home_path, "# hal");
	files_settle(home_path);
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.7:53");
	assert_false(has_changed(&config));
	assert_false(config_load(&environment, &config, &again, &error));
	files_write_text(home_path, "nameserver system");
	files_settle(home_path);
	assert_true(config_load(&environment, &config, &again, &error));
	config_clear(&config);
	config_clear(&again);
}

static void a_copy_of_another_file_than_the_named_one_counts_for_nothing(void **state)
{
	(void)state;
	struct environment environment = environment_with(NULL);
	struct config config;
	struct config_error error;
	environment.config_copy = copy_of(home_path, (int)strlen("nameserver 192.0.2.7\n"));
	environment.config_file = named_path;
	assert_false(config_load(&environment, NULL, &config, &error));
	files_write_text(named_path, "nameserver 192.0.2.4");
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.4:53");
	config_clear(&config);
	unlink(named_path);
	environment.config_copy = copy_of(named_path, (int)strlen("nameserver 192.0.2.7\n"));
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.7:53");
	config_clear(&config);
	environment.secure = true;
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.53:53");
	config_clear(&config);
}

static void assert_fails_for(const struct environment *environment, const struct config *before, const char *path)
{
	struct config config;
	struct config_error error;
	if (config_load(environment, before, &config, &error))
		fail_msg("%s is missing, and was not missed", path);
	assert_memory_equal(error.text, path, strlen(path));
	assert_int_equal(error.reason, 0);
}

static void a_file_that_was_there_is_missed(void **state)
{
	(void)state;
	struct environment environment = environment_with(NULL);
	struct config before;
	files_write_text(system_path, "nameserver 192.0.2.3");
	environment.had_home_file = true;
	assert_fails_for(&environment, NULL, home_path);
	environment.config_copy = copy_of(home_path, -1);
	environment.had_home_file = false;
	assert_fails_for(&environment, NULL, home_path);
	environment.config_copy = NULL;
	environment.had_system_file = true;
	unlink(system_path);
	assert_fails_for(&environment, NULL, system_path);

	files_write_text(home_path, "nameserver 192.0.2.2");
	load(&environment, &before);
	unlink(home_path);
	environment.config_copy = copy_of(home_path, (int)strlen("nameserver 192.0.2.7\n"));
	assert_fails_for(&environment, &before, home_path);  // the copy is older than what was read
	config_clear(&before);
}

static void another_version_of_the_file_counts_when_it_has_settled(void **state)
{
	(void)state;
	struct environment environment = environment_with(NULL);
	struct config config;
	files_write_text(home_path, "nameserver 192.0.2.2");
	while (file_stamp_of(home_path).is_young)
		usleep(1000);
	load(&environment, &config);
	struct file_stamp_sum before = {.hash = 0}, after = before;
	config_sum(&config, &before);
	assert_false(before.is_unsettled);
	assert_false(has_changed(&config));
	files_write_text(home_path, "nameserver 192.0.2.4");
	const bool is_stale = has_changed(&config);
	assert_true(!is_stale || !file_stamp_of(home_path).is_young);
	while (!has_changed(&config))
		usleep(1000);
	assert_false(file_stamp_of(home_path).is_young);
	config_sum(&config, &after);
	assert_true(after.hash != before.hash);
	unlink(home_path);
	assert_true(has_changed(&config));
	config_clear(&config);
}

static void a_found_file_is_used_only_if_its_owner_is_trusted(void **state)
{
	(void)state;
	struct environment environment = environment_with(NULL);
	struct config config;
	struct config_error error;
	files_write_text(home_path, "nameserver 192.0.2.2");
	for (mode_t mode = 0620; mode <= 0622; mode++) {
		assert_int_equal(chmod(home_path, mode), 0);
		assert_false(config_load(&environment, NULL, &config, &error));
		assert_non_null(strstr(error.text, ": expected a file that only its owner can write"));
	}
	environment.config_file = home_path;  // the caller's choice
	load(&environment, &config);
	config_clear(&config);
	environment.config_file = NULL;
	assert_int_equal(chmod(home_path, 0600), 0);
	if (geteuid() != 0)
		skip();
	files_write_text(system_path, "nameserver 192.0.2.3");
	assert_int_equal(chown(home_path, 4711, 0), 0);
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.3:53");
	config_clear(&config);
	environment.config_file = home_path;
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.2:53");
	config_clear(&config);
	environment.config_file = NULL;
	assert_int_equal(chown(system_path, 4711, 0), 0);
	assert_fails_for(&environment, NULL, system_path);
}

// 65534 is a user as any other where the user namespace maps all users.
static void a_file_of_the_overflow_user_is_not_trusted_if_all_users_are_mapped(void **state)
{
	(void)state;
	struct environment environment = environment_with(NULL);
	unsigned long map[3] = {1, 1, 1};
	if (geteuid() != 0 || sscanf(files_read("/proc/self/uid_map"), "%lu %lu %lu", &map[0], &map[1], &map[2]) != 3 ||
		map[0] != 0 || map[1] != 0 || map[2] != UINT32_MAX)
		skip();
	files_write_text(system_path, "nameserver 192.0.2.3");
	assert_int_equal(chown(system_path, 65534, 0), 0);
	assert_fails_for(&environment, NULL, system_path);
}

static void a_link_of_another_user_is_not_followed(void **state)
{
	(void)state;
	struct environment environment = environment_with(NULL);
	struct config config;
	if (geteuid() != 0)
		skip();
	files_write_text(system_path, "nameserver 192.0.2.3");
	unlink(home_path);
	assert_int_equal(symlink(files_make("secret", "secret"), home_path), 0);
	assert_int_equal(lchown(home_path, 4711, 0), 0);
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.3:53");
	config_clear(&config);
	unlink(home_path);
	unlink(system_path);
	assert_int_equal(symlink(files_make("secret", "secret"), system_path), 0);
	assert_int_equal(lchown(system_path, 4711, 0), 0);
	assert_fails_for(&environment, NULL, system_path);
	unlink(system_path);
	assert_int_equal(symlink(files_make("ours", "nameserver 192.0.2.4"), system_path), 0);
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.4:53");
	config_clear(&config);
}

static void a_byte_order_mark_is_skipped(void **state)
{
	(void)state;
	struct environment environment = environment_with(NULL);
	struct config config;
	files_write_text(home_path, "\xEF\xBB\xBFnameserver 192.0.2.2\n");
	load(&environment, &config);
	assert_servers(&config, "a", "192.0.2.2:53");
	config_clear(&config);
	unlink(home_path);
	// As in glibc, for which the mark is part of the first word.
	files_write_text(resolvconf_path, "\xEF\xBB\xBFnameserver 192.0.2.2\nsearch a.test\n");
	load(&environment, &config);
	assert_servers(&config, "a", "127.0.0.1:53");
	assert_search(&config, "a.test");
	config_clear(&config);
}

static void names_in_all_letters_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *record, *text;
	} records[] = {
		{"record münchen.test  60 IN A 192.0.2.1", "xn--mnchen-3ya.test  60 IN A 192.0.2.1"},
		{"record *.MÜNCHEN.test CNAME\tbücher.test", "*.xn--mnchen-3ya.test CNAME\txn--bcher-kva.test"},
		{"record a.test MX 10 bücher.test", "a.test MX 10 xn--bcher-kva.test"},
		{"record a.test TXT \"bücher. test\"", "a.test TXT \"bücher. test\""},
		{"record ü.test TXT bücher", "xn--tda.test TXT bücher"},
	};
	struct config config;
	struct config_error error;
	load_directives(
		"nameserver 192.0.2.1 for münchen.test; search Bücher.test; fault *.münchen.test nxdomain", &config);
	assert_servers(&config, "a.xn--mnchen-3ya.test", "192.0.2.1:53");
	assert_search(&config, "xn--bcher-kva.test");
	struct name name;
	assert_true(name_read("xn--mnchen-3ya.test", &name));
	assert_true(name_equal(&config.faults[0].name, &name));
	config_clear(&config);
	for (size_t i = 0; i < LENGTH(records); i++) {
		load_directives(records[i].record, &config);
		assert_string_equal(config.records[0].text, records[i].text);
		config_clear(&config);
	}
	const struct environment environment = environment_with("record m\xFCnchen.test A 192.0.2.1");
	assert_false(config_load(&environment, NULL, &config, &error));
	assert_non_null(strstr(error.text, "record: expected names in composed UTF-8 (NFC)"));
}

static void a_reload_keeps_what_was_decided_of_a_recording(void **state)
{
	(void)state;
	struct config before, after;
	struct config_error error;
	const struct environment environment = environment_with("recording ~/recorded");
	const char *path = files_make("recorded", "; not empty\n");
	load(&environment, &before);
	assert_int_equal(before.recording_mode, RECORDING_ONLY);
	unlink(path);
	assert_true(config_load(&environment, &before, &after, &error));
	assert_int_equal(after.recording_mode, RECORDING_ONLY);
	config_clear(&after);
	config_clear(&before);
	load(&environment, &before);
	assert_int_equal(before.recording_mode, RECORDING_ADD);
	files_make("recorded", "; not empty\n");
	assert_true(config_load(&environment, &before, &after, &error));
	assert_int_equal(after.recording_mode, RECORDING_ADD);
	config_clear(&after);
	config_clear(&before);
}

static void a_tilde_is_the_home(void **state)
{
	(void)state;
	char expected[128];
	struct environment environment = environment_with("zone ~/a.zone; hosts ~x; log ~/log; recording ~/b/c");
	struct config config;
	load(&environment, &config);
	snprintf(expected, sizeof expected, "%s/a.zone", files_directory());
	assert_string_equal(config.zones[0].text, expected);
	snprintf(expected, sizeof expected, "%s/log", files_directory());
	assert_string_equal(config.log.path, expected);
	snprintf(expected, sizeof expected, "%s/b/c", files_directory());
	assert_string_equal(config.recording_path, expected);
	assert_string_equal(strrchr(config.hosts_path, '/'), "/~x");
	config_clear(&config);
	environment.secure = true;
	files_write_text(system_path, "zone ~/a.zone");
	load(&environment, &config);
	assert_string_equal(strchr(config.zones[0].text, '~'), "~/a.zone");
	config_clear(&config);
}

static void loading_leaves_no_descriptor_open(void **state)
{
	(void)state;
	struct config config;
	const int before = open("/dev/null", O_RDONLY);
	close(before);
	files_write_text(system_path, "search a.test\n");
	load_directives("nameserver fe80::1%lo", &config);
	config_clear(&config);
	const int after = open("/dev/null", O_RDONLY);
	close(after);
	assert_int_equal(before, after);
}

static void an_empty_configuration_is_cleared_without_harm(void **state)
{
	(void)state;
	struct config config = {.routes = NULL};
	config_clear(&config);
	assert_false(has_changed(&config));
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

// Fuzz input: parts of valid directives between random bytes, to reach most of the parsers.
static size_t random_bytes(uint32_t *seed, char *bytes, size_t size)
{
	static const char *const pieces[] = {
		"nameserver ",
		"search ",
		"domain ",
		"sortlist ",
		"options ",
		"hosts ",
		"log ",
		"for ",
		"none ",
		"system ",
		"192.0.2.1",
		":53 ",
		"[2001:db8::1]:5 ",
		"fe80::1%lo ",
		"example.org ",
		"a.b.",
		"..",
		"ndots:",
		"99 ",
		"timeout-ms:5 ",
		"rotate ",
		"stderr ",
		"json ",
		"fd:2 ",
		"/255.255.0.0 ",
		"10.0.0.0",
		"%",
		"\r\n",
		"\t",
		"\n",
		";",
		"\"",
		"\\",
		"#",
		"--\n",
		"\\065",
		"\xC3",
	};
	size_t used = 0;
	while (used < size && next_random(seed) % 24 != 0) {
		if (next_random(seed) % 6 == 0) {
			bytes[used++] = (char)next_random(seed);
			continue;
		}
		const char *piece = pieces[next_random(seed) % (LENGTH(pieces))];
		const size_t length = strlen(piece) < size - used ? strlen(piece) : size - used;
		memcpy(bytes + used, piece, length);
		used += length;
	}
	return used;
}

static void random_bytes_in_every_source_do_no_harm(void **state)
{
	(void)state;
	uint32_t seed = 1;
	unsigned accepted = 0;
	for (unsigned round = 0; round < 5000; round++) {
		char directives[512], bytes[512];
		struct environment environment = environment_with(round % 3 == 0 ? directives : NULL);
		struct config config;
		struct config_error error;
		directives[random_bytes(&seed, directives, sizeof directives - 1)] = '\0';
		files_write(resolvconf_path, bytes, random_bytes(&seed, bytes, sizeof bytes));
		files_write(named_path, bytes, random_bytes(&seed, bytes, sizeof bytes));
		environment.config_file = round % 3 == 1 ? named_path : NULL;
		directives[strcspn(directives, "\n")] = '\0';
		setenv(round % 2 == 0 ? "RES_OPTIONS" : "LOCALDOMAIN", directives, 1);
		if (!config_load(&environment, NULL, &config, &error)) {
			assert_true(strlen(error.text) < CONFIG_ERROR_SIZE);
			assert_null(strpbrk(error.text, "\n\r\t\x1B"));
			continue;
		}
		accepted++;
		assert_true(config.routes[0].server_count > 0);
		config_clear(&config);
	}
	assert_in_range(accepted, 1000, 4999);
	unsetenv("RES_OPTIONS");
	unsetenv("LOCALDOMAIN");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, prepare, files_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_form_of_a_server_is_read),
		CASE(the_longest_domain_decides_the_route),
		CASE(errors_have_their_file_and_line),
		CASE(nothing_is_written_to_the_configuration),
		CASE(an_invalid_directive_of_lower_precedence_is_an_error_too),
		CASE(the_source_of_highest_precedence_that_has_a_setting_wins),
		CASE(routes_of_all_sources_add_up),
		CASE(a_setting_is_written_in_the_words_by_which_it_is_made),
		CASE(a_server_is_written_in_the_word_by_which_it_is_chosen),
		CASE(options_are_decided_one_by_one),
		CASE(every_option_sets_its_member),
		CASE(numbers_are_brought_into_their_bounds),
		CASE(a_sortlist_has_networks_with_masks),
		CASE(the_hosts_file_is_chosen),
		CASE(the_log_is_chosen),
		CASE(a_fault_is_counted_by_the_counter_above_it),
		CASE(each_watching_process_has_a_journal),
		CASE(a_relative_path_begins_at_the_directory_of_its_file),
		CASE(the_named_file_precedes_the_home_file_which_precedes_the_system_file),
		CASE(a_secure_process_follows_the_systems_files_only),
		CASE(an_unreadable_file_is_an_error),
		CASE(odd_bytes_in_a_file_are_handled),
		CASE(no_server_anywhere_is_this_machine),
		CASE(a_change_of_resolvconf_is_noticed),
		CASE(a_copy_counts_where_its_file_cannot_be_read),
		CASE(a_copy_counts_where_its_file_chooses_no_server_any_more),
		CASE(a_copy_of_another_file_than_the_named_one_counts_for_nothing),
		CASE(a_file_that_was_there_is_missed),
		CASE(another_version_of_the_file_counts_when_it_has_settled),
		CASE(a_found_file_is_used_only_if_its_owner_is_trusted),
		CASE(a_file_of_the_overflow_user_is_not_trusted_if_all_users_are_mapped),
		CASE(a_link_of_another_user_is_not_followed),
		CASE(a_byte_order_mark_is_skipped),
		CASE(names_in_all_letters_are_read),
		CASE(a_reload_keeps_what_was_decided_of_a_recording),
		CASE(a_tilde_is_the_home),
		CASE(loading_leaves_no_descriptor_open),
		CASE(an_empty_configuration_is_cleared_without_harm),
		CASE(random_bytes_in_every_source_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
