// SPDX-License-Identifier: MIT
#include "shim/command/watch/expect.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/ascii.h"
#include "config/base/rrtype.h"
#include "config/base/strbuf.h"
#include "shim/command/problem.h"
#include "shim/command/text.h"
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

// What a lookup asked for. Without a known type, type_count is 0 and the first type too.
struct asked {
	struct name name;
	uint16_t types[2];
	size_t type_count;
};

// False where it asked for no name that a file can list.
static bool read_asked(const struct log_event *event, struct asked *out)
{
	char word[RRTYPE_TEXT_SIZE];
	size_t length;
	const char *type = type_of(event, &length);
	*out = (struct asked){.type_count = 0};
	if (type == NULL)
		out->type_count = types_of_call(event, out->types);
	else
		out->type_count = ascii_copy(word, sizeof(word), type, length) && rrtype_read(word, &out->types[0]);
	return name_list_read_name(event->name, &out->name);
}

// How the lookup is listed; *type receives a type with which it is not. For a call that takes a name, an address such as
// 127.1 is a literal.
static enum listing_state find(
	const struct expectations *expectations, const struct journal_event *event, uint16_t *type)
{
	struct asked asked;
	enum listing_state state = LISTED;
	if (!read_asked(&event->logged, &asked))
		return LISTED_NOT;
	for (size_t i = 0; state == LISTED && (i == 0 || i < asked.type_count); i++) {
		*type = asked.types[i];
		state = name_list_find(&expectations->names, &asked.name, asked.types[i]);
	}
	return state;
}

bool expectations_lack(const struct expectations *expectations, const struct journal_event *event)
{
	uint16_t type;
	return journal_is_lookup(event) && find(expectations, event, &type) != LISTED;
}

// By name, then in the order of the journal.
static int compare_events(const void *one, const void *other)
{
	const int order = strcasecmp(journal_item(one)->logged.name, journal_item(other)->logged.name);
	return order != 0 ? order : journal_order(one, other);
}

// "withdns: " and a line, with control characters escaped.
__attribute__((format(printf, 2, 3))) static void write_message(FILE *out, const char *format, ...)
{
	char bytes[4096], text[4096];
	struct strbuf line = {.bytes = bytes, .size = sizeof(bytes)};
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	strbuf_add_escaped(&line, text, ESCAPE_TEXT, sizeof(bytes) - 1);
	fprintf(out, "withdns: %s\n", strbuf_end(&line));
}

// "unexpected lookup of app.test: getaddrinfo by curl[1234], and 2 more"; with "/AAAA" after a name that is expected with
// another type.
static void write_unexpected(
	const struct expectations *expectations, const struct journal_event *first, size_t count, FILE *out)
{
	char other[RRTYPE_TEXT_SIZE] = "", more[40] = "";
	size_t length;
	uint16_t type;
	const bool is_other = find(expectations, first, &type) == LISTED_OTHERWISE && type != 0;
	const char *asked = type_of(&first->logged, &length);
	if (count > 1)
		snprintf(more, sizeof(more), ", and %zu more", count - 1);
	write_message(out, "unexpected lookup of %s%s%s: %s%s%.*s by %s[%lld]%s", first->logged.name, is_other ? "/" : "",
		is_other ? rrtype_write(type, other) : "", first->logged.call, asked != NULL ? " " : "", (int)length,
		asked != NULL ? asked : "", first->program != NULL ? first->program : "", (long long)first->pid, more);
}

size_t expectations_write(const struct expectations *expectations, const struct journal *journal, FILE *out)
{
	size_t lookups, count = 0, first = 0;
	const struct journal_event **events = journal_select(journal, journal_is_lookup, compare_events, &lookups);
	for (size_t i = 0; i < lookups; i++)
		if (expectations_lack(expectations, events[i]))
			events[count++] = events[i];
	// Without memory they are only counted.
	for (size_t i = 0; events == NULL && i < journal->count; i++)
		count += expectations_lack(expectations, &journal->events[i]);
	for (size_t i = 1; events != NULL && i <= count; i++) {
		if (i < count && strcasecmp(events[first]->logged.name, events[i]->logged.name) == 0)
			continue;
		write_unexpected(expectations, events[first], i - first, out);
		first = i;
	}
	free(events);
	return count;
}

static void mark_used(const struct expectations *expectations, const struct journal_event *event)
{
	const struct name_list *names = &expectations->names;
	struct asked asked;
	if (!journal_is_lookup(event) || !read_asked(&event->logged, &asked))
		return;
	for (size_t i = 0; i < names->count; i++)
		for (size_t j = 0; j == 0 || j < asked.type_count; j++)
			expectations->is_used[i] |= listed_name_find(&names->list[i], &asked.name, asked.types[j]) == LISTED;
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
		write_message(out, "no lookup of %s (%s:%u)", text != NULL ? text : "", expectations->path, listed->line);
		free(text);
		count++;
	}
	return count;
}

// The line for a lookup; a comment for a name that cannot be listed.
static char *line_of(const struct journal_event *event)
{
	struct asked asked;
	struct address address;
	if (!read_asked(&event->logged, &asked)) {
		char escaped[1024];
		struct strbuf line = {.bytes = escaped, .size = sizeof(escaped)};
		strbuf_add_escaped(&line, event->logged.name, ESCAPE_TEXT, sizeof(escaped) - 1);
		return text_format("# not a name: %s", strbuf_end(&line));
	}
	const uint16_t type = asked.types[0];
	const bool is_plain = asked.type_count != 1 || type == RRTYPE_A || type == RRTYPE_AAAA ||
		(type == RRTYPE_PTR && name_to_address(&asked.name, &address));
	for (size_t i = 0; i < asked.name.length; i++)
		asked.name.wire[i] = (uint8_t)ascii_lower((char)asked.name.wire[i]);
	return write_line(&asked.name, false, is_plain ? 0 : type);
}

static int compare_lines(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

bool expectations_write_file(const struct journal *journal, FILE *out)
{
	char **lines = calloc(journal->count + 1, sizeof(*lines));
	size_t count = 0;
	bool is_whole = lines != NULL;
	for (size_t i = 0; is_whole && i < journal->count; i++)
		if (journal_is_lookup(&journal->events[i]))
			is_whole = (lines[count++] = line_of(&journal->events[i])) != NULL;
	if (is_whole)
		qsort(lines, count, sizeof(*lines), compare_lines);
	for (size_t i = 0; is_whole && i < count; i++)
		if (i == 0 || strcmp(lines[i - 1], lines[i]) != 0)
			fprintf(out, "%s\n", lines[i]);
	while (count > 0)
		free(lines[--count]);
	free(lines);
	return is_whole && !ferror(out);
}

// The event of a recording that cannot be written has no type.
static bool is_unrecorded(const struct journal_event *event)
{
	const struct log_event *logged = &event->logged;
	return logged->kind == EVENT_RECORDING && logged->name != NULL && logged->type != NULL;
}

static int compare_questions(const void *one, const void *other)
{
	const struct log_event *left = &journal_item(one)->logged, *right = &journal_item(other)->logged;
	const int names = strcasecmp(left->name, right->name);
	return names != 0 ? names : strcmp(left->type, right->type);
}

static int compare_unrecorded(const void *one, const void *other)
{
	const int questions = compare_questions(one, other);
	return questions != 0 ? questions : journal_order(one, other);
}

size_t expectations_write_unrecorded(const struct journal *journal, FILE *out)
{
	size_t events, count = 0;
	const struct journal_event **list = journal_select(journal, is_unrecorded, compare_unrecorded, &events);
	// Without memory they are only counted.
	for (size_t i = 0; list == NULL && i < journal->count; i++)
		count += is_unrecorded(&journal->events[i]);
	for (size_t i = 0; i < events; i++) {
		if (i > 0 && compare_questions(&list[i - 1], &list[i]) == 0)
			continue;
		write_message(out, "not recorded: %s %s by %s[%lld]", list[i]->logged.name, list[i]->logged.type,
			list[i]->program != NULL ? list[i]->program : "", (long long)list[i]->pid);
		count++;
	}
	free(list);
	return count;
}

void expectations_clear(struct expectations *expectations)
{
	name_list_clear(&expectations->names);
	free(expectations->is_used);
	*expectations = (struct expectations){.path = NULL};
}
