// SPDX-License-Identifier: MIT
#include "shim/command/watch/replay.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/strbuf.h"
#include "shim/command/watch/event.h"
#include "shim/command/watch/journal.h"

// The event of a recording that cannot be written has no type.
static bool is_unknown(const struct journal_event *event)
{
	const struct log_event *logged = &event->logged;
	return logged->kind == EVENT_RECORDING && logged->name != NULL && logged->type != NULL;
}

static int compare_questions(const struct journal_event *one, const struct journal_event *other)
{
	const int names = strcasecmp(one->logged.name, other->logged.name);
	return names != 0 ? names : strcmp(one->logged.type, other->logged.type);
}

static int compare(const void *one, const void *other)
{
	const int questions = compare_questions(event_at(one), event_at(other));
	return questions != 0 ? questions : event_order(one, other);
}

// "withdns: not recorded: app.test AAAA by curl[1234]"
static void write_line(const struct journal_event *event, FILE *out)
{
	char bytes[2048];
	struct strbuf line = {.bytes = bytes, .size = sizeof(bytes)};
	strbuf_add_escaped(&line, event->logged.name, ESCAPE_TEXT, 1024);
	strbuf_add(&line, " ");
	strbuf_add_escaped(&line, event->logged.type, ESCAPE_TEXT, 64);
	strbuf_add(&line, " by ");
	strbuf_add_escaped(&line, event->program != NULL ? event->program : "", ESCAPE_TEXT, 256);
	fprintf(out, "withdns: not recorded: %s[%llu]\n", strbuf_end(&line), (unsigned long long)event->pid);
}

size_t replay_write_unknown(const struct journal *journal, FILE *out)
{
	size_t events, count = 0;
	const struct journal_event **unknown = event_select(journal, is_unknown, compare, &events);
	// Without memory they are only counted.
	for (size_t i = 0; unknown == NULL && i < journal->count; i++)
		count += is_unknown(&journal->events[i]);
	for (size_t i = 0; unknown != NULL && i < events; i++) {
		if (i > 0 && compare_questions(unknown[i - 1], unknown[i]) == 0)
			continue;
		write_line(unknown[i], out);
		count++;
	}
	free(unknown);
	return count;
}
