// SPDX-License-Identifier: MIT
#include "config/statement.h"

#include <errno.h>
#include <stdlib.h>

#include "config/base/error_text.h"
#include "config/base/file.h"
#include "config/base/strbuf.h"
#include "config/precedence.h"

#define GOT_LIMIT 100

const char *statement_word(const struct statement *statement, size_t index)
{
	return index < statement->words->count ? statement->words->word[index] : NULL;
}

bool statement_expect(const struct statement *statement, const char *what, const char *got)
{
	if (statement->expected == NULL)
		return false;
	struct strbuf line = {.bytes = statement->expected->text, .size = sizeof statement->expected->text};
	strbuf_add(&line, statement->words->word[0]);
	strbuf_add(&line, ": expected ");
	strbuf_add(&line, what);
	strbuf_add(&line, got == NULL ? ", got nothing" : ", got \"");
	if (got != NULL) {
		strbuf_add_escaped(&line, got, ESCAPE_TEXT, GOT_LIMIT);
		strbuf_add(&line, "\"");
	}
	strbuf_end(&line);
	return false;
}

bool statement_fail(const struct statement *statement, int reason)
{
	if (statement->expected == NULL)
		return false;
	strbuf_join(statement->expected->text, sizeof statement->expected->text, statement->words->word[0], ": ",
		error_text(reason));
	return false;
}

bool statement_claim(const struct statement *statement, enum origin_of what)
{
	if (!precedence_claim(statement->location, what))
		return false;
	origin_note(statement->location, what, 0, 0);
	return true;
}

char *statement_path(const struct statement *statement, size_t index)
{
	return file_path_of_word(statement->words->word[index], statement->location->directory, statement->location->home);
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
	if (read == NULL)
		return false;
	if (!statement_claim(statement, what)) {
		free(read);
		return true;
	}
	free(*path);
	*path = read;
	return true;
}

bool statement_run(const struct statement *statement, struct run_address *out)
{
	static const char what[] = "unix:PATH and its key";
	const char *word = statement_word(statement, 1);
	if (statement->words->count > 4)
		return statement_expect(statement, what, statement->words->word[4]);
	if (run_address_read(word != NULL ? word : "", statement_word(statement, 2), statement_word(statement, 3), out))
		return true;
	return errno == ENOMEM ? statement_fail(statement, ENOMEM)
						   : statement_expect(statement, what, statement_last_word(statement));
}
