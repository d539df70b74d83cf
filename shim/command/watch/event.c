// SPDX-License-Identifier: MIT
#include "shim/command/watch/event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim/command/watch/journal.h"

bool event_is_lookup(const struct journal_event *event)
{
	const struct log_event *logged = &event->logged;
	return logged->kind == EVENT_CALL && logged->call != NULL && logged->source != SOURCE_LITERAL &&
		logged->name != NULL && logged->name[0] != '\0';
}

bool event_is_failure(const struct journal_event *event)
{
	const struct log_result result = event->logged.result;
	return result.code != RESULT_SUCCESS && result.code != RESULT_NOERROR && log_result_word(result) != NULL;
}

const char *event_source(const struct journal_event *event, char *bytes)
{
	const char *source = event->source != NULL ? event->source : "-", *server = event->logged.server;
	snprintf(bytes, EVENT_CELL_SIZE, "%s%s%s", source, server != NULL ? " " : "", server != NULL ? server : "");
	return bytes;
}

const char *event_call(const struct journal_event *event, char *bytes)
{
	const size_t start = strlen(LOG_TYPE_ARGUMENT);
	const char *arguments = event->logged.arguments, *type = event->logged.type;
	if (type == NULL && arguments != NULL && strncmp(arguments, LOG_TYPE_ARGUMENT, start) == 0)
		type = arguments + start;
	snprintf(bytes, EVENT_CELL_SIZE, "%s%s%.*s", event->logged.call, type != NULL ? " " : "",
		type != NULL ? (int)strcspn(type, " ") : 0, type != NULL ? type : "");
	return bytes;
}

const struct journal_event **event_select(const struct journal *journal,
	bool (*is_wanted)(const struct journal_event *event), int (*compare)(const void *, const void *), size_t *count)
{
	const struct journal_event **selected = calloc(journal->count + 1, sizeof(*selected));
	*count = 0;
	if (selected == NULL)
		return NULL;
	for (size_t i = 0; i < journal->count; i++)
		if (is_wanted == NULL || is_wanted(&journal->events[i]))
			selected[(*count)++] = &journal->events[i];
	qsort(selected, *count, sizeof(*selected), compare);
	return selected;
}

int event_order(const void *one, const void *other)
{
	return (event_at(one) > event_at(other)) - (event_at(one) < event_at(other));
}
