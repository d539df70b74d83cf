// SPDX-License-Identifier: MIT
#include "shim/command/watch/expect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/file.h"
#include "config/base/strbuf.h"
#include "shim/command/problem.h"
#include "shim/command/watch/event.h"
#include "shim/command/watch/journal.h"

#define BLANKS " \t\r"
#define FILE_MAX (16 * 1024 * 1024)

static bool read_name(const char *text, struct name *out)
{
	struct address address;
	if (!address_read(text, &address))
		return name_read(text, out);
	*out = name_of_address(&address);
	return true;
}

// No lookup matches a URL, a port, a network or another pattern, and an address has no subdomains.
static bool read_word(const char *word, struct expectation *out)
{
	struct address address;
	out->is_below = strncmp(word, "*.", 2) == 0;
	const char *name = out->is_below ? word + 2 : word;
	const bool is_address = address_read(name, &address);
	if (is_address ? out->is_below : strpbrk(name, "*/:?") != NULL)
		return false;
	return read_name(name, &out->name);
}

// 0, or EINVAL for a malformed line, or ENOMEM. An empty line adds nothing.
static int add_line(struct expectations *expectations, char *line)
{
	struct expectation one;
	line[strcspn(line, "#")] = '\0';
	char *rest = line;
	const char *word = ascii_take_word(&rest, BLANKS);
	if (rest[strspn(rest, BLANKS)] != '\0' || (*word != '\0' && !read_word(word, &one)))
		return EINVAL;
	if (*word == '\0')
		return 0;
	return array_append(&expectations->list, &expectations->count, &one, sizeof(one)) ? 0 : ENOMEM;
}

bool expectations_read(const char *path, struct expectations *out, struct problem *problem)
{
	char *bytes;
	size_t size;
	unsigned number = 0;
	int error = 0;
	*out = (struct expectations){.list = NULL};
	if (file_read(path, FILE_MAX, &bytes, &size) < 0)
		return problem_set(problem, EXIT_OWN_ERROR, "%s: expected a file of names that can be read: %m", path);
	char *const limit = bytes + size;
	file_skip_mark(bytes, &size);
	for (char *line = limit - size, *end; error == 0 && line < limit; line = end + 1, number++) {
		end = memchr(line, '\n', (size_t)(limit - line));
		if (end == NULL)
			end = limit;
		*end = '\0';
		error = strlen(line) == (size_t)(end - line) ? add_line(out, line) : EINVAL;
	}
	free(bytes);
	if (error == EINVAL)
		return problem_set(problem, EXIT_OWN_ERROR, "%s:%u: expected one name or *.domain", path, number);
	return error == 0 || problem_out_of_memory(problem);
}

static bool is_expected(const struct expectations *expectations, const struct name *name)
{
	for (size_t i = 0; i < expectations->count; i++) {
		const struct expectation *one = &expectations->list[i];
		if ((one->is_below ? name_below : name_equal)(name, &one->name))
			return true;
	}
	return false;
}

// Lookups of addresses have an address as the name. For a call that takes a name, an address such as 127.1 is a
// literal.
bool expectations_lack(const struct expectations *expectations, const struct journal_event *event)
{
	struct name name;
	if (!event_is_lookup(event))
		return false;
	return !read_name(event->logged.name, &name) || !is_expected(expectations, &name);
}

// By name, then in the order of the journal.
static int compare_events(const void *one, const void *other)
{
	const int order = strcasecmp(event_at(one)->logged.name, event_at(other)->logged.name);
	return order != 0 ? order : event_order(one, other);
}

// "withdns: unexpected lookup of app.test: getaddrinfo by curl[1234], and 2 more"
static void write_unexpected(const struct journal_event *first, size_t count, FILE *out)
{
	char bytes[2048], call[EVENT_CELL_SIZE];
	struct strbuf line = {.bytes = bytes, .size = sizeof(bytes)};
	strbuf_add_escaped(&line, first->logged.name, ESCAPE_TEXT, 1024);
	strbuf_add(&line, ": ");
	strbuf_add_escaped(&line, event_call(first, call), ESCAPE_TEXT, 256);
	strbuf_add(&line, " by ");
	strbuf_add_escaped(&line, first->program != NULL ? first->program : "", ESCAPE_TEXT, 256);
	fprintf(out, "withdns: unexpected lookup of %s[%llu]", strbuf_end(&line), (unsigned long long)first->pid);
	if (count > 1)
		fprintf(out, ", and %zu more", count - 1);
	fputc('\n', out);
}

static void write_all(const struct journal_event **events, size_t count, FILE *out)
{
	for (size_t i = 0, first = 0; i < count; i++) {
		if (i + 1 < count && strcasecmp(events[first]->logged.name, events[i + 1]->logged.name) == 0)
			continue;
		write_unexpected(events[first], i + 1 - first, out);
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
		write_all(events, count, out);
	free(events);
	return count;
}

void expectations_clear(struct expectations *expectations)
{
	free(expectations->list);
	*expectations = (struct expectations){.list = NULL};
}
