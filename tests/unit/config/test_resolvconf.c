// SPDX-License-Identifier: MIT
// The expected values were measured with glibc 2.36.
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/configs.h"
#include "tests/unit/files.h"

static const char *path;

static int prepare(void **state)
{
	(void)state;
	path = files_path("resolv.conf");
	environment_unset();
	return 0;
}

static void load_bytes(const char *bytes, size_t size, struct config *out)
{
	struct environment environment = environment_of(NULL);
	environment.resolvconf_path = path;
	files_write(path, bytes, size);
	*out = config_of(&environment);
}

static void load(const char *text, struct config *out)
{
	load_bytes(text, strlen(text), out);
}

static void assert_servers(const struct config *config, const char *expected)
{
	char text[512] = "";
	for (size_t i = 0; i < config->routes[0].server_count; i++) {
		char address[ADDRESS_TEXT_SIZE];
		strcat(text, i > 0 ? " " : "");
		strcat(text, address_write(&config->routes[0].servers[i].address, address));
		assert_int_equal(config->routes[0].servers[i].address.port, 53);
	}
	assert_string_equal(text, expected);
}

static void assert_search(const struct config *config, const char *expected)
{
	char text[512] = "";
	for (size_t i = 0; i < config->search_count; i++)
		strcat(strcat(text, i > 0 ? "|" : ""), config->search[i]);
	assert_string_equal(text, expected);
}

static void name_servers_are_read_as_glibc_reads_them(void **state)
{
	(void)state;
	static const struct {
		const char *text, *servers;
	} cases[] = {
		{"nameserver 192.0.2.1\nnameserver 192.0.2.2", "192.0.2.1 192.0.2.2"},
		{"nameserver\t 192.0.2.1 junk # more\n", "192.0.2.1"},
		{"nameserver 127.1\nnameserver 010.0x1.2\n", "127.0.0.1 8.1.0.2"},
		{"nameserver 1.0.0.1\nnameserver 1.0.0.2\nnameserver 1.0.0.3\nnameserver 1.0.0.4\n", "1.0.0.1 1.0.0.2 1.0.0.3"},
		{"nameserver 192.0.2.1:53\nnameserver [::1]\nnameserver\nnameserver \nnameserver 192.0.2.2\n", "192.0.2.2"},
		{" nameserver 192.0.2.1\nNAMESERVER 192.0.2.2\nnameserver 192.0.2.5\n", "192.0.2.5"},
		{";nameserver 192.0.2.3\n#nameserver 192.0.2.4\nnameserver 192.0.2.5\n", "192.0.2.5"},
		{"nameserver 192.0.2.1\r\nnameserver 192.0.2.2\n", "192.0.2.2"},
		{"nameserver fe80::1%lo\nnameserver ::1%7\nnameserver fe80::1%nosuch\n", "fe80::1%lo ::1%7 fe80::1"},
		{"nameserver 192.0.2.1%1\nnameserver system\nnameserver none\nnameserver dns.example\n", "127.0.0.1"},
		{"nameserver 192.0.2.1 for example.org\n", "192.0.2.1"},
		{"nameserver \"192.0.2.1\"\n", "127.0.0.1"},
		{"nameservers 192.0.2.1\n", "127.0.0.1"},
		{"nameserver192.0.2.1\n", "127.0.0.1"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct config config;
		load(cases[i].text, &config);
		assert_servers(&config, cases[i].servers);
		assert_false(config.servers_chosen);
		assert_int_equal(config.route_count, 1);
		config_clear(&config);
	}
}

static void the_last_of_domain_or_search_wins(void **state)
{
	(void)state;
	static const struct {
		const char *text, *search;
	} cases[] = {
		{"search a.test b.test.\tc.test\n", "a.test|b.test.|c.test"},
		{"search a # b\n", "a|#|b"},
		{"search a\ndomain b c\n", "b"},
		{"domain b\nsearch c\ndomain\ndomain \nsearch \n", "c"},
		{"search a.\nsearch .\n", "."},
		{"search .a ..\n", ".a|.."},
		{"search a\\. b\\\\.\n", "a\\.|b\\\\."},
		{"search a;b \"c d\"\n", "a;b|\"c|d\""},
		{"search a..b\n", "a..b"},
		{"search a b c d e f g h\n", "a|b|c|d|e|f|g|h"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct config config;
		load(cases[i].text, &config);
		assert_search(&config, cases[i].search);
		config_clear(&config);
	}
}

static void without_a_list_this_machines_domain_is_searched(void **state)
{
	(void)state;
	char host[256] = "";
	assert_int_equal(gethostname(host, sizeof host - 1), 0);
	const char *dot = strchr(host, '.');
	struct config config;
	load("search\ndomain \n", &config);
	assert_search(&config, dot != NULL ? dot + 1 : "");
	config_clear(&config);
}

static void options_are_read_as_glibc_reads_them(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned ndots, timeout, attempts;
		bool rotate, edns0, single_request;
	} cases[] = {
		{"options\n", 1, 5, 2, false, false, false},
		{"options ndots:3 timeout:4\toptions attempts:5 rotate\n", 3, 4, 5, true, false, false},
		{"options ndots:99 timeout:99 attempts:99\n", 15, 30, 5, false, false, false},
		{"options ndots:0 timeout:0 attempts:0\n", 0, 1, 1, false, false, false},
		{"options ndots:-1 timeout:-1 attempts:-1\n", 15, 1, 1, false, false, false},
		{"options ndots:-20\n", 12, 5, 2, false, false, false},
		{"options ndots:x timeout:y attempts:\n", 0, 1, 1, false, false, false},
		{"options ndots: 3 timeout:+7 attempts:4x\n", 3, 7, 4, false, false, false},
		// As atoi(3) of glibc has it, by way of long.
		{"options ndots:4294967298 timeout:99999999999999999999\n", LONG_MAX > INT_MAX ? 2 : 15,
			LONG_MAX > INT_MAX ? 1 : 30, 2, false, false, false},
		{"options rotatex edns0:1 Rotate nosuch timeout-ms:5\n", 1, 5, 2, true, true, false},
		{"options single-requestx\n", 1, 5, 2, false, false, true},
		{"options rotate\noptions edns0\noptions ndots:2\noptions ndots:4\n", 4, 5, 2, true, true, false},
		{"options debug no-check-names inet6 ip6-bytestring\n", 1, 5, 2, false, false, false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct config config;
		load(cases[i].text, &config);
		const struct options *options = &config.options;
		if (options->ndots != cases[i].ndots || options->timeout != cases[i].timeout ||
			options->attempts != cases[i].attempts || options->rotate != cases[i].rotate ||
			options->edns0 != cases[i].edns0 || options->single_request != cases[i].single_request)
			fail_msg("%s", cases[i].text);
		assert_int_equal(options->timeout_ms, 0);
		assert_false(options->debug);
		config_clear(&config);
	}
}

static void a_sortlist_is_read_as_glibc_reads_it(void **state)
{
	(void)state;
	static const struct {
		const char *text, *ranges;
	} cases[] = {
		{"sortlist 130.155.160.0/255.255.240.0 130.155.0.0\n", "130.155.160.0/255.255.240.0 130.155.0.0/255.255.0.0"},
		{"sortlist 10.0.0.0/8 bad ::1 224.0.0.1&255.0.0.0 10.1\n",
			"10.0.0.0/0.0.0.8 224.0.0.1/255.0.0.0 10.0.0.1/255.0.0.0"},
		{"sortlist 1.1.1.1\nsortlist 2.2.2.2\n", "1.1.1.1/255.0.0.0 2.2.2.2/255.0.0.0"},
		{"sortlist 1.1.1.1;2.2.2.2 3.3.3.3\n", "1.1.1.1/255.0.0.0"},
		{"sortlist 3.3.3.3/x 4.4.4.4/\n", "3.3.3.3/255.0.0.0 4.4.4.4/255.0.0.0"},
		{"sortlist 1.0.0.1 1.0.0.2 1.0.0.3 1.0.0.4 1.0.0.5 1.0.0.6 1.0.0.7 1.0.0.8 1.0.0.9 1.0.0.10 1.0.0.11\n",
			"1.0.0.1/255.0.0.0 1.0.0.2/255.0.0.0 1.0.0.3/255.0.0.0 1.0.0.4/255.0.0.0 1.0.0.5/255.0.0.0 1.0.0.6/255.0.0.0 "
			"1.0.0.7/255.0.0.0 1.0.0.8/255.0.0.0 1.0.0.9/255.0.0.0 1.0.0.10/255.0.0.0"},
		{"sortlist bad/255.0.0.0 1.1.1.1\n", "1.1.1.1/255.0.0.0"},
		{"sortlist \n", ""},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char text[1024] = "", network[ADDRESS_TEXT_SIZE];
		struct config config;
		load(cases[i].text, &config);
		for (size_t r = 0; r < config.sort_range_count; r++) {
			const struct sort_range *range = &config.sort_ranges[r];
			const uint8_t *mask = range->mask;
			snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s/%u.%u.%u.%u", r > 0 ? " " : "",
				address_write(&range->network, network), mask[0], mask[1], mask[2], mask[3]);
		}
		assert_string_equal(text, cases[i].ranges);
		config_clear(&config);
	}
}

static void the_environment_is_stronger_than_the_file(void **state)
{
	(void)state;
	static const struct {
		const char *localdomain, *search;
	} cases[] = {
		{"a b", "a|b"},
		{"a\tb.", "a|b."},
		{"a\nb", "a"},
		{"", ""},
		{" ", ""},
		{" a", "|a"},
		{".", "."},
	};
	struct config config;
	setenv("RES_OPTIONS", "ndots:5 rotate", 1);
	load("options ndots:3 timeout:9\n", &config);
	assert_int_equal(config.options.ndots, 5);
	assert_int_equal(config.options.timeout, 9);
	assert_true(config.options.rotate);
	config_clear(&config);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		setenv("LOCALDOMAIN", cases[i].localdomain, 1);
		load("search x y\n", &config);
		assert_search(&config, cases[i].search);
		config_clear(&config);
	}
}

static void odd_bytes_do_no_harm(void **state)
{
	(void)state;
	static const char nul[] = "nameserver 192.0.2.1\0junk\nsearch a\0b c\n\0nameserver 192.0.2.2\nnameserver 192.0.2.3";
	struct config config;
	load_bytes(nul, sizeof nul - 1, &config);
	assert_servers(&config, "192.0.2.1 192.0.2.3");
	assert_search(&config, "a");
	config_clear(&config);

	const size_t size = 1024 * 1024;
	char *text = malloc(size + 32);
	memcpy(text, "search", 6);
	for (size_t i = 6; i < size; i++)
		text[i] = i % 2 == 0 ? ' ' : 'x';
	memcpy(text + size, "\nnameserver 192.0.2.1", sizeof "\nnameserver 192.0.2.1");
	load(text, &config);
	assert_servers(&config, "192.0.2.1");
	assert_int_equal(config.search_count, 127);
	config_clear(&config);
	free(text);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, prepare, files_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(name_servers_are_read_as_glibc_reads_them),
		CASE(the_last_of_domain_or_search_wins),
		CASE(without_a_list_this_machines_domain_is_searched),
		CASE(options_are_read_as_glibc_reads_them),
		CASE(a_sortlist_is_read_as_glibc_reads_it),
		CASE(the_environment_is_stronger_than_the_file),
		CASE(odd_bytes_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
