// SPDX-License-Identifier: MIT
#include "shim/command/watch/expect.h"

#include <stdlib.h>
#include <string.h>

#include "config/address.h"
#include "config/array.h"
#include "config/ascii.h"
#include "config/file.h"
#include "config/line.h"
#include "shim/command/problem.h"
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

static bool read_word(const char *word, struct expectation *out)
{
	out->is_below = strncmp(word, "*.", 2) == 0;
	return read_name(out->is_below ? word + 2 : word, &out->name);
}

// word may be empty: a line with nothing on it.
static bool add(struct expectations *expectations, const char *word, bool *is_wrong)
{
	struct expectation one;
	*is_wrong = *word != '\0' && !read_word(word, &one);
	if (*word == '\0' || *is_wrong)
		return !*is_wrong;
	struct expectation *grown = array_grown(expectations->list, expectations->count, 1, sizeof(*grown));
	if (grown == NULL)
		return false;
	expectations->list = grown;
	grown[expectations->count++] = one;
	return true;
}

static bool read_line(struct expectations *expectations, char *line, bool *is_wrong)
{
	line[strcspn(line, "#")] = '\0';
	char *rest = line;
	const char *word = ascii_take_word(&rest, BLANKS);
	*is_wrong = rest[strspn(rest, BLANKS)] != '\0';
	return !*is_wrong && add(expectations, word, is_wrong);
}

bool expectations_read(const char *path, struct expectations *out, struct problem *problem)
{
	char *bytes;
	size_t size;
	unsigned number = 1;
	bool is_wrong = false, done = true;
	*out = (struct expectations){.list = NULL};
	if (file_read(path, FILE_MAX, &bytes, &size) < 0)
		return problem_set(problem, EXIT_OWN_ERROR, "%s: expected a file of names that can be read: %m", path);
	for (char *line = bytes, *end; done && line < bytes + size; line = end + 1, number++) {
		end = memchr(line, '\n', (size_t)(bytes + size - line));
		if (end == NULL)
			end = bytes + size;
		*end = '\0';
		is_wrong = strlen(line) != (size_t)(end - line);
		done = !is_wrong && read_line(out, line, &is_wrong);
	}
	free(bytes);
	if (done)
		return true;
	if (!is_wrong)
		return problem_out_of_memory(problem);
	return problem_set(problem, EXIT_OWN_ERROR, "%s:%u: expected one name or *.domain", path, number - 1);
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

static bool is_about_a_name(const struct journal_event *event)
{
	return strcmp(event->event, "call") == 0 && event->name != NULL && event->name[0] != '\0' &&
		!(event->source != NULL && strcmp(event->source, "literal") == 0);
}

// Lookups of addresses have an address in the place of the name. One that a call for a name is
// given there, such as 127.1, is a literal.
bool expectations_lack(const struct expectations *expectations, const struct journal_event *event)
{
	struct name name;
	if (!is_about_a_name(event))
		return false;
	return !read_name(event->name, &name) || !is_expected(expectations, &name);
}

static int compare_texts(const void *one, const void *other)
{
	return strcasecmp(*(const char *const *)one, *(const char *const *)other);
}

static void tell(const char *name, FILE *out)
{
	char bytes[2048];
	struct line line = {.bytes = bytes, .size = sizeof(bytes)};
	line_add_escaped(&line, name, LINE_TEXT, 1024);
	fprintf(out, "withdns: unexpected lookup of %s\n", line_end(&line));
}

size_t expectations_tell(const struct expectations *expectations, const struct journal *journal, FILE *out)
{
	size_t count = 0, told = 0;
	const char **names = calloc(journal->count + 1, sizeof(*names));
	for (size_t i = 0; i < journal->count; i++) {
		if (!expectations_lack(expectations, &journal->events[i]))
			continue;
		count++;
		if (names != NULL)
			names[told++] = journal->events[i].name;
	}
	if (told > 0)
		qsort(names, told, sizeof(*names), compare_texts);
	for (size_t i = 0; i < told; i++)
		if (i == 0 || strcasecmp(names[i], names[i - 1]) != 0)
			tell(names[i], out);
	free(names);
	return count;
}

void expectations_clear(struct expectations *expectations)
{
	free(expectations->list);
	*expectations = (struct expectations){.list = NULL};
}
