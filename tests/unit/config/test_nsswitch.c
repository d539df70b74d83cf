// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/nsswitch.h"
#include "tests/unit/pretended_libc.h"
#include "tests/unit/unit.h"

// Formats services as "files[SN] dns[S] others", in a static buffer; the letters are the statuses that end the search.
static const char *describe(const struct name_services *services)
{
	static const char *const words[] = {[NAME_SERVICE_FILES] = "files", [NAME_SERVICE_DNS] = "dns"};
	static const char letters[] = "SNUT";
	static char text[512];
	char *end = text;
	*text = '\0';
	for (size_t i = 0; i < services->count; i++) {
		end += sprintf(end, "%s[", words[services->list[i].service]);
		for (unsigned j = 0; j < 4; j++)
			if (services->list[i].ends_on & 1u << j)
				*end++ = letters[j];
		end = stpcpy(end, "] ");
	}
	end = stpcpy(end, services->has_others ? "others " : "");
	if (end > text)
		end[-1] = '\0';
	return text;
}

static void assert_reads(const char *file, const char *expected)
{
	const struct name_services services = nsswitch_read(file, strlen(file)).hosts;
	if (strcmp(describe(&services), expected) != 0)
		fail_msg("\"%s\": \"%s\", expected \"%s\"", file, describe(&services), expected);
}

static void services_are_asked_in_the_order_of_the_line(void **state)
{
	(void)state;
	static const struct {
		const char *file, *expected;
	} cases[] = {
		{"hosts: files dns\n", "files[S] dns[S]"},
		{"hosts:dns\tfiles\n", "dns[S] files[S]"},
		{" \t hosts: files\f dns\v\n", "files[S] dns[S]"},
		{"hosts files\n", "files[S]"},
		{"hosts: files files dns files\n", "files[S] files[S] dns[S] files[S]"},
		{"hosts: files files files files files files files files dns\n",
			"files[S] files[S] files[S] files[S] files[S] files[S] files[S] files[S] others"},
		{"hosts: files dns\r\n", "files[S] dns[S]"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_reads(cases[i].file, cases[i].expected);
}

static void the_last_line_counts(void **state)
{
	(void)state;
	assert_reads("hosts: files\nhosts: dns\n", "dns[S]");
	assert_reads("hosts: dns\nhosts: files", "dns[S]");  // no newline: ignored
	assert_reads("hosts: dns\nnosuch: [\n", "dns[S]");
}

static void without_a_line_the_default_is_that_of_the_running_glibc(void **state)
{
	(void)state;
	static const struct {
		const char *version, *expected;
	} libcs[] = {{"2.31", "dns[SNT] files[S]"}, {"2.34", "dns[SNT] files[S]"}, {"2.35", "files[S] dns[S]"}};
	static const char *const files[] = {
		"hosts: dns",
		"",
		"passwd: files\n\n# hosts: dns\n#hosts: dns\n",
		"HOSTS: dns\nxhosts: dns\n:hosts: dns\n",
	};
	for (size_t i = 0; i < LENGTH(libcs); i++) {
		pretended_libc_set(libcs[i].version);
		for (size_t j = 0; j < LENGTH(files); j++)
			assert_reads(files[j], libcs[i].expected);
	}
}

static void a_line_without_services_has_none(void **state)
{
	(void)state;
	static const char *const files[] = {"hosts:\n", "hosts: \t\n", "hosts\n", "hosts: [NOTFOUND=return] files dns\n"};
	for (size_t i = 0; i < LENGTH(files); i++)
		assert_reads(files[i], "");
}

static void other_services_are_libcs(void **state)
{
	(void)state;
	static const struct {
		const char *file, *expected;
	} cases[] = {
		{"hosts: files mdns4_minimal [NOTFOUND=return] dns myhostname\n", "files[S] dns[S] others"},
		{"hosts: resolve [!UNAVAIL=return] files\n", "files[S] others"},
		{"hosts: FILES DNS\n", "others"},
		{"hosts: dns, files\n", "files[S] others"},
		{"hosts : files\n", "files[S] others"},
		{"hosts:: files\n", "files[S] others"},
		{"hosts: files # dns\n", "files[S] dns[S] others"},  // not a comment
		{"hosts:files#dns\n", "others"},
		{"hosts: files ] dns\n", "files[S] dns[S] others"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_reads(cases[i].file, cases[i].expected);
}

static void actions_end_the_search_or_go_on(void **state)
{
	(void)state;
	static const struct {
		const char *file, *expected;
	} cases[] = {
		{"hosts: files [NOTFOUND=return] dns\n", "files[SN] dns[S]"},
		{"hosts: files [notfound=Return] dns\n", "files[SN] dns[S]"},
		{"hosts: files[NOTFOUND=return]dns\n", "files[SN] dns[S]"},
		{"hosts: files [ NOTFOUND = return ] dns\n", "files[SN] dns[S]"},
		{"hosts: files [NOTFOUND=return\tSUCCESS=continue] dns\n", "files[N] dns[S]"},
		{"hosts: files [NOTFOUND=return NOTFOUND=continue] dns\n", "files[S] dns[S]"},
		{"hosts: files [!UNAVAIL=return] dns\n", "files[SNT] dns[S]"},
		{"hosts: files [!SUCCESS=return] dns\n", "files[SNUT] dns[S]"},
		{"hosts: files [!UNAVAIL=continue] dns\n", "files[] dns[S]"},
		{"hosts: files [NOTFOUND=return !NOTFOUND=continue] dns\n", "files[N] dns[S]"},
		{"hosts: dns [NOTFOUND=merge UNAVAIL=merge] files\n", "dns[S] files[S]"},
		// A bracket in place of a service ends the line.
		{"hosts: files [NOTFOUND=return] [SUCCESS=continue] dns\n", "files[SN]"},
		{"hosts: files [TRYAGAIN=return]] dns\n", "files[ST] dns[S] others"},
		{"hosts: dns [NOTFOUND=continue] [ files\n", "dns[S]"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_reads(cases[i].file, cases[i].expected);
}

static void answers_are_not_merged(void **state)
{
	(void)state;
	assert_reads("hosts: files [SUCCESS=merge] dns\n", "files[] dns[S]");
	assert_reads("hosts: dns [success=Merge] files\n", "dns[] files[S]");
	assert_reads("hosts: dns [NOTFOUND=return !SUCCESS=merge] files\n", "dns[S] files[S]");
}

static void a_file_that_libc_refuses_is_left_to_it(void **state)
{
	(void)state;
	static const char *const files[] = {
		"hosts: files [NOTFOUND=return dns\n",
		"hosts: files [] dns\n",
		"hosts: files [NOTFOUND] dns\n",
		"hosts: files [NOTFOUND=] dns\n",
		"hosts: files [NOTFOUND=maybe] dns\n",
		"hosts: files [ERROR=return] dns\n",
		"hosts: files [RETURN=return] dns\n",
		"hosts: files [!] dns\n",
		"hosts: files [! NOTFOUND=return] dns\n",
		"hosts: files [!!NOTFOUND=return] dns\n",
		"hosts: files [NOTFOUND==return] dns\n",
		"hosts: files [NOTFOUND=returnSUCCESS=continue] dns\n",
		"hosts: files dns [\n",
		"passwd: files [\nhosts: files\n",
		"hosts: files\nshadow_compat: files [NOTFOUND]\n",
		"hosts: files [\nhosts: files\n",
	};
	for (size_t i = 0; i < LENGTH(files); i++)
		assert_reads(files[i], "others");
}

static void a_nul_ends_a_line(void **state)
{
	(void)state;
	static const char file[] = "hosts: dns\0 files\nhosts\0: files\n";
	const struct name_services services = nsswitch_read(file, sizeof(file) - 1).hosts;
	assert_string_equal(describe(&services), "dns[S]");
	assert_int_equal(services.line, 1);
}

static void a_program_names_services_as_the_file_does(void **state)
{
	(void)state;
	struct name_services services;
	assert_true(nsswitch_read_services("files", &services));
	assert_string_equal(describe(&services), "files[S]");
	assert_true(nsswitch_read_services(" dns [NOTFOUND=return]\n files", &services));
	assert_string_equal(describe(&services), "dns[SN] files[S]");
	assert_false(nsswitch_read_services("files [NOTFOUND]", &services));
}

// Names that a directive covers.
static void chosen_servers_are_asked_regardless_of_the_hosts_line(void **state)
{
	(void)state;
	static const struct {
		const char *file, *expected;
	} cases[] = {
		{"hosts: files dns\n", "files[S] dns[S]"},
		{"hosts: files [NOTFOUND=return] dns\n", "files[S] dns[S]"},
		{"hosts: dns [SUCCESS=continue] files\n", "dns[S] files[S]"},
		{"hosts: files\n", "files[S] dns[S]"},
		{"hosts: resolve\n", "dns[S]"},
		{"hosts:\n", "dns[S]"},
		{"hosts: files [\n", "dns[S]"},
		{"hosts: dns [SUCCESS=merge] files\n", "dns[S] files[S]"},
		{"hosts: files files files files files files files files files\n",
			"files[S] files[S] files[S] files[S] files[S] files[S] files[S] dns[S]"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct name_services services = nsswitch_read(cases[i].file, strlen(cases[i].file)).hosts;
		const struct name_services chosen = nsswitch_chosen(&services);
		assert_string_equal(describe(&chosen), cases[i].expected);
		assert_int_equal(chosen.line, services.line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(services_are_asked_in_the_order_of_the_line),
		cmocka_unit_test(the_last_line_counts),
		cmocka_unit_test(without_a_line_the_default_is_that_of_the_running_glibc),
		cmocka_unit_test(a_line_without_services_has_none),
		cmocka_unit_test(other_services_are_libcs),
		cmocka_unit_test(actions_end_the_search_or_go_on),
		cmocka_unit_test(answers_are_not_merged),
		cmocka_unit_test(a_file_that_libc_refuses_is_left_to_it),
		cmocka_unit_test(a_nul_ends_a_line),
		cmocka_unit_test(a_program_names_services_as_the_file_does),
		cmocka_unit_test(chosen_servers_are_asked_regardless_of_the_hosts_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
