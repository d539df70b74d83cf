// SPDX-License-Identifier: MIT
#include "config/directive_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/compiler.h"
#include "config/base/file.h"
#include "config/base/file_stamp.h"
#include "config/base/strbuf.h"
#include "config/base/words.h"
#include "config/directive.h"
#include "config/directive_file.h"
#include "config/environment.h"
#include "config/loading.h"
#include "config/origin.h"
#include "config/statement.h"

#define INCLUDES_MAX 128

// The text that is being read.
static struct nested_text *current(struct loading *loading)
{
	return &loading->texts[loading->level_count - 1];
}

// Begins to read a text. label must outlive it; the caller sets what else the location says of it.
static void enter(struct loading *loading, const struct nested_text *text, const char *label)
{
	loading->texts[loading->level_count++] = *text;
	current(loading)->including = loading->location;
	loading_enter_part(loading, label);
}

// The rank stays: sections of WITHDNS have changed it.
static void leave(struct loading *loading)
{
	const unsigned rank = loading->location.rank;
	const int saved = errno;
	loading->location = current(loading)->including;
	loading->location.rank = rank;
	free(current(loading)->bytes);
	loading->level_count--;
	errno = saved;
}

// ---- files ----

// An included file that cannot be read is an error of the line that includes it.
NOINLINE_LARGE_FRAME static bool fail_file(struct loading *loading, const char *path, enum directive_file_state state)
{
	const int reason = errno;
	char label[CONFIG_ERROR_SIZE];
	struct strbuf line = {.bytes = label, .size = sizeof label};
	if (loading->level_count > 0) {
		strbuf_add_texts(&line, loading->location.label, ":");
		strbuf_add_number(&line, loading->location.line);
		strbuf_add(&line, ": include ");
	}
	strbuf_add(&line, path);
	loading_enter_part(loading, strbuf_end(&line));
	if (state == DIRECTIVE_FILE_OPEN)
		loading_fail(loading, "expected a file that only its owner can write (chmod go-w)");
	else if (reason == EPERM)
		loading_fail(loading, "expected a file that belongs to root or to this user");
	else
		loading_fail_reading(loading, reason);
	errno = reason;
	return false;
}

// Begins to read a file, unless it is absent, and watches it. Relative paths in it are relative to its directory. The
// configuration owns its path.
static bool open_file(struct loading *loading, const struct directive_file *file)
{
	struct config *config = &loading->config;
	struct directive_text text;
	const enum directive_file_state state = directive_file_read(file, &text);
	if (state == DIRECTIVE_FILE_FAILED || state == DIRECTIVE_FILE_OPEN)
		return fail_file(loading, file->path, state);
	config->has_foreign_file |= state == DIRECTIVE_FILE_FOREIGN;
	if (state == DIRECTIVE_FILE_ABSENT || state == DIRECTIVE_FILE_FOREIGN)
		return true;
	const bool is_known = config_find_file(config, file->path) != NULL;
	text.file.is_included = loading->level_count > 0;
	char *directory = config_own(config, file_absolute_path(file->path, NULL));
	if (directory == NULL ||
		(!is_known && !array_append(&config->files, &config->file_count, &text.file, sizeof text.file))) {
		free(text.bytes);
		return loading_fail_memory(loading);
	}
	strrchr(directory, '/')[1] = '\0';
	const char *begin = file_skip_mark(text.bytes, &text.size);
	const struct nested_text nested = {.file = *file, .bytes = text.bytes, .at = begin, .end = begin + text.size};
	enter(loading, &nested, file->path);
	loading->location.directory = directory;
	loading->location.version = text.file.version;
	return true;
}

// ---- directives ----

static bool is_in_variable(struct loading *loading)
{
	return current(loading)->bytes == NULL;
}

// Tells if another version of withdns(1) wrote the text.
static bool fail_unknown(struct loading *loading, const char *word)
{
	char text[CONFIG_ERROR_SIZE];
	struct strbuf out = {.bytes = text, .size = sizeof text};
	const char *version = is_in_variable(loading) ? loading->environment->version : NULL;
	size_t count;
	const struct directive *directives = directive_all(&count);
	strbuf_add(&out, "unknown directive");
	if (version != NULL && strcmp(version, VERSION) != 0)
		strbuf_add_texts(&out, " (WITHDNS was written by withdns ", version, ", this is " VERSION ")");
	strbuf_add(&out, ": expected one of");
	for (size_t i = 0; i < count; i++)
		strbuf_add_texts(&out, i == 0 ? " " : ", ", directives[i].word);
	return loading_fail_with(loading, strbuf_end(&out), word);
}

// `--` in WITHDNS: the lines below have lower precedence.
static bool is_section_end(struct loading *loading, const struct words *words)
{
	return is_in_variable(loading) && words->count == 1 && strcmp(words->word[0], "--") == 0;
}

// Begins to read the file that the directive included, if it did. It is as trusted as the text that includes it.
static bool include(struct loading *loading)
{
	const struct directive_file *parent = &current(loading)->file;
	struct directive_file file = {
		.path = loading->included, .is_named = parent->is_named, .is_system = parent->is_system};
	loading->included = NULL;
	if (file.path == NULL || loading->is_variable_only)
		return true;
	if (loading->level_count == LEVELS_MAX)
		return loading_fail_with(loading, "include: expected at most 16 levels of files", file.path);
	if (loading->include_count++ == INCLUDES_MAX)
		return loading_fail_with(loading, "include: expected at most 128 files", file.path);
	file.is_required = true;
	directive_file_find_copy(&file, loading->environment, loading->before);
	return open_file(loading, &file);
}

static bool set_directive(struct loading *loading, const struct words *words)
{
	if (words->count == 0)
		return true;
	if (is_section_end(loading, words)) {
		loading->location.rank++;
		return true;
	}
	const struct directive *directive = directive_find(words->word[0]);
	if (directive == NULL)
		return fail_unknown(loading, words->word[0]);
	const struct statement statement = {&loading->config, &loading->location, words, &loading->expected};
	if (!directive->set(&statement))
		return loading_fail(loading, loading->expected.text);
	return include(loading);
}

static bool read_directive(struct loading *loading, const char *bytes, size_t length)
{
	static const char *const failures[] = {
		[WORDS_TOO_MANY] = "expected at most 128 words in one line",
		[WORDS_OPEN_QUOTE] = "expected a closing \" before the end of the line",
		[WORDS_NO_MEMORY] = "out of memory",
	};
	struct words words;
	loading->location.line++;
	if (memchr(bytes, '\0', length) != NULL)
		return loading_fail(loading, "expected text without NUL bytes");
	const char *failure = failures[words_split(bytes, length, &words)];
	const bool set = failure == NULL ? set_directive(loading, &words) : loading_fail(loading, failure);
	words_clear(&words);
	return set;
}

// Reads the text that was entered last, and what it includes.
static bool read_all(struct loading *loading)
{
	bool is_read = true;
	while (is_read && loading->level_count > 0) {
		struct nested_text *text = current(loading);
		if (text->at >= text->end) {
			leave(loading);
			continue;
		}
		const char *line = text->at;
		const size_t length = directive_length(line, (size_t)(text->end - line), is_in_variable(loading));
		text->at += length + 1;
		is_read = read_directive(loading, line, length);
	}
	while (loading->level_count > 0)
		leave(loading);
	return is_read;
}

bool directive_reader_load_variable(struct loading *loading)
{
	const char *directives = loading->environment->directives;
	const char *begin = directives != NULL ? directives : "";
	enter(loading, &(struct nested_text){.file.is_named = true, .at = begin, .end = begin + strlen(begin)}, "WITHDNS");
	return read_all(loading);
}

// Loads the first file that exists.
bool directive_reader_load_file(struct loading *loading)
{
	struct directive_file file;
	loading_enter(loading, CONFIG_SOURCE_CONFIG_FILE);
	for (unsigned i = 0; directive_file_candidate(loading->environment, loading->before, i, &file); i++) {
		file.path = config_own(&loading->config, file.path);
		loading_enter_part(loading, file.path != NULL ? file.path : "withdns.conf");
		if (file.path == NULL)
			return loading_fail_memory(loading);
		if (!open_file(loading, &file))
			return false;
		if (loading->level_count > 0)
			return read_all(loading);
		origin_note(&loading->location, ORIGIN_NO_FILE, 0, 0);
	}
	return true;
}
