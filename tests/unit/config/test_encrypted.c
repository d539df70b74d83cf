// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "config/base/encrypted.h"
#include "config/forwarder.h"
#include "tests/unit/configs.h"
#include "tests/unit/unit.h"

#define KEY "0123456789abcdef0123456789abcdef"
#define FORWARDER "forwarder unix:/run/f " KEY "\n"
#define PIN "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

// "https name /path 192.0.2.1:443 ..."; "-" for what is empty.
static const char *parts_of(const char *text, char *out, size_t size)
{
	struct encrypted_server server;
	char address[ADDRESS_TEXT_SIZE];
	assert_true(size >= 3 * ADDRESS_TEXT_SIZE);
	if (!encrypted_read(text, &server))
		return "invalid";
	snprintf(out, size, "%s %s %s", server.is_https ? "https" : "tls", server.name[0] != '\0' ? server.name : "-",
		server.path[0] != '\0' ? server.path : "-");
	for (size_t i = 0; i < server.count; i++) {
		const size_t used = strlen(out);
		snprintf(out + used, size - used, " %s", address_write_with_port(&server.addresses[i], address));
	}
	return out;
}

static void the_parts_of_an_encrypted_server_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text, *parts;
	} cases[] = {
		{"tls://192.0.2.1", "tls - - 192.0.2.1:853"},
		{"tls://192.0.2.1#dns.example", "tls dns.example - 192.0.2.1:853"},
		{"tls://192.0.2.1:8853#dns_1.example", "tls dns_1.example - 192.0.2.1:8853"},
		{"tls://2001:db8::1", "tls - - [2001:db8::1]:853"},
		{"tls://2001:db8::1#dns.example", "tls dns.example - [2001:db8::1]:853"},
		{"tls://[2001:db8::1]:8853#2001:db8::1", "tls 2001:db8::1 - [2001:db8::1]:8853"},
		{"tls://[fe80::1%lo]#853", "tls 853 - [fe80::1%lo]:853"},
		{"https://dns.example/dns-query@192.0.2.1", "https dns.example /dns-query 192.0.2.1:443"},
		{"https://dns.example:8443/a@b?c@192.0.2.1,2001:db8::1",
			"https dns.example /a@b?c 192.0.2.1:8443 [2001:db8::1]:8443"},
		{"https://192.0.2.9/@[2001:db8::1]", "https 192.0.2.9 / [2001:db8::1]:443"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char text[3 * ADDRESS_TEXT_SIZE];
		assert_string_equal(parts_of(cases[i].text, text, sizeof text), cases[i].parts);
	}
}

static void other_text_is_no_encrypted_server(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "tls", "tls:", "tls://", "tls:/192.0.2.1", "TLS://192.0.2.1",
		"tls://dns.example", "tls://192.0.2.1#", "tls://192.0.2.1#a#b", "tls://192.0.2.1:#a", "tls://192.0.2.1:0",
		"tls://192.0.2.1:65536", "tls://192.0.2.1#-a b", "tls://192.0.2.1#a..b", "tls://192.0.2.1#.a",
		"tls://192.0.2.1#a.", "tls://192.0.2.1#d\303\266ns.example", "tls://unix:/run/dns", "tls://192.0.2.1/",
		"tls://192.0.2.1 ", "tls://192.0.2.1#a\n", "https://", "https://dns.example", "https://dns.example/dns-query",
		"https://dns.example/dns-query@", "https://dns.example/dns-query@192.0.2.1,", "https://@192.0.2.1",
		"https://dns.example@192.0.2.1", "https:///dns-query@192.0.2.1", "https://dns.example:/x@192.0.2.1",
		"https://dns.example:0/x@192.0.2.1", "https://dns.example/x{?dns}@192.0.2.1",
		"https://dns.example/x#y@192.0.2.1", "https://dns.example/x@dns.example", "http://dns.example/x@192.0.2.1",
		"https://u@dns.example/x@192.0.2.1", "https://dns.example/x@unix:/run/dns",
		"https://dns.example/x@1.0.0.1,1.0.0.2,1.0.0.3,1.0.0.4,1.0.0.5,1.0.0.6,1.0.0.7,1.0.0.8,1.0.0.9"};
	char text[3 * ADDRESS_TEXT_SIZE];
	for (size_t i = 0; i < LENGTH(texts); i++)
		assert_string_equal(parts_of(texts[i], text, sizeof text), "invalid");
}

static void the_longest_text_has_255_bytes(void **state)
{
	(void)state;
	char text[ADDRESS_TEXT_SIZE + 1], parts[3 * ADDRESS_TEXT_SIZE], written[ADDRESS_TEXT_SIZE];
	struct address address;
	const char *end = "@192.0.2.1";
	memset(text, 'p', sizeof text);
	memcpy(text, "https://dns.example/", strlen("https://dns.example/"));
	strcpy(text + ADDRESS_TEXT_SIZE - 1 - strlen(end), end);
	assert_int_equal(strlen(text), ADDRESS_TEXT_SIZE - 1);
	assert_string_not_equal(parts_of(text, parts, sizeof parts), "invalid");
	assert_true(encrypted_read_server(text, &address));
	assert_string_equal(address_write_with_port(&address, written), text);
	strcpy(text + ADDRESS_TEXT_SIZE - strlen(end), end);
	text[ADDRESS_TEXT_SIZE - 1 - strlen(end)] = 'p';
	assert_false(encrypted_read_server(text, &address));
}

static void an_encrypted_server_is_an_address_with_its_text(void **state)
{
	(void)state;
	char text[ADDRESS_TEXT_SIZE];
	struct address one, same, other, path;
	assert_true(encrypted_read_server("tls://192.0.2.1#dns.example", &one));
	assert_true(encrypted_read_server("tls://192.0.2.1#dns.example", &same));
	assert_true(encrypted_read_server("https://dns.example/dns-query@192.0.2.1", &other));
	assert_true(encrypted_read_server("unix:/run/dns", &path));
	same.forwarder = "/run/f\nheader";
	assert_true(address_equal(&one, &same));
	assert_false(address_equal(&one, &other));
	assert_true(address_is_encrypted(&one));
	assert_false(address_is_encrypted(&path));
	assert_string_equal(address_write(&one, text), "tls://192.0.2.1#dns.example");
	assert_string_equal(address_transport(&one, false), "tls");
	assert_string_equal(address_transport(&other, true), "https");
	assert_null(one.forwarder);
	assert_string_equal(same.forwarder, "/run/f\nheader");
}

static void servers_get_the_forwarder_and_its_settings(void **state)
{
	(void)state;
	const struct environment environment = environment_of(
		FORWARDER "tls-pin " PIN " " PIN "\noptions tls-idle:7 tls-tickets\nnameserver tls://192.0.2.1 192.0.2.2\n"
				  "nameserver https://dns.example/q@192.0.2.3 for corp.test\ntls-ca \"/a b\"");
	struct config config = config_of(&environment);
	const char *forwarder = config.routes[0].servers[0].address.forwarder;
	assert_string_equal(forwarder, "/run/f\n" KEY "q7 1 " PIN "," PIN " /a b\n");
	assert_ptr_equal(config.routes[1].servers[0].address.forwarder, forwarder);
	assert_string_equal(forwarder_find(&config)->path, "tls://192.0.2.1");
	config_clear(&config);
}

static void the_forwarder_of_the_first_section_is_used(void **state)
{
	(void)state;
	const struct environment environment = environment_of(
		"nameserver tls://192.0.2.1\n" FORWARDER "--\nforwarder unix:/run/g " KEY "\ntls-pin " PIN "\ntls-ca /a");
	struct config config = config_of(&environment);
	assert_string_equal(config.routes[0].servers[0].address.forwarder, "/run/f\n" KEY "q0 0 " PIN " /a\n");
	config_clear(&config);
}

static const struct run_address *begin_none(const char *first)
{
	(void)first;
	static const struct run_address none;
	return &none;
}

static const struct run_address *begin_own(const char *first)
{
	assert_string_equal(first, "0 0 - -\ntls://192.0.2.1");
	static char path[] = "/run/own", key[] = KEY;
	static const struct run_address own = {path, key, 0};
	return &own;
}

static void without_a_forwarder_an_encrypted_server_is_an_error(void **state)
{
	(void)state;
	struct environment environment = environment_of("nameserver 192.0.2.1\nnameserver tls://192.0.2.1 for a.test");
	struct config config;
	struct config_error error;
	assert_false(config_load(&environment, NULL, &config, &error));
	assert_non_null(strstr(error.text, "tls://192.0.2.1: expected withdns to run the program"));
	environment.begin_forwarder = begin_none;
	config = config_of(&environment);
	assert_null(config.routes[1].servers[0].address.forwarder);
	config_clear(&config);
	environment.begin_forwarder = begin_own;
	config = config_of(&environment);
	assert_string_equal(config.routes[1].servers[0].address.forwarder, "/run/own\n" KEY "q0 0 - -\n");
	assert_true(config.is_forwarded_here);
	config_clear(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_parts_of_an_encrypted_server_are_read),
		cmocka_unit_test(other_text_is_no_encrypted_server),
		cmocka_unit_test(the_longest_text_has_255_bytes),
		cmocka_unit_test(an_encrypted_server_is_an_address_with_its_text),
		cmocka_unit_test(servers_get_the_forwarder_and_its_settings),
		cmocka_unit_test(the_forwarder_of_the_first_section_is_used),
		cmocka_unit_test(without_a_forwarder_an_encrypted_server_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
