// SPDX-License-Identifier: MIT
#include "shim/command/query/survey.h"

#include <stdio.h>
#include <string.h>

#include "config/environment.h"
#include "config/nsswitch.h"
#include "resolver/resolver.h"
#include "shim/command/command_line.h"

bool survey_open(const struct command_line *line, struct survey *out, struct problem *problem)
{
	struct environment environment = *line->inherited;
	struct command_line noted = *line;  // the same, and origins are noted
	noted.inherited = &environment;
	*out = (struct survey){.line = line};
	origin_book_open(&out->book);
	environment.origins = &out->book.origins;
	out->resolver = settings_open(&noted, NULL, &out->settings, problem);
	out->config = out->resolver != NULL ? resolver_config(out->resolver) : NULL;
	return out->resolver != NULL;
}

void survey_close(struct survey *survey)
{
	resolver_close(survey->resolver);
	origin_book_close(&survey->book);
	settings_clear(&survey->settings);
}

static char *add_actions(char *end, unsigned ends_on)
{
	static const struct {
		unsigned status;
		const char *word;
	} statuses[] = {
		{NAME_STATUS_NOT_FOUND, "NOTFOUND"},
		{NAME_STATUS_UNAVAILABLE, "UNAVAIL"},
		{NAME_STATUS_TRY_AGAIN, "TRYAGAIN"},
	};
	if (!(ends_on & NAME_STATUS_SUCCESS))
		end = stpcpy(end, " [SUCCESS=continue]");
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (ends_on & statuses[i].status)
			end += sprintf(end, " [%s=return]", statuses[i].word);
	return end;
}

// At most NAME_SERVICES_MAX of 80 bytes.
char *survey_write_services(const struct name_services *services, char *text)
{
	static const char *const words[] = {[NAME_SERVICE_FILES] = "files", [NAME_SERVICE_DNS] = "dns"};
	char *end = text;
	*end = '\0';
	for (size_t i = 0; i < services->count; i++) {
		end = stpcpy(stpcpy(end, i > 0 ? " " : ""), words[services->list[i].service]);
		end = add_actions(end, services->list[i].ends_on);
	}
	if (services->has_others)
		strcpy(end, services->count > 0 ? ", then libc for its other services" : "libc for its own services");
	return text;
}

char *survey_write_origin(struct survey *survey, enum origin_of what, size_t index, size_t element, char *text)
{
	return settings_write_origin(survey->line, origin_find(&survey->book, what, index, element), text);
}
