// SPDX-License-Identifier: MIT
#include "shim/command/watch/journal.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/log_member.h"

#define NUMBER_MAX (INT64_MAX / 10)  // sums of a few are within an int64_t

static bool read_number(const char *text, int64_t *out)
{
	uint64_t number = 0;
	const bool is_number = ascii_take_number(&text, NUMBER_MAX, &number) && *text == '\0';
	*out = (int64_t)number;
	return is_number;
}

static bool read_member(const struct log_member *member, const char *text, struct log_event *event)
{
	void *value = (char *)event + member->offset;
	switch (member->form) {
	case LOG_MEMBER_KIND:
		event->kind = log_event_kind(text);
		return true;
	case LOG_MEMBER_SOURCE:
		event->source = answer_source_of(text);
		return true;
	case LOG_MEMBER_RESULT:
		event->result = log_result_of_word(text);
		return true;
	case LOG_MEMBER_NUMBER:
		return ascii_read_number(text, UINT32_MAX, value);
	case LOG_MEMBER_DURATION:
		return read_number(text, value);
	case LOG_MEMBER_COUNT:
		return true;
	default:
		*(const char **)value = text;
		return true;
	}
}

// Reads "KEY=VALUE". A later version may have more keys.
static bool read_pair(char *pair, struct journal_event *event)
{
	const struct {
		const char *key;
		int64_t *out;
	} numbers[] = {{"time", &event->time}, {"pid", &event->pid}, {"thread", &event->thread}};
	char *value = strchr(pair, '=');
	if (value == NULL)
		return false;
	*value++ = '\0';
	for (const struct log_member *member = log_members; member->key != NULL; member++)
		if (strcmp(pair, member->key) == 0)
			return read_member(member, value, &event->logged);
	for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++)
		if (strcmp(pair, numbers[i].key) == 0)
			return read_number(value, numbers[i].out);
	if (strcmp(pair, "program") == 0)
		event->program = value;
	return true;
}

static bool read_event(char *text, size_t size, struct journal_event *out)
{
	*out = (struct journal_event){.logged.microseconds = -1, .text = text};
	for (char *pair = text, *next; pair < text + size; pair = next) {
		next = pair + strlen(pair) + 1;
		if (!read_pair(pair, out))
			return false;
	}
	return out->logged.kind != EVENT_NONE;
}

const struct journal_event *journal_add(struct journal *journal, const char *text, size_t size)
{
	struct journal_event event;
	char *copy = malloc(size + 1);
	if (copy == NULL) {
		journal->lost++;
		return NULL;
	}
	memcpy(copy, text, size);
	copy[size] = '\0';
	const bool is_event = read_event(copy, size, &event);
	if (is_event && array_append(&journal->events, &journal->count, &event, sizeof(event)))
		return &journal->events[journal->count - 1];
	journal->lost += is_event;
	journal->unreadable += !is_event;
	free(copy);
	return NULL;
}

bool journal_is_lookup(const struct journal_event *event)
{
	const struct log_event *logged = &event->logged;
	return logged->kind == EVENT_CALL && logged->call != NULL && logged->source != SOURCE_LITERAL &&
		logged->name != NULL && logged->name[0] != '\0';
}

bool journal_is_failure(const struct journal_event *event)
{
	const struct log_result result = event->logged.result;
	return result.code != RESULT_SUCCESS && result.code != RESULT_NOERROR && log_result_word(result) != NULL;
}

size_t journal_count(const struct journal *journal, enum event_kind kind, const char *name)
{
	size_t count = 0;
	for (size_t i = 0; i < journal->count; i++) {
		const struct log_event *logged = &journal->events[i].logged;
		count += logged->kind == kind && (name == NULL || (logged->name != NULL && strcmp(logged->name, name) == 0));
	}
	return count;
}

double journal_start(const struct journal_event *event)
{
	return (double)event->time - (event->logged.microseconds > 0 ? (double)event->logged.microseconds / 1000 : 0);
}

int journal_order(const void *one, const void *other)
{
	return ARRAY_ORDER(journal_item(one), journal_item(other));
}

void journal_clear(struct journal *journal)
{
	for (size_t i = 0; i < journal->count; i++)
		free(journal->events[i].text);
	free(journal->events);
	*journal = (struct journal){.events = NULL};
}
