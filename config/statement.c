// SPDX-License-Identifier: MIT
#include "config/statement.h"

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
	struct strbuf line = {.bytes = statement->expected->text, .size = sizeof statement->expected->text};
	strbuf_add(&line, statement->words->word[0]);
	strbuf_add(&line, ": ");
	strbuf_add(&line, error_text(reason));
	strbuf_end(&line);
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
