// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shim/command/shell/shell_complete.h"
#include "shim/command/shell/word_list.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

static struct word_list hosts;

// The completions of the last word of the line, separated by blanks.
static void assert_completions(const char *line, const struct word_list *asked, const char *wanted)
{
	struct word_list found = {.words = NULL};
	char text[4096] = "";
	size_t start = strlen(line);

	while (start > 0 && strchr(" \t!", line[start - 1]) == NULL)
		start--;
	const struct shell_names names = {.asked = *asked, .hosts = hosts};
	shell_complete(line, start, line + start, &names, &found);
	for (size_t i = 0; i < found.count; i++) {
		strcat(text, i > 0 ? " " : "");
		strcat(text, found.words[i]);
	}
	assert_string_equal(text, wanted);
	word_list_clear(&found);
}

static void a_word_is_completed_by_its_position(void **state)
{
	(void)state;
	static const struct {
		const char *line, *wanted;
	} cases[] = {
		{"ser", "server"},
		{" un", "undo"},
		{"rec", "record recording recording-mode"},
		{"he", "hex help"},
		{"set timeout", "timeout: timeout-ms:"},
		{"set rot", "rotate"},
		{"options use-v", "use-vc"},
		{"set ndots:2 rot", "rotate"},
		{"set inet", ""},  // known to resolv.conf(5), without effect
		{"a.test MX nsec3", "NSEC3 NSEC3PARAM"},
		{"a.test ax", "AXFR"},
		{"a.test dl", "DLV"},
		{"query a.test tx", "TXT"},
		{"raw a.test tx", "TXT"},
		{"raw tcp query a.test tx", "TXT"},
		{"raw of", "off"},
		{"raw qu", "query"},
		{"raw ser", ""},
		{"record a.test aa", "AAAA"},
		{"server sy", "system"},
		{"server 192.0.2.1 f", "for"},
		{"show ", "config"},
		{"help unde", ""},
		{"help und", "undo"},
		{"quit ", ""},
		{"a.test \"TX", ""},
	};
	const struct word_list none = {.words = NULL};

	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_completions(cases[i].line, &none, cases[i].wanted);
}

static void names_that_were_asked_are_offered_once(void **state)
{
	(void)state;
	struct word_list asked = {.words = NULL};

	shell_complete_add_name(&asked, "www.app.test");
	shell_complete_add_name(&asked, "WWW.app.test");
	shell_complete_add_name(&asked, "sub.app.test");
	shell_complete_add_name(&asked, "server");
	assert_completions("ww", &asked, "www.app.test");
	assert_completions("su", &asked, "summary-of sub.app.test");
	assert_completions("serv", &asked, "server");
	assert_completions("raw SU", &asked, "summary-of sub.app.test");
	assert_completions("explain a.test w", &asked, "www.app.test");
	assert_completions("fault w", &asked, "www.app.test");
	assert_completions("www.app.test w", &asked, "WKS WALLET");
	word_list_clear(&asked);
}

static void names_of_the_hosts_file_are_offered_too(void **state)
{
	(void)state;
	struct word_list asked = {.words = NULL};

	shell_complete_add_name(&asked, "db.app.test");
	shell_complete_add_name(&hosts, "DB.app.test.local");
	shell_complete_add_name(&hosts, "db.app.test");
	assert_completions("db", &asked, "db.app.test DB.app.test.local");
	word_list_clear(&asked);
	word_list_clear(&hosts);
}

static void files_are_offered_where_a_path_is_wanted(void **state)
{
	(void)state;
	const char *directory = files_directory(), *path = files_make("app.zone", "");
	char line[256];
	const struct word_list none = {.words = NULL};

	static const char *const beginnings[] = {"zone ", "hosts ", "log ", "recording ", "check ", "!cat ", "! "};
	for (size_t i = 0; i < LENGTH(beginnings); i++) {
		snprintf(line, sizeof(line), "%s%s/ap", beginnings[i], directory);
		assert_completions(line, &none, path);
	}
	// '*' is not a pattern here.
	snprintf(line, sizeof(line), "zone %s/*", directory);
	assert_completions(line, &none, "");
	snprintf(line, sizeof(line), "zone %s", directory);
	assert_completions(line, &none, files_path(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_completed_by_its_position),
		cmocka_unit_test(names_that_were_asked_are_offered_once),
		cmocka_unit_test(names_of_the_hosts_file_are_offered_too),
		cmocka_unit_test(files_are_offered_where_a_path_is_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
