// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "shim/command/problem.h"
#include "shim/command/program/launch.h"
#include "shim/command/program/preload.h"
#include "shim/command/settings.h"
#include "tests/unit/unit.h"

static void the_library_is_preloaded_first_and_once_or_not_at_all(void **state)
{
	(void)state;
	static const struct {
		const char *preload, *value;
	} cases[] = {
		{NULL, "/l.so"},
		{"", "/l.so"},
		{" : :", "/l.so"},
		{"/l.so", "/l.so"},
		{"/l.so:/l.so /l.so", "/l.so"},
		{"/a.so", "/l.so:/a.so"},
		{"/a.so /b.so", "/l.so:/a.so:/b.so"},
		{"/a.so:/l.so", "/l.so:/a.so"},
		{"/l.so.1:/x/l.so:l.so", "/l.so:/l.so.1:/x/l.so:l.so"},
		{"::/a.so::/b.so:", "/l.so:/a.so:/b.so"},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *value = preload_value("/l.so", true, cases[i].preload);
		assert_string_equal(value, cases[i].value);
		free(value);
	}
	char *others = preload_value("/l.so", false, "/a.so:/l.so /b.so");
	assert_string_equal(others, "/a.so:/b.so");
	free(others);
}

static void godebug_gets_netdns_once(void **state)
{
	(void)state;
	static const struct {
		const char *godebug, *value;
	} cases[] = {
		{NULL, "netdns=cgo"},
		{"", "netdns=cgo"},
		{"http2debug=1", "http2debug=1,netdns=cgo"},
		{"netdns=go", "netdns=go"},
		{"a=1,netdns=go+2,b=2", "a=1,netdns=go+2,b=2"},
		{"xnetdns=go", "xnetdns=go,netdns=cgo"},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *value = launch_godebug(cases[i].godebug);
		assert_string_equal(value, cases[i].value);
		free(value);
	}
}

static void printed_values_are_quoted_for_the_shell(void **state)
{
	(void)state;
	char directives[] = "one 'two'\nthree", config_file[] = "/a $b", config_copy[] = "/a $b\nfour";
	const struct settings settings = {.directives = directives, .config_file = config_file, .config_copy = config_copy};
	struct problem problem;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	setenv("GODEBUG", "http2debug=1", 1);
	assert_true(launch_print_env("/l.so", &settings, false, out, &problem));
	fclose(out);
	assert_string_equal(text,
		"LD_PRELOAD='/l.so'\nWITHDNS='one '\\''two'\\''\nthree'\nWITHDNS_VERSION='" VERSION "'\nWITHDNS_CONF='/a $b'\n"
		"WITHDNS_CONF_COPY='/a $b\nfour'\n"
		"GODEBUG='http2debug=1,netdns=cgo'\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_library_is_preloaded_first_and_once_or_not_at_all),
		cmocka_unit_test(godebug_gets_netdns_once),
		cmocka_unit_test(printed_values_are_quoted_for_the_shell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
