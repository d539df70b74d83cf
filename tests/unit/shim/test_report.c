// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim/command/watch/processes.h"
#include "shim/command/watch/report.h"
#include "tests/unit/journals.h"

#define SIZE_MOST (700 * 1024)

// What is written about the journal, which is cleared. The caller frees it.
static char *written(struct journal *journal, struct report report)
{
	static const struct processes none;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	report.journal = journal;
	report.processes = report.processes != NULL ? report.processes : &none;
	assert_true(report_write(&report, out));
	fclose(out);
	journal_clear(journal);
	return text;
}

// Do the texts stand in this order?
static void assert_in_order(const char *text, const char *const *parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *found = strstr(text, parts[i]);
		if (found == NULL)
			fail_msg("not there, or too early: %s", parts[i]);
		text = found + strlen(parts[i]);
	}
}

static void a_report_escapes_what_names_smuggle_in(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(1, "<script>&'\\\"\\u001b", BY_SERVER, "EAI_NONAME", "1.000"));
	const char *const program[] = {"</title><img>", "a\nb", NULL};
	char *text = written(&journal, (struct report){.program = program, .settings = "<img>"});
	assert_null(strstr(text, "<script"));
	assert_null(strstr(text, "<img"));
	assert_null(strchr(text, '\x1b'));
	assert_non_null(strstr(text, "<b>&lt;script&gt;&amp;&#39;&quot;\\x1b</b>"));
	assert_non_null(strstr(text, "title=\"&lt;script&gt;&amp;&#39;&quot;\\x1b\n"));
	assert_non_null(strstr(text, "&lt;img&gt; a b</code>"));
	free(text);
}

static void the_first_sentence_has_the_sums(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(1, "a.test", BY_SERVER, "0", "1.500")
			CALL(2, "b.test", "", "EAI_NONAME", "2.000") CALL(2, "b.test", "", "EAI_NONAME", "0.500"));
	static const char *const parts[] = {"<strong>3 lookups</strong> of 2 names", "2 failed",
		"2 processes waited 4 ms for DNS.", "began on 2026-11-23 03:26:03 UTC.", "<td>b.test</td>", "<td>a.test</td>",
		"Waterfall", "Settings", "nameserver none", "Not seen", "4 lookups or questions could not be recorded"};
	journal.lost = 4;
	char *text = written(&journal, (struct report){.began = INT64_C(1795404363000), .settings = "nameserver none"});
	assert_in_order(text, parts, LENGTH(parts));
	free(text);
}

static void a_lookup_folds_what_led_to_its_result_in_the_order_of_cause(void **state)
{
	(void)state;
	struct journal journal = parsed(
		"{\"time\":\"2026-11-23T03:26:03.020Z\",\"pid\":1,\"event\":\"exchange\",\"name\":\"a.test\",\"type\":\"A\","
		"\"server\":\"192.0.2.1:53\",\"transport\":\"udp\",\"result\":\"SERVFAIL\",\"ms\":9.000}\n"
		"{\"time\":\"2026-11-23T03:26:03.020Z\",\"pid\":1,\"event\":\"exchange\",\"name\":\"a.test\",\"type\":\"AAAA\","
		"\"server\":\"192.0.2.1:53\",\"transport\":\"udp\",\"result\":\"SERVFAIL\",\"ms\":8.000}\n"
		"{\"time\":\"2026-11-23T03:26:03.011Z\",\"pid\":1,\"event\":\"fault\",\"name\":\"a.test\",\"arguments\":\"delay=10\","
		"\"ms\":10.000}\n"
		"{\"time\":\"2026-11-23T03:26:03.020Z\",\"pid\":1,\"event\":\"call\",\"call\":\"getaddrinfo\",\"name\":\"a.test\","
		"\"arguments\":\"service=80\",\"result\":\"EAI_AGAIN\",\"reason\":\"because of it\",\"ms\":20.000}\n");
	static const char *const parts[] = {"<details><summary class=f", "<b>a.test", "192.0.2.1:53", "EAI_AGAIN", "20.00",
		"</summary>", "getaddrinfo service=80", "fault delay=10", "A AAAA", "192.0.2.1:53 udp", "SERVFAIL", "9.00",
		"because of it", "</details>"};
	char *text = written(&journal, (struct report){.program = NULL});
	assert_in_order(text, parts, LENGTH(parts));
	free(text);
}

static void processes_stand_below_the_process_that_started_them(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(30, "c.test", "", "0", "1.000") CALL(20, "b1.test", "", "0", "1.000")
			CALL(20, "b2.test", "", "0", "1.000") CALL(40, "d.test", "", "0", "1.000"));
	char make[] = "make <all>", curl_c[] = "curl c", python[] = "python b", curl_d[] = "curl d";
	struct process list[] = {{10, 5, make}, {30, 10, curl_c}, {20, 10, python}, {40, 20, curl_d}};
	const struct processes processes = {list, LENGTH(list)};
	static const char *const parts[] = {"<b>make &lt;all&gt;</b> <small>10</small>",
		"<b>python b</b> <small>20, 2 lookups", "b1.test", "b2.test", "d.test<small>curl d", "</details>\n</details>",
		"</details>\n", "Settings"};
	char *text = written(&journal, (struct report){.processes = &processes, .settings = ""});
	assert_in_order(text, parts, LENGTH(parts) - 3);
	assert_non_null(strstr(text, "c.test<small>curl c"));
	free(text);
}

// A journal of that many lookups by 40 processes, each with two exchanges, each hundredth failed.
static struct journal made(size_t count)
{
	static const char time[] =
		"{\"v\":1,\"time\":\"2026-11-23T03:%02zu:%02zu.%03zuZ\",\"pid\":%zu,\"program\":\"python3\",";
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct journal journal;
	for (size_t i = 0; i < count; i++) {
		const char *result = i % 100 == 99 ? "SERVFAIL" : "NOERROR";
		for (int type = 0; type < 2; type++) {
			fprintf(out, time, i / 1000 / 60 % 60, i / 1000 % 60, i % 1000, 1000 + i % 40);
			fprintf(out,
				"\"event\":\"exchange\",\"name\":\"host-%zu.service.example.test\",\"type\":\"%s\",\"server\":"
				"\"192.0.2.53:53\",\"transport\":\"udp\",\"result\":\"%s\",\"try\":%d,\"ms\":0.%03zu}\n",
				i, type ? "AAAA" : "A", result, type + 1, i % 1000);
		}
		fprintf(out, time, i / 1000 / 60 % 60, i / 1000 % 60, i % 1000, 1000 + i % 40);
		fprintf(out,
			"\"event\":\"call\",\"call\":\"getaddrinfo\",\"name\":\"host-%zu.service.example.test\",\"source\":\"server\","
			"\"server\":\"192.0.2.53:53\",\"result\":\"%s\",\"addresses\":[\"192.0.2.1\",\"2001:db8::1\"],\"ms\":0.%03zu}\n",
			i, i % 100 == 99 ? "EAI_AGAIN" : "0", i % 1000);
	}
	fclose(out);
	text = realloc(text, size + 1);
	assert_true(journal_parse(text, size, &journal));
	return journal;
}

static void three_thousand_lookups_fit(void **state)
{
	(void)state;
	struct journal journal = made(3000);
	char *text = written(&journal, (struct report){.settings = ""}), name[80];
	assert_true(strlen(text) < SIZE_MOST);
	for (size_t i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "<b>host-%zu.service.example.test</b>", i);
		assert_non_null(strstr(text, name));
	}
	assert_null(strstr(text, "are shown here"));
	free(text);
}

static void of_more_lookups_the_failed_and_the_longest_are_shown(void **state)
{
	(void)state;
	struct journal journal = made(100000);
	char *text = written(&journal, (struct report){.settings = ""});
	assert_true(strlen(text) < SIZE_MOST);
	assert_non_null(strstr(text, "<strong>100000 lookups</strong>"));
	assert_non_null(strstr(text, "<p>Of 100000 lookups, "));
	assert_non_null(strstr(text, " are shown here: "));
	assert_non_null(strstr(text, "<b>host-999.service.example.test</b>"));
	assert_null(strstr(text, "<b>host-1001.service.example.test</b>"));
	free(text);
}

static void a_report_without_lookups_is_one(void **state)
{
	(void)state;
	struct journal journal = parsed("");
	char *text = written(&journal, (struct report){.began = 0});
	assert_non_null(strstr(text, "<strong>0 lookups</strong>"));
	assert_non_null(strstr(text, "</html>"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_escapes_what_names_smuggle_in),
		cmocka_unit_test(the_first_sentence_has_the_sums),
		cmocka_unit_test(a_lookup_folds_what_led_to_its_result_in_the_order_of_cause),
		cmocka_unit_test(processes_stand_below_the_process_that_started_them),
		cmocka_unit_test(three_thousand_lookups_fit),
		cmocka_unit_test(of_more_lookups_the_failed_and_the_longest_are_shown),
		cmocka_unit_test(a_report_without_lookups_is_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
