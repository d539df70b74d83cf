// SPDX-License-Identifier: MIT
#include "shim/command/query/steps.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/strbuf.h"
#include "shim/command/json.h"

#define TEXT_SIZE 2048
#define WHY_COLUMN_MAX 44
#define WHAT_WIDTH 7

static char *copy(struct steps *steps, const char *text)
{
	char *copied = text != NULL ? strdup(text) : NULL;

	steps->is_short |= text != NULL && copied == NULL;
	return copied;
}

struct step *steps_add(
	struct steps *steps, const char *what, const char *name, const char *types, const char *value, const char *why)
{
	struct step *list = array_grown(steps->list, steps->count, 1, sizeof(*list));

	if (list == NULL) {
		steps->is_short = true;
		return NULL;
	}
	steps->list = list;
	list[steps->count] = (struct step){
		.what = what,
		.name = copy(steps, name),
		.types = copy(steps, types),
		.value = copy(steps, value),
		.why = copy(steps, why),
	};
	return &list[steps->count++];
}

void steps_clear(struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		free(steps->list[i].name);
		free(steps->list[i].types);
		free(steps->list[i].value);
		free(steps->list[i].why);
	}
	free(steps->list);
	*steps = (struct steps){.list = NULL};
}

static const char *escaped(const char *text, char *room)
{
	struct strbuf line = {.bytes = room, .size = TEXT_SIZE};

	strbuf_add_escaped(&line, text != NULL ? text : "", ESCAPE_TEXT, TEXT_SIZE - 1);
	return strbuf_end(&line);
}

static const char *shown(const struct step *step, char *room)
{
	return escaped(step->value != NULL ? step->value : step->name, room);
}

static int why_column(const struct steps *steps)
{
	char room[TEXT_SIZE];
	int column = 0;

	for (size_t i = 0; i < steps->count; i++) {
		const int width = (int)strlen(shown(&steps->list[i], room));
		if (steps->list[i].why != NULL && width > column && width <= WHY_COLUMN_MAX)
			column = width;
	}
	return column;
}

// JSON keeps "bears", a value that scripts know.
static const char *label_of(const struct step *step)
{
	return strcmp(step->what, "bears") == 0 ? "allows" : step->what;
}

void steps_write_text(const struct steps *steps, const char *subject, FILE *out)
{
	const int column = why_column(steps);
	char room[TEXT_SIZE];

	fprintf(out, "%s\n", escaped(subject, room));
	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->list[i];
		fprintf(out, "  %-*s %-*s", WHAT_WIDTH, label_of(step), step->why != NULL ? column : 0, shown(step, room));
		if (step->why != NULL)
			fprintf(out, "  %s", escaped(step->why, room));
		putc('\n', out);
	}
}

void steps_write_json(const struct steps *steps, const char *subject, FILE *out)
{
	struct json json = {.out = out, .is_first = true};

	json_begin(&json, NULL, '{');
	json_text(&json, "name", subject);
	json_begin(&json, "steps", '[');
	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->list[i];
		json_begin(&json, NULL, '{');
		json_text(&json, "step", step->what);
		json_text(&json, "name", step->name);
		json_text(&json, "types", step->types);
		json_text(&json, "value", step->value);
		json_text(&json, "why", step->why);
		json_end(&json, '}');
	}
	json_end(&json, ']');
	json_end(&json, '}');
	putc('\n', out);
}
