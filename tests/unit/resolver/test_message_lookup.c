// SPDX-License-Identifier: MIT
// The messages that programs get when no server sent one.
#include <stdio.h>

#include "resolver/message_lookup.h"
#include "tests/unit/scene.h"

static const char *write_records(char *text, size_t size, unsigned count)
{
	size_t length = 0;
	for (unsigned i = 0; i < count; i++)
		length += (size_t)snprintf(text + length, size - length, "record many.test A 192.0.2.%u\n", i);
	return text;
}

struct seen {
	size_t size;
	bool over_tcp;
};

static void see(void *context, const uint8_t *message, size_t size, bool over_tcp)
{
	(void)message;
	*(struct seen *)context = (struct seen){size, over_tcp};
}

// A message that exceeds the buffer must be reported as such.
static void what_no_datagram_would_hold_counts_as_come_by_tcp(void **state)
{
	(void)state;
	static const struct {
		unsigned records;
		bool over_tcp;
	} cases[] = {{8, false}, {32, true}};
	char settings[2048];
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of("", "", write_records(settings, sizeof(settings), cases[i].records));
		struct lookup_context lookup = scene_context(&scene);
		struct question question = {.type = RRTYPE_A, .class = RRCLASS_IN};
		struct answer answer;
		struct seen seen = {0};
		lookup.as_packets = true;
		lookup.on_reply = see;
		lookup.context = &seen;
		assert_int_equal(message_lookup_query(scene.resolver, &lookup, "many.test", &question, &answer), OUTCOME_FOUND);
		assert_int_equal(seen.size > 512, cases[i].over_tcp);
		assert_int_equal(seen.over_tcp, cases[i].over_tcp);
		assert_int_equal(answer.over_tcp, cases[i].over_tcp);
		answer_clear(&answer);
		scene_close(&scene);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_no_datagram_would_hold_counts_as_come_by_tcp),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
