// SPDX-License-Identifier: MIT
#include "shim/command/query/show.h"

#include <string.h>

#include "shim/command/command_line.h"
#include "shim/command/json.h"
#include "shim/command/problem.h"
#include "shim/command/query/rows.h"
#include "shim/command/query/show_list.h"
#include "shim/command/query/survey.h"
#include "shim/command/text.h"

#define ORIGIN_COLUMN_MAX 48

static int width_of(const struct row *row)
{
	if (row->kind > SHOW_FACT)
		return 0;
	return (int)(strlen(row->name) + strlen(row->value)) + 1 + (row->kind == SHOW_FACT ? 2 : 0);
}

// Escapes newlines in a comment.
static void write_fact(const struct row *row, int column, FILE *out)
{
	fprintf(out, "# %s ", row->name);
	text_escape(row->value, out);
	fprintf(out, "%*s  # %s\n", width_of(row) < column ? column - width_of(row) : 0, "", row->why);
}

static void write_directive(const struct row *row, int column, FILE *out)
{
	// In a record, '#' does not begin a comment.
	const char mark = strcmp(row->name, "record") == 0 ? ';' : '#';
	const int width = width_of(row) - (*row->value == '\0');
	fprintf(out, "%s%s%s%*s  %c %s\n", row->name, *row->value != '\0' ? " " : "", row->value,
		width < column ? column - width : 0, "", mark, row->why);
}

// Writes the names of unset directives, or of options, on one line.
static void write_unset(const struct rows *rows, bool are_options, const char *title, const char *separator, FILE *out)
{
	const char *before = title;
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->list[i];
		if (row->kind != SHOW_UNSET || are_options != (*row->value != '\0'))
			continue;
		fprintf(out, "%s%s", before, are_options ? row->value : row->name);
		before = separator;
	}
	putc('\n', out);
}

// with_missing: includes the files that do not exist.
static void write_text(const struct rows *rows, bool with_missing, FILE *out)
{
	const int column = rows_column(rows, width_of, ORIGIN_COLUMN_MAX);
	for (size_t i = 0; i < rows->count; i++)
		if (rows->list[i].kind <= SHOW_FACT)
			(rows->list[i].kind == SHOW_FACT ? write_fact : write_directive)(&rows->list[i], column, out);
	write_unset(rows, false, "# not set: ", ", ", out);
	write_unset(rows, true, "# not set: options ", " ", out);
	for (size_t i = 0; with_missing && i < rows->count; i++) {
		if (rows->list[i].kind != SHOW_NO_FILE)
			continue;
		fputs("# not there: ", out);
		text_escape(rows->list[i].value, out);
		putc('\n', out);
	}
}

static void write_json_list(const struct rows *rows, enum show_kind kind, const char *key, struct json *json)
{
	json_begin(json, key, '[');
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->list[i];
		if (row->kind != kind)
			continue;
		json_begin(json, NULL, '{');
		json_text(json, kind == SHOW_FACT ? "name" : "directive", row->name);
		json_text(json, "value", row->value);
		json_text(json, "origin", row->why);
		json_end(json, '}');
	}
	json_end(json, ']');
}

// One object on a line: {"settings":[..],"others":[..],"not_set":[..],"not_there":[..]}.
static void write_json(const struct rows *rows, FILE *out)
{
	struct json json = json_open(out);
	write_json_list(rows, SHOW_DIRECTIVE, "settings", &json);
	write_json_list(rows, SHOW_FACT, "others", &json);
	write_json_list(rows, SHOW_UNSET, "not_set", &json);
	json_begin(&json, "not_there", '[');
	for (size_t i = 0; i < rows->count; i++)
		if (rows->list[i].kind == SHOW_NO_FILE)
			json_text(&json, NULL, rows->list[i].value);
	json_end(&json, ']');
	json_close(&json);
}

static bool write_all(struct survey *survey, FILE *out)
{
	struct rows rows;
	show_list(survey, &rows);
	const bool is_whole = !rows.is_incomplete;
	if (is_whole && survey->line->query.json)
		write_json(&rows, out);
	else if (is_whole)
		write_text(&rows, survey->line->verbose, out);
	rows_clear(&rows);
	return is_whole;
}

bool show_config(const struct command_line *line, FILE *out, struct problem *problem)
{
	struct survey survey;
	const bool done =
		survey_open(line, &survey, problem) && (write_all(&survey, out) || problem_out_of_memory(problem));
	survey_close(&survey);
	return done;
}
