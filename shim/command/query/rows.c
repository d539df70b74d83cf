// SPDX-License-Identifier: MIT
#include "shim/command/query/rows.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "shim/command/text.h"

static const char *copy(struct rows *rows, const char *text)
{
	const char *copied = text != NULL ? strdup(text) : NULL;
	rows->is_incomplete |= text != NULL && copied == NULL;
	return copied;
}

struct row *rows_add(struct rows *rows, const struct row *row)
{
	if (!array_append(&rows->list, &rows->count, row, sizeof(*row))) {
		rows->is_incomplete = true;
		return NULL;
	}
	struct row *added = &rows->list[rows->count - 1];
	added->value = copy(rows, row->value);
	added->why = copy(rows, row->why);
	added->name = copy(rows, row->name);
	added->types = copy(rows, row->types);
	return added;
}

void rows_add_type(struct rows *rows, struct row *row, const char *type)
{
	char *types = text_format("%s %s", row->types, type);
	if (types == NULL) {
		rows->is_incomplete = true;
		return;
	}
	free((void *)row->types);
	row->types = types;
}

int rows_column(const struct rows *rows, int (*width_of)(const struct row *row), int limit)
{
	int column = 0;
	for (size_t i = 0; i < rows->count; i++) {
		const int width = width_of(&rows->list[i]);
		if (width > column && width <= limit)
			column = width;
	}
	return column;
}

void rows_clear(struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		free((void *)rows->list[i].value);
		free((void *)rows->list[i].why);
		free((void *)rows->list[i].name);
		free((void *)rows->list[i].types);
	}
	free(rows->list);
	*rows = (struct rows){.list = NULL};
}
