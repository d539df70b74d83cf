// SPDX-License-Identifier: MIT
#include "shim/command/watch/expect.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/ascii.h"
#include "config/base/rrtype.h"
#include "config/name_list.h"
#include "shim/command/text.h"
#include "shim/command/watch/journal.h"

// The types of a call without one.
static size_t types_of_call(const struct log_event *event, const char *arguments, uint16_t *types)
{
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
	char word[RRTYPE_TEXT_SIZE];  // the type among the call's arguments; "": none
	uint16_t types[2];
	size_t type_count;
};

_Static_assert(RRTYPE_TEXT_SIZE == 16, "a word of 15 characters and a NUL");

// False where it asked for no name that a file can list.
static bool read_asked(const struct log_event *event, struct asked *out)
{
	const char *arguments = event->arguments != NULL ? event->arguments : "";
	*out = (struct asked){.type_count = 0};
	if (sscanf(arguments, LOG_TYPE_ARGUMENT "%15s", out->word) == 1)
		out->type_count = rrtype_read(out->word, &out->types[0]);
	else
		out->type_count = types_of_call(event, arguments, out->types);
	return name_list_read_name(event->name, &out->name);
}

// How the lookup is listed; *type receives a type with which it is not. For a call that takes a name, an address such
// as 127.1 is a literal.
static enum listing_state find(const struct name_list *expected, const struct asked *asked, uint16_t *type)
{
	enum listing_state state = LISTED;
	for (size_t i = 0; state == LISTED && (i == 0 || i < asked->type_count); i++) {
		*type = asked->types[i];
		state = name_list_find(expected, &asked->name, asked->types[i]);
	}
	return state;
}

// The event of a recording that cannot be written has no type.
static bool is_lacking(const struct name_list *expected, const struct journal_event *event)
{
	const struct log_event *logged = &event->logged;
	struct asked asked;
	uint16_t type;
	if (expected == NULL)
		return logged->kind == EVENT_RECORDING && logged->name != NULL && logged->type != NULL;
	return journal_is_lookup(event) && (!read_asked(logged, &asked) || find(expected, &asked, &type) != LISTED);
}

static int compare_names(const struct journal_event *one, const struct journal_event *other)
{
	const struct log_event *left = &one->logged, *right = &other->logged;
	const int names = strcasecmp(left->name, right->name);
	return names != 0 || left->kind != EVENT_RECORDING ? names : strcmp(left->type, right->type);
}

// By name, or question, then in the order of the journal.
static int compare_events(const void *one, const void *other)
{
	const int names = compare_names(journal_item(one), journal_item(other));
	return names != 0 ? names : journal_order(one, other);
}

// "withdns: " and the text, which is freed, with control characters escaped. NULL: for lack of memory.
static void write_message(FILE *out, char *text)
{
	fputs("withdns: ", out);
	text_escape(text != NULL ? text : "out of memory", out);
	fputc('\n', out);
	free(text);
}

// "unexpected lookup of app.test: getaddrinfo by curl[1234], and 2 more"; with "/AAAA" after a name that is expected
// with another type.
static void write_unexpected(
	const struct name_list *expected, const struct journal_event *first, size_t count, FILE *out)
{
	char other[RRTYPE_TEXT_SIZE], more[40] = "";
	struct asked asked;
	uint16_t type;
	const bool is_other =
		read_asked(&first->logged, &asked) && find(expected, &asked, &type) == LISTED_OTHERWISE && type != 0;
	if (count > 1)
		snprintf(more, sizeof(more), ", and %zu more", count - 1);
	write_message(out,
		text_format("unexpected lookup of %s%s%s: %s%s%s by %s[%lld]%s", first->logged.name, is_other ? "/" : "",
			is_other ? rrtype_write(type, other) : "", first->logged.call, *asked.word != '\0' ? " " : "", asked.word,
			first->program != NULL ? first->program : "", (long long)first->pid, more));
}

static void write_lacking(const struct name_list *expected, const struct journal_event *first, size_t count, FILE *out)
{
	if (expected != NULL)
		write_unexpected(expected, first, count, out);
	else
		write_message(out,
			text_format("not recorded: %s %s by %s[%lld]", first->logged.name, first->logged.type,
				first->program != NULL ? first->program : "", (long long)first->pid));
}

size_t expect_write_lacking(const struct name_list *expected, const struct journal *journal, FILE *out)
{
	size_t count = 0, first = 0;
	const struct journal_event **events = calloc(journal->count + 1, sizeof(*events));
	if (events == NULL)
		return SIZE_MAX;
	for (size_t i = 0; i < journal->count; i++)
		if (is_lacking(expected, &journal->events[i]))
			events[count++] = &journal->events[i];
	qsort(events, count, sizeof(*events), compare_events);
	for (size_t i = 1; i <= count; i++) {
		if (i < count && compare_names(events[first], events[i]) == 0)
			continue;
		write_lacking(expected, events[first], i - first, out);
		first = i;
	}
	free(events);
	return count;
}

static void mark_used(struct name_list *expected, const struct journal_event *event)
{
	struct asked asked;
	if (!journal_is_lookup(event) || !read_asked(&event->logged, &asked))
		return;
	for (size_t i = 0; i < expected->count; i++)
		for (size_t j = 0; j == 0 || j < asked.type_count; j++)
			expected->list[i].is_used |= listed_name_find(&expected->list[i], &asked.name, asked.types[j]) == LISTED;
}

// A line as the file may have it, allocated; NULL without memory. type 0: none.
static char *write_line(const struct name *name, bool is_below, uint16_t type)
{
	char text[NAME_TEXT_SIZE], word[RRTYPE_TEXT_SIZE];
	return text_format("%s%s%s%s", is_below ? "*." : "", name_list_write_name(name, text), type != 0 ? "/" : "",
		type != 0 ? rrtype_write(type, word) : "");
}

size_t expect_write_unused(struct name_list *expected, const struct journal *journal, FILE *out)
{
	size_t count = 0;
	for (size_t i = 0; i < journal->count; i++)
		mark_used(expected, &journal->events[i]);
	for (size_t i = 0; i < expected->count; i++) {
		const struct listed_name *listed = &expected->list[i];
		if (listed->is_used)
			continue;
		char *text = write_line(&listed->name, listed->is_below, listed->type);
		write_message(
			out, text_format("no lookup of %s (%s:%u)", text != NULL ? text : "", expected->path, listed->line));
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
	if (!read_asked(&event->logged, &asked))
		return text_format("# not a name: %s", event->logged.name);
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

bool expect_write_list(const struct journal *journal, FILE *out)
{
	char **lines = calloc(journal->count + 1, sizeof(*lines));
	size_t count = 0;
	bool is_whole = lines != NULL;
	for (size_t i = 0; is_whole && i < journal->count; i++)
		if (journal_is_lookup(&journal->events[i]))
			is_whole = (lines[count++] = line_of(&journal->events[i])) != NULL;
	if (is_whole)
		qsort(lines, count, sizeof(*lines), compare_lines);
	for (size_t i = 0; is_whole && i < count; i++) {
		if (i > 0 && strcmp(lines[i - 1], lines[i]) == 0)
			continue;
		text_escape(lines[i], out);
		fputc('\n', out);
	}
	while (count > 0)
		free(lines[--count]);
	free(lines);
	return is_whole && !ferror(out);
}
