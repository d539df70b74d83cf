// SPDX-License-Identifier: MIT
#include "shim/command/query/steps.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/strbuf.h"
#include "shim/command/json.h"
#include "shim/command/text.h"

#define TEXT_SIZE 2048
#define WHY_COLUMN_MAX 44
#define WORD_WIDTH 7

static const char *const words[] = {
	[STEP_IS] = "is",
	[STEP_FOR] = "for",
	[STEP_SOURCES] = "sources",
	[STEP_HOSTS] = "hosts",
	[STEP_ALIAS] = "alias",
	[STEP_TRY] = "try",
	[STEP_FAULT] = "fault",
	[STEP_ANSWER] = "answer",
	[STEP_ASK] = "ask",
	[STEP_OR] = "or",
	[STEP_ENDS] = "ends",
	[STEP_ORDER] = "order",
	[STEP_BY] = "by",
	[STEP_WITHIN] = "within",
	[STEP_WAITS] = "waits",
	[STEP_ALLOWS] = "allows",
};

// JSON keeps the former word of that step, for scripts that use it.
static const char *json_word(enum step_kind kind)
{
	return kind == STEP_ALLOWS ? "bears" : words[kind];
}

static const char *copy(struct steps *steps, const char *text)
{
	const char *copied = text != NULL ? strdup(text) : NULL;
	steps->is_incomplete |= text != NULL && copied == NULL;
	return copied;
}

struct step *steps_add(struct steps *steps, const struct step *step)
{
	if (!array_append(&steps->list, &steps->count, step, sizeof(*step))) {
		steps->is_incomplete = true;
		return NULL;
	}
	struct step *added = &steps->list[steps->count - 1];
	added->value = copy(steps, step->value);
	added->why = copy(steps, step->why);
	added->name = copy(steps, step->name);
	added->types = copy(steps, step->types);
	return added;
}

void steps_add_type(struct steps *steps, struct step *step, const char *type)
{
	char *types = text_format("%s %s", step->types, type);
	if (types == NULL) {
		steps->is_incomplete = true;
		return;
	}
	free((void *)step->types);
	step->types = types;
}

void steps_clear(struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		free((void *)steps->list[i].value);
		free((void *)steps->list[i].why);
		free((void *)steps->list[i].name);
		free((void *)steps->list[i].types);
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

void steps_write_text(const struct steps *steps, const char *subject, FILE *out)
{
	const int column = why_column(steps);
	char room[TEXT_SIZE];
	fprintf(out, "%s\n", escaped(subject, room));
	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->list[i];
		fprintf(out, "  %-*s %-*s", WORD_WIDTH, words[step->kind], step->why != NULL ? column : 0, shown(step, room));
		if (step->why != NULL)
			fprintf(out, "  %s", escaped(step->why, room));
		putc('\n', out);
	}
}

void steps_write_json(const struct steps *steps, const char *subject, FILE *out)
{
	struct json json = json_open(out);
	json_text(&json, "name", subject);
	json_begin(&json, "steps", '[');
	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->list[i];
		json_begin(&json, NULL, '{');
		json_text(&json, "step", json_word(step->kind));
		json_text(&json, "name", step->name);
		json_text(&json, "types", step->types);
		json_text(&json, "value", step->value);
		json_text(&json, "why", step->why);
		json_end(&json, '}');
	}
	json_end(&json, ']');
	json_close(&json);
}
