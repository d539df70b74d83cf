// SPDX-License-Identifier: MIT
#include "shim/command/query/show_list.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "shim/command/escape.h"
#include "shim/command/json.h"

#define ORIGIN_COLUMN_MAX 48

void show_list_add(struct show_list *list, enum show_kind kind, const char *word, char *value, char *origin)
{
	struct show_row row = {.kind = kind, .word = word, .value = value, .origin = origin};
	// A path with a newline cannot be written as a directive.
	if (kind == SHOW_DIRECTIVE && value != NULL && strchr(value, '\n') != NULL)
		row.kind = SHOW_FACT;
	if (value != NULL && origin != NULL && array_append(&list->rows, &list->count, &row, sizeof(row)))
		return;
	list->is_incomplete = true;
	free(value);
	free(origin);
}

void show_list_clear(struct show_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->rows[i].value);
		free(list->rows[i].origin);
	}
	free(list->rows);
	*list = (struct show_list){.rows = NULL};
}

static int width_of(const struct show_row *row)
{
	return (int)(strlen(row->word) + strlen(row->value)) + 1 + (row->kind == SHOW_FACT ? 2 : 0);
}

static int origin_column(const struct show_list *list)
{
	int column = 0;
	for (size_t i = 0; i < list->count; i++) {
		const int width = width_of(&list->rows[i]);
		if (list->rows[i].kind <= SHOW_FACT && width > column && width <= ORIGIN_COLUMN_MAX)
			column = width;
	}
	return column;
}

// Escapes newlines in a comment.
static void write_fact(const struct show_row *row, int column, FILE *out)
{
	fprintf(out, "# %s ", row->word);
	escape_write(row->value, out);
	fprintf(out, "%*s  # %s\n", width_of(row) < column ? column - width_of(row) : 0, "", row->origin);
}

static void write_directive(const struct show_row *row, int column, FILE *out)
{
	// In a record, '#' does not begin a comment.
	const char mark = strcmp(row->word, "record") == 0 ? ';' : '#';
	const int width = width_of(row) - (*row->value == '\0');
	fprintf(out, "%s%s%s%*s  %c %s\n", row->word, *row->value != '\0' ? " " : "", row->value,
		width < column ? column - width : 0, "", mark, row->origin);
}

// Writes the names of unset directives, or of options, on one line.
static void write_unset(
	const struct show_list *list, bool are_options, const char *title, const char *separator, FILE *out)
{
	const char *before = title;
	for (size_t i = 0; i < list->count; i++) {
		const struct show_row *row = &list->rows[i];
		if (row->kind != SHOW_UNSET || are_options != (*row->value != '\0'))
			continue;
		fprintf(out, "%s%s", before, are_options ? row->value : row->word);
		before = separator;
	}
	putc('\n', out);
}

void show_list_write_text(const struct show_list *list, bool with_missing, FILE *out)
{
	const int column = origin_column(list);
	for (size_t i = 0; i < list->count; i++)
		if (list->rows[i].kind <= SHOW_FACT)
			(list->rows[i].kind == SHOW_FACT ? write_fact : write_directive)(&list->rows[i], column, out);
	write_unset(list, false, "# not set: ", ", ", out);
	write_unset(list, true, "# not set: options ", " ", out);
	for (size_t i = 0; with_missing && i < list->count; i++) {
		if (list->rows[i].kind != SHOW_NO_FILE)
			continue;
		fputs("# not there: ", out);
		escape_write(list->rows[i].value, out);
		putc('\n', out);
	}
}

static void write_json_list(const struct show_list *list, enum show_kind kind, const char *key, struct json *json)
{
	json_begin(json, key, '[');
	for (size_t i = 0; i < list->count; i++) {
		const struct show_row *row = &list->rows[i];
		if (row->kind != kind)
			continue;
		json_begin(json, NULL, '{');
		json_text(json, kind == SHOW_FACT ? "name" : "directive", row->word);
		json_text(json, "value", row->value);
		json_text(json, "origin", row->origin);
		json_end(json, '}');
	}
	json_end(json, ']');
}

void show_list_write_json(const struct show_list *list, FILE *out)
{
	struct json json = json_open(out);
	write_json_list(list, SHOW_DIRECTIVE, "settings", &json);
	write_json_list(list, SHOW_FACT, "others", &json);
	write_json_list(list, SHOW_UNSET, "not_set", &json);
	json_begin(&json, "not_there", '[');
	for (size_t i = 0; i < list->count; i++)
		if (list->rows[i].kind == SHOW_NO_FILE)
			json_text(&json, NULL, list->rows[i].value);
	json_end(&json, ']');
	json_close(&json);
}
