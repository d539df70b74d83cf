// SPDX-License-Identifier: MIT
#include "shim/command/query/survey.h"

#include "config/environment.h"
#include "resolver/resolver.h"

bool survey_open(
	const struct command_line *line, const struct environment *inherited, struct survey *out, struct problem *problem)
{
	struct environment environment = *inherited;
	*out = (struct survey){.line = line};
	origin_book_open(&out->book);
	environment.origins = &out->book.origins;
	out->resolver = settings_open(line, &environment, NULL, &out->settings, problem);
	out->config = out->resolver != NULL ? resolver_config(out->resolver) : NULL;
	return out->resolver != NULL;
}

void survey_close(struct survey *survey)
{
	resolver_close(survey->resolver);
	origin_book_close(&survey->book);
	settings_clear(&survey->settings);
}

char *survey_write_origin(struct survey *survey, enum origin_of what, size_t index, size_t element, char *text)
{
	return settings_write_origin(survey->line, origin_find(&survey->book, what, index, element), text);
}
