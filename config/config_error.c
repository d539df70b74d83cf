// SPDX-License-Identifier: MIT
#include "config/config_error.h"

#include "config/base/error_text.h"
#include "config/base/file.h"
#include "config/base/strbuf.h"

#define GOT_LIMIT 100

static void add_place(struct strbuf *out, const struct config_file_place *place)
{
	strbuf_add(out, place->what);
	strbuf_add_escaped(out, place->path, ESCAPE_TEXT, CONFIG_ERROR_SIZE / 2);
	if (place->line > 0) {
		strbuf_add(out, ":");
		strbuf_add_number(out, place->line);
	}
	strbuf_add(out, ": ");
	if (place->directive != NULL)
		strbuf_add_texts(out, place->directive, ": ");
}

bool config_error_set(struct config_error *error, const struct config_file_place *place, const char *text, int reason)
{
	struct strbuf out = {.bytes = error->text, .size = sizeof error->text};
	if (place != NULL) {
		add_place(&out, place);
		strbuf_add_escaped(&out, text, ESCAPE_TEXT, SIZE_MAX);
		strbuf_add(&out, place->got != NULL ? ", got \"" : "");
		strbuf_add_escaped(&out, place->got != NULL ? place->got : "", ESCAPE_TEXT, GOT_LIMIT);
		strbuf_add_texts(&out, place->got != NULL ? "\"" : "", reason != 0 ? ": " : "");
	}
	strbuf_add(&out, reason != 0 ? error_text(reason) : "");
	strbuf_end(&out);
	error->reason = file_is_shortage(reason) ? reason : 0;
	return false;
}
