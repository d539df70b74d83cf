// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim/command/watch/report.h"
#include "tests/unit/journals.h"

static void a_report_escapes_what_names_smuggle_in(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(1, "<script>&'\\\"\\u001b", BY_SERVER, "EAI_NONAME", "1.000"));
	const char *const program[] = {"</title><img>", NULL};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_true(report_write(&journal, program, out));
	fclose(out);
	assert_null(strstr(text, "<script"));
	assert_null(strstr(text, "<img"));
	assert_null(strchr(text, '\x1b'));
	assert_non_null(strstr(text, "&lt;script&gt;&amp;&#39;&quot;\\x1b"));
	free(text);
	journal_clear(&journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_escapes_what_names_smuggle_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
