// SPDX-License-Identifier: MIT
#include "shim/command/watch/expect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/rrtype.h"
#include "config/base/strbuf.h"
#include "shim/command/problem.h"
#include "shim/command/text.h"
#include "shim/command/watch/event.h"
#include "shim/command/watch/journal.h"

bool expectations_read(const char *path, struct expectations *out, struct problem *problem)
{
	unsigned line;
	*out = (struct expectations){.path = path};
	if (name_list_read(path, &out->names, &line)) {
		out->is_used = calloc(out->names.count + 1, sizeof(*out->is_used));
		return out->is_used != NULL || problem_out_of_memory(problem);
	}
	if (line > 0)
		return problem_set(problem, EXIT_OWN_ERROR, "%s:%u: expected " NAME_LIST_EXPECTED, path, line);
	return problem_set(problem, EXIT_OWN_ERROR, "%s: expected a file of names that can be read: %m", path);
}

// How the lookup is listed; *type receives a type with which it is not. For a call that takes a name, an address such as
// 127.1 is a literal.
static enum listing_state find(
	const struct expectations *expectations, const struct journal_event *event, uint16_t *type)
{
	struct name name;
	uint16_t types[EVENT_TYPES_MAX] = {0};
	enum listing_state state = LISTED;
	if (!name_list_read_name(event->logged.name, &name))
		return LISTED_NOT;
	const size_t count = event_types(event, types);
	for (size_t i = 0; state == LISTED && (i == 0 || i < count); i++) {
		*type = types[i];
		state = name_list_find(&expectations->names, &name, types[i]);
	}
	return state;
}

bool expectations_lack(const struct expectations *expectations, const struct journal_event *event)
{
	uint16_t type;
	return event_is_lookup(event) && find(expectations, event, &type) != LISTED;
}

// By name, then in the order of the journal.
static int compare_events(const void *one, const void *other)
{
	const int order = strcasecmp(event_at(one)->logged.name, event_at(other)->logged.name);
	return order != 0 ? order : event_order(one, other);
}

// "withdns: unexpected lookup of app.test: getaddrinfo by curl[1234], and 2 more"; with "/AAAA" after a name that is
// expected with another type.
static void write_unexpected(
	const struct expectations *expectations, const struct journal_event *first, size_t count, FILE *out)
{
	char bytes[2048], call[EVENT_CELL_SIZE], word[RRTYPE_TEXT_SIZE];
	struct strbuf line = {.bytes = bytes, .size = sizeof(bytes)};
	uint16_t type;
	strbuf_add_escaped(&line, first->logged.name, ESCAPE_TEXT, 1024);
	if (find(expectations, first, &type) == LISTED_OTHERWISE && type != 0) {
		strbuf_add(&line, "/");
		strbuf_add(&line, rrtype_write(type, word));
	}
	strbuf_add(&line, ": ");
	strbuf_add_escaped(&line, event_call(first, call), ESCAPE_TEXT, 256);
	strbuf_add(&line, " by ");
	strbuf_add_escaped(&line, first->program != NULL ? first->program : "", ESCAPE_TEXT, 256);
	fprintf(out, "withdns: unexpected lookup of %s[%llu]", strbuf_end(&line), (unsigned long long)first->pid);
	if (count > 1)
		fprintf(out, ", and %zu more", count - 1);
	fputc('\n', out);
}

static void write_all(
	const struct expectations *expectations, const struct journal_event **events, size_t count, FILE *out)
{
	for (size_t i = 0, first = 0; i < count; i++) {
		if (i + 1 < count && strcasecmp(events[first]->logged.name, events[i + 1]->logged.name) == 0)
			continue;
		write_unexpected(expectations, events[first], i + 1 - first, out);
		first = i + 1;
	}
}

size_t expectations_write(const struct expectations *expectations, const struct journal *journal, FILE *out)
{
	size_t lookups, count = 0;
	const struct journal_event **events = event_select(journal, event_is_lookup, compare_events, &lookups);
	for (size_t i = 0; i < lookups; i++)
		if (expectations_lack(expectations, events[i]))
			events[count++] = events[i];
	// Without memory they are only counted.
	for (size_t i = 0; events == NULL && i < journal->count; i++)
		count += expectations_lack(expectations, &journal->events[i]);
	if (events != NULL)
		write_all(expectations, events, count, out);
	free(events);
	return count;
}

static void mark_used(const struct expectations *expectations, const struct journal_event *event)
{
	const struct name_list *names = &expectations->names;
	uint16_t types[EVENT_TYPES_MAX] = {0};
	struct name name;
	if (!event_is_lookup(event) || !name_list_read_name(event->logged.name, &name))
		return;
	const size_t count = event_types(event, types);
	for (size_t i = 0; i < names->count; i++)
		for (size_t j = 0; j == 0 || j < count; j++)
			expectations->is_used[i] |= listed_name_find(&names->list[i], &name, types[j]) == LISTED;
}

// A line as the file may have it, allocated; NULL without memory. type 0: none.
static char *write_line(const struct name *name, bool is_below, uint16_t type)
{
	char text[NAME_TEXT_SIZE], word[RRTYPE_TEXT_SIZE];
	return text_format("%s%s%s%s", is_below ? "*." : "", name_list_write_name(name, text), type != 0 ? "/" : "",
		type != 0 ? rrtype_write(type, word) : "");
}

size_t expectations_write_unused(const struct expectations *expectations, const struct journal *journal, FILE *out)
{
	size_t count = 0;
	for (size_t i = 0; i < journal->count; i++)
		mark_used(expectations, &journal->events[i]);
	for (size_t i = 0; i < expectations->names.count; i++) {
		const struct listed_name *listed = &expectations->names.list[i];
		if (expectations->is_used[i])
			continue;
		char *text = write_line(&listed->name, listed->is_below, listed->has_type ? listed->type : 0);
		fprintf(out, "withdns: no lookup of %s (%s:%u)\n", text != NULL ? text : "", expectations->path, listed->line);
		free(text);
		count++;
	}
	return count;
}

// The line for a lookup; a comment for a name that cannot be listed.
static char *line_of(const struct journal_event *event)
{
	struct name name;
	struct address address;
	uint16_t types[EVENT_TYPES_MAX] = {0};
	const char *text = event->logged.name;
	if (!name_list_read_name(text, &name)) {
		char escaped[1024];
		struct strbuf line = {.bytes = escaped, .size = sizeof(escaped)};
		strbuf_add_escaped(&line, text, ESCAPE_TEXT, sizeof(escaped) - 1);
		return text_format("# not a name: %s", strbuf_end(&line));
	}
	const bool is_plain = event_types(event, types) != 1 || types[0] == RRTYPE_A || types[0] == RRTYPE_AAAA ||
		(types[0] == RRTYPE_PTR && name_to_address(&name, &address));
	for (size_t i = 0; i < name.length; i++)
		name.wire[i] = (uint8_t)ascii_lower((char)name.wire[i]);
	return write_line(&name, false, is_plain ? 0 : types[0]);
}

static int compare_lines(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

// Adds the line of the event, if it has one. False without memory.
static bool add_line(const struct journal_event *event, char ***lines, size_t *count)
{
	if (!event_is_lookup(event))
		return true;
	char *line = line_of(event);
	if (line != NULL && array_append(lines, count, &line, sizeof(line)))
		return true;
	free(line);
	return false;
}

bool expectations_write_file(const struct journal *journal, FILE *out)
{
	char **lines = NULL;
	size_t count = 0;
	bool is_whole = true;
	for (size_t i = 0; is_whole && i < journal->count; i++)
		is_whole = add_line(&journal->events[i], &lines, &count);
	if (count > 0)
		qsort(lines, count, sizeof(*lines), compare_lines);
	for (size_t i = 0; is_whole && i < count; i++)
		if (i == 0 || strcmp(lines[i - 1], lines[i]) != 0)
			fprintf(out, "%s\n", lines[i]);
	while (count > 0)
		free(lines[--count]);
	free(lines);
	return is_whole && !ferror(out);
}

void expectations_clear(struct expectations *expectations)
{
	name_list_clear(&expectations->names);
	free(expectations->is_used);
	*expectations = (struct expectations){.path = NULL};
}
