// SPDX-License-Identifier: MIT
#include "shim/command/watch/event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/ascii.h"
#include "config/base/rrtype.h"
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

// The record type as the event has it, with its length; NULL: none.
static const char *type_of(const struct log_event *event, size_t *length)
{
	const size_t start = strlen(LOG_TYPE_ARGUMENT);
	const char *arguments = event->arguments, *type = event->type;
	if (type == NULL && arguments != NULL && strncmp(arguments, LOG_TYPE_ARGUMENT, start) == 0)
		type = arguments + start;
	*length = type != NULL ? strcspn(type, " ") : 0;
	return type;
}

const char *event_call(const struct journal_event *event, char *bytes)
{
	size_t length;
	const char *type = type_of(&event->logged, &length);
	snprintf(bytes, EVENT_CELL_SIZE, "%s%s%.*s", event->logged.call, type != NULL ? " " : "", (int)length,
		type != NULL ? type : "");
	return bytes;
}

// The types of a call without one.
static size_t types_of_call(const struct log_event *event, uint16_t *types)
{
	const char *arguments = event->arguments != NULL ? event->arguments : "";
	const bool is_ipv6 = strstr(arguments, "family=inet6") != NULL;
	const bool is_one = strstr(arguments, "family=inet") != NULL;
	const bool is_getaddrinfo = strncmp(event->call, "getaddrinfo", strlen("getaddrinfo")) == 0;
	struct address address;
	if (address_read(event->name, &address))
		return types[0] = RRTYPE_PTR, 1;
	if (!is_getaddrinfo && strncmp(event->call, "gethostbyname", strlen("gethostbyname")) != 0)
		return 0;
	types[0] = is_ipv6 ? RRTYPE_AAAA : RRTYPE_A;
	types[1] = RRTYPE_AAAA;
	return is_getaddrinfo && !is_one ? 2 : 1;
}

size_t event_types(const struct journal_event *event, uint16_t *types)
{
	char word[RRTYPE_TEXT_SIZE];
	size_t length;
	const char *type = type_of(&event->logged, &length);
	if (type == NULL)
		return types_of_call(&event->logged, types);
	return ascii_copy(word, sizeof(word), type, length) && rrtype_read(word, &types[0]);
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

double event_start(const struct journal_event *event)
{
	return (double)event->time - (event->logged.microseconds > 0 ? (double)event->logged.microseconds / 1000 : 0);
}

int event_order(const void *one, const void *other)
{
	return (event_at(one) > event_at(other)) - (event_at(one) < event_at(other));
}
