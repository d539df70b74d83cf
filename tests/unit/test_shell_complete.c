// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "shim/command/shell/line_editor.h"
#include "shim/command/shell/shell_complete.h"

static struct known_names hosts;

// What the last word of the line may become, with one blank between them.
static void assert_completions(const char *line, const struct known_names *asked, const char *wanted)
{
	struct completions found = {.words = NULL};
	char text[4096] = "";
	size_t start = strlen(line);

	while (start > 0 && strchr(" \t!", line[start - 1]) == NULL)
		start--;
	shell_complete(line, start, line + start, asked, &hosts, &found);
	for (size_t i = 0; i < found.count; i++) {
		strcat(text, i > 0 ? " " : "");
		strcat(text, found.words[i]);
	}
	assert_string_equal(text, wanted);
	completions_clear(&found);
}

static void a_word_becomes_what_may_stand_there(void **state)
{
	(void)state;
	static const struct { const char *line, *wanted; } cases[] = {
		{"ser", "server"},
		{" un", "undo"},
		{"rec", "record"},
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
	const struct known_names none = {.names = NULL};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_completions(cases[i].line, &none, cases[i].wanted);
}

static void names_that_were_asked_are_offered_once(void **state)
{
	(void)state;
	struct known_names asked = {.names = NULL};

	known_names_add(&asked, "www.app.test");
	known_names_add(&asked, "WWW.app.test");
	known_names_add(&asked, "sub.app.test");
	known_names_add(&asked, "server");
	assert_completions("ww", &asked, "www.app.test");
	assert_completions("su", &asked, "summary-of sub.app.test");
	assert_completions("serv", &asked, "server");
	assert_completions("raw SU", &asked, "summary-of sub.app.test");
	assert_completions("explain a.test w", &asked, "www.app.test");
	assert_completions("fault w", &asked, "www.app.test");
	assert_completions("www.app.test w", &asked, "WKS");
	known_names_clear(&asked);
}

static void names_of_the_hosts_file_are_offered_too(void **state)
{
	(void)state;
	struct known_names asked = {.names = NULL};

	known_names_add(&asked, "db.app.test");
	known_names_add(&hosts, "DB.app.test.local");
	known_names_add(&hosts, "db.app.test");
	assert_completions("db", &asked, "db.app.test DB.app.test.local");
	known_names_clear(&asked);
	known_names_clear(&hosts);
}

static void files_are_offered_where_a_path_is_wanted(void **state)
{
	(void)state;
	char folder[] = "/tmp/test_shell_complete.XXXXXX", path[128], line[256];
	const struct known_names none = {.names = NULL};

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/app.zone", folder);
	fclose(fopen(path, "w"));
	static const char *const beginnings[] = {"zone ", "hosts ", "log ", "save ", "check ", "!cat ", "! "};
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		snprintf(line, sizeof(line), "%s%s/ap", beginnings[i], folder);
		assert_completions(line, &none, path);
	}
	// A star is no pattern here.
	snprintf(line, sizeof(line), "zone %s/*", folder);
	assert_completions(line, &none, "");
	snprintf(line, sizeof(line), "zone %s", folder);
	snprintf(path, sizeof(path), "%s/", folder);
	assert_completions(line, &none, path);
	snprintf(path, sizeof(path), "%s/app.zone", folder);
	unlink(path);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_becomes_what_may_stand_there),
		cmocka_unit_test(names_that_were_asked_are_offered_once),
		cmocka_unit_test(names_of_the_hosts_file_are_offered_too),
		cmocka_unit_test(files_are_offered_where_a_path_is_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
