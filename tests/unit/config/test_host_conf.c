// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/host_conf.h"
#include "tests/unit/unit.h"

static const char *const variables[] = {
	"RESOLV_MULTI",
	"RESOLV_REORDER",
	"RESOLV_ADD_TRIM_DOMAINS",
	"RESOLV_OVERRIDE_TRIM_DOMAINS",
};

// Formats *conf as "multi reorder .trim .trim", in a static buffer.
static const char *describe(const struct host_conf *conf)
{
	static char text[1024];
	size_t used = (size_t)snprintf(
		text, sizeof(text), "%s%s", conf->is_multi ? "multi " : "", conf->is_reordered ? "reorder " : "");
	for (size_t i = 0; i < conf->trim_count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "[%s]", conf->trims[i]);
	return text;
}

static void assert_reads(const char *text, size_t size, const char *expected)
{
	struct host_conf conf = {0};
	assert_true(host_conf_read(&conf, text, size));
	assert_string_equal(describe(&conf), expected);
	host_conf_clear(&conf);
	assert_string_equal(describe(&conf), "");
}

static void lines_are_read_as_glibc_reads_them(void **state)
{
	(void)state;
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"", ""},
		{"multi on\n", "multi "},
		{"multi on", "multi "},
		{" MULTI\tOnce # more\nreorder on\n", "multi reorder "},
		{"multi on\nmulti off\n", ""},
		{"multi on\nmulti perhaps\n", "multi "},
		{"# multi on\nmulti=on\nmulti#on\nmulti,on\nmultiple on\nmult on\n", ""},
		{"order hosts,bind\nnospoof on\nnonsense\n\n \t\n", ""},
		{"trim .corp.test,.lab.test\ntrim .test", "[.corp.test][.lab.test][.test]"},
		{"trim .a .b , .c ; .d", "[.a][.b][.c][.d]"},
		{"trim .a : .b # .c", "[.a][.b]"},
		{"trim .a:.b;.c", "[.a:.b;.c]"},
		{"trim .a,", "[.a]"},
		{"trim .1 .2 .3 .4 .5\nmulti on", "multi [.1][.2][.3][.4]"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_reads(cases[i].text, strlen(cases[i].text), cases[i].expected);
}

// glibc reads at most 255 bytes as one line; the rest is a line of its own.
static void a_long_line_is_read_in_pieces(void **state)
{
	(void)state;
	char text[255 + sizeof("multi on\nreorder on")];
	memset(text, ' ', 255);
	text[0] = '#';
	memcpy(text + 255, "multi on\nreorder on", sizeof("multi on\nreorder on"));
	assert_reads(text, sizeof(text) - 1, "multi reorder ");
	assert_reads(text + 1, sizeof(text) - 2, "reorder ");
}

static void a_nul_hides_the_rest_of_its_line(void **state)
{
	(void)state;
	static const char text[] = "multi\0 on\nreorder on\0garbage\n";
	assert_reads(text, sizeof(text) - 1, "reorder ");
}

static void the_environment_comes_after_the_file(void **state)
{
	(void)state;
	static const struct {
		const char *values[LENGTH(variables)];
		const char *expected;
	} cases[] = {
		{{NULL, NULL, NULL, NULL}, "multi [.file]"},
		{{"off", "on", NULL, NULL}, "reorder [.file]"},
		{{"nonsense", "off", ".a,.b", NULL}, "multi [.file][.a][.b]"},
		{{NULL, NULL, ".a", ".b .c"}, "multi [.b][.c]"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct host_conf conf = {0};
		static const char file[] = "multi on\ntrim .file\n";
		for (size_t j = 0; j < LENGTH(variables); j++)
			if (cases[i].values[j])
				setenv(variables[j], cases[i].values[j], 1);
			else
				unsetenv(variables[j]);
		assert_true(host_conf_read(&conf, file, strlen(file)));
		assert_true(host_conf_read_environment(&conf));
		assert_string_equal(describe(&conf), cases[i].expected);
		host_conf_clear(&conf);
	}
}

static void the_first_end_that_fits_a_longer_name_is_cut_off(void **state)
{
	(void)state;
	static const struct {
		const char *name, *expected;
	} cases[] = {
		{"a.corp.test", "a"},
		{"a.CORP.test", "a"},
		{"a.test", "a"},
		{"atest", "atest"},
		{".test", ".test"},
		{"test", "test"},
		{"a.test.", "a.test."},
		{"", ""},
	};
	static const char file[] = "trim .corp.test,.test";
	struct host_conf conf = {0};
	assert_true(host_conf_read(&conf, file, strlen(file)));
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char name[32];
		snprintf(name, sizeof(name), "%s", cases[i].name);
		host_conf_trim(&conf, name);
		assert_string_equal(name, cases[i].expected);
	}
	host_conf_clear(&conf);
}

int main(void)
{
	for (size_t i = 0; i < LENGTH(variables); i++)
		unsetenv(variables[i]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read_as_glibc_reads_them),
		cmocka_unit_test(a_long_line_is_read_in_pieces),
		cmocka_unit_test(a_nul_hides_the_rest_of_its_line),
		cmocka_unit_test(the_environment_comes_after_the_file),
		cmocka_unit_test(the_first_end_that_fits_a_longer_name_is_cut_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
