// SPDX-License-Identifier: MIT
#include "config/statement.h"

#include <errno.h>
#include <string.h>

#include "config/base/error_text.h"
#include "config/base/file.h"
#include "config/base/strbuf.h"

const char *statement_word(const struct statement *statement, size_t index)
{
	return index < statement->words->count ? statement->words->word[index] : NULL;
}

bool statement_expect(const struct statement *statement, const char *what, const char *got)
{
	char text[CONFIG_ERROR_SIZE];
	const struct config_file_place place = {.what = "", .path = statement->words->word[0], .got = got};
	strbuf_join(text, sizeof text, "expected ", what, got == NULL ? ", got nothing" : "");
	return statement->expected != NULL && config_error_set(statement->expected, &place, text, 0);
}

bool statement_fail(const struct statement *statement, int reason)
{
	const struct config_file_place place = {.what = "", .path = statement->words->word[0]};
	return statement->expected != NULL && config_error_set(statement->expected, &place, error_text(reason), 0);
}

bool statement_owns(const struct statement *statement, unsigned setting)
{
	unsigned *owner = &statement->location->owners[setting];
	if (*owner == 0)
		*owner = statement->location->rank;
	return *owner == statement->location->rank;
}

bool statement_claim(const struct statement *statement, enum origin_of what)
{
	return statement_owns(statement, what) && origin_note(statement->location, what, 0, 0);
}

char *statement_path(const struct statement *statement, size_t index)
{
	const struct config_location *location = statement->location;
	char *path = file_path_of_word(statement->words->word[index], location->directory, location->home);
	return config_own(statement->config, path);
}

const char *statement_last_word(const struct statement *statement)
{
	return statement->words->count > 1 ? statement->words->word[statement->words->count - 1] : NULL;
}

char *statement_only_path(const struct statement *statement)
{
	if (statement->words->count != 2 || statement->words->word[1][0] == '\0') {
		statement_expect(statement, "one file", statement_word(statement, 2));
		return NULL;
	}
	char *path = statement_path(statement, 1);
	if (path == NULL)
		statement_fail(statement, errno);
	return path;
}

bool statement_set_path(const struct statement *statement, enum origin_of what, char **path)
{
	char *read = statement_only_path(statement);
	if (read != NULL && statement_claim(statement, what))
		*path = read;
	return read != NULL;
}

bool statement_run(const struct statement *statement, struct run_address *out)
{
	static const char what[] = "unix:PATH and its key";
	const struct words *words = statement->words;
	if (words->count > 4)
		return statement_expect(statement, what, words->word[4]);
	if (words->count == 1 ||
		!run_address_read(words->word[1], statement_word(statement, 2), statement_word(statement, 3), out))
		return statement_expect(statement, what, statement_last_word(statement));
	out->path = config_own(statement->config, strdup(out->path));
	out->key = config_own(statement->config, strdup(out->key));
	return (out->path != NULL && out->key != NULL) || statement_fail(statement, ENOMEM);
}
