// SPDX-License-Identifier: MIT
#include "config/directive_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
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
#include "config/sync/frame.h"

#define LEVELS_MAX 16  // of included files
#define INCLUDES_MAX 128

// A text that is being read, WITHDNS or a file.
struct reading {
	struct reading *parent;  // includes it; NULL: none does
	struct config_location parent_location;
	unsigned level;
	struct directive_file file;  // without path and copy; for WITHDNS as if it were named
	char *bytes, *directory;     // owned; NULL: WITHDNS
	const char *at, *end;        // what is left
};

// The location is then that of the text; label and directory must outlive the reading.
static void enter(struct loading *loading, struct reading *reading, const char *label, uint64_t version)
{
	struct config_location *location = &loading->location;
	reading->parent = loading->reading;
	reading->parent_location = *location;
	reading->level = reading->parent != NULL ? reading->parent->level + 1 : 0;
	loading->reading = reading;
	loading_enter_part(loading, label);
	location->directory = reading->directory;
	location->version = version;
}

// The rank stays: sections of WITHDNS have changed it.
static void leave(struct loading *loading)
{
	struct reading *reading = loading->reading;
	const unsigned rank = loading->location.rank;
	loading->location = reading->parent_location;
	loading->location.rank = rank;
	loading->reading = reading->parent;
	const int saved = errno;
	free(reading->bytes);
	free(reading->directory);
	free(reading);
	errno = saved;
}

// ---- files ----

// An included file that cannot be read is an error of the line that includes it.
NOINLINE_LARGE_FRAME static bool fail_file(struct loading *loading, const char *path, enum directive_file_state state)
{
	const int reason = errno;
	char label[CONFIG_ERROR_SIZE];
	struct strbuf line = {.bytes = label, .size = sizeof label};
	if (loading->reading != NULL) {
		strbuf_add(&line, loading->location.label);
		strbuf_add(&line, ":");
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

// Adds the file to those that are watched. NULL without memory.
static const struct config_file *keep_file(struct loading *loading, const struct config_file *file, const char *path)
{
	struct config *config = &loading->config;
	const struct config_file *known = config_find_file(config, path);
	struct config_file added = *file;
	if (known != NULL)
		return known;
	added.path = strdup(path);
	added.is_included = loading->reading != NULL;
	if (added.path != NULL && array_append(&config->files, &config->file_count, &added, sizeof added))
		return &config->files[config->file_count - 1];
	free(added.path);
	return NULL;
}

// Begins to read a file, unless it is absent. Relative paths in it are relative to its directory. False, with *is_absent
// unchanged, on an error.
static bool open_file(struct loading *loading, const struct directive_file *file, bool *is_absent)
{
	struct directive_text text;
	const enum directive_file_state state = directive_file_read(file, &text);
	if (state == DIRECTIVE_FILE_FAILED || state == DIRECTIVE_FILE_OPEN)
		return fail_file(loading, file->path, state);
	*is_absent = state == DIRECTIVE_FILE_ABSENT || state == DIRECTIVE_FILE_FOREIGN;
	loading->config.has_foreign_file = loading->config.has_foreign_file || state == DIRECTIVE_FILE_FOREIGN;
	if (*is_absent)
		return true;
	struct config_file read = {.stamp = text.stamp, .is_copy = state == DIRECTIVE_FILE_COPIED};
	read.version = read.is_copy ? file->copy.version : file_stamp_version(&read.stamp);
	const struct config_file *kept = keep_file(loading, &read, file->path);
	struct reading *reading = calloc(1, sizeof *reading);
	char *directory = file_absolute_path(file->path, NULL);
	if (kept == NULL || reading == NULL || directory == NULL) {
		free(text.bytes);
		free(reading);
		free(directory);
		return loading_fail_memory(loading);
	}
	strrchr(directory, '/')[1] = '\0';
	const char *begin = file_skip_mark(text.bytes, &text.size);
	*reading = (struct reading){.file = {.is_named = file->is_named, .is_system = file->is_system},
		.bytes = text.bytes,
		.directory = directory,
		.at = begin,
		.end = begin + text.size};
	enter(loading, reading, kept->path, read.version);
	return true;
}

// ---- directives ----

static bool is_in_variable(const struct loading *loading)
{
	return loading->reading->bytes == NULL;
}

// NULL unless another version of withdns(1) wrote the text.
static const char *other_version(const struct loading *loading)
{
	const char *version = is_in_variable(loading) ? loading->environment->version : NULL;
	return version != NULL && strcmp(version, VERSION) != 0 ? version : NULL;
}

static bool fail_unknown(const struct loading *loading, const char *word)
{
	char text[CONFIG_ERROR_SIZE];
	struct strbuf out = {.bytes = text, .size = sizeof text};
	const char *version = other_version(loading);
	size_t count;
	const struct directive *directives = directive_all(&count);
	strbuf_add(&out, "unknown directive");
	if (version != NULL) {
		strbuf_add(&out, " (WITHDNS was written by withdns ");
		strbuf_add(&out, version);
		strbuf_add(&out, ", this is " VERSION ")");
	}
	strbuf_add(&out, ": expected one of");
	for (size_t i = 0; i < count; i++) {
		strbuf_add(&out, i == 0 ? " " : ", ");
		strbuf_add(&out, directives[i].word);
	}
	return loading_fail_with(loading, strbuf_end(&out), word);
}

// `--` in WITHDNS: the lines below have lower precedence.
static bool is_section_end(const struct loading *loading, const struct words *words)
{
	return is_in_variable(loading) && words->count == 1 && strcmp(words->word[0], "--") == 0;
}

// Begins to read the file that the directive included, if it did. It is as trusted as the text that includes it.
static bool include(struct loading *loading)
{
	char *path = loading->included;
	struct directive_file file = loading->reading->file;
	bool is_absent, is_done = false;
	loading->included = NULL;
	file.path = path;
	file.is_required = true;
	if (path == NULL || loading->is_variable_only) {
		is_done = true;
	} else if (loading->reading->level == LEVELS_MAX) {
		loading_fail_with(loading, "include: expected at most 16 levels of files", path);
	} else if (loading->include_count++ == INCLUDES_MAX) {
		loading_fail_with(loading, "include: expected at most 128 files", path);
	} else {
		directive_file_find_copy(&file, loading->environment, loading->before);
		is_done = open_file(loading, &file, &is_absent);
	}
	const int saved = errno;
	free(path);
	errno = saved;
	return is_done;
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
	while (is_read && loading->reading != NULL) {
		struct reading *reading = loading->reading;
		if (reading->at >= reading->end) {
			leave(loading);
			continue;
		}
		const char *line = reading->at;
		const size_t length = directive_length(line, (size_t)(reading->end - line), is_in_variable(loading));
		reading->at += length + 1;
		is_read = read_directive(loading, line, length);
	}
	while (loading->reading != NULL)
		leave(loading);
	return is_read;
}

bool directive_reader_load_variable(struct loading *loading)
{
	const char *directives = loading->environment->directives;
	struct reading *reading = calloc(1, sizeof *reading);
	loading_enter_part(loading, "WITHDNS");
	if (reading == NULL)
		return loading_fail_memory(loading);
	reading->at = directives != NULL ? directives : "";
	reading->end = reading->at + strlen(reading->at);
	reading->file.is_named = true;
	enter(loading, reading, "WITHDNS", 0);
	return read_all(loading);
}

// Loads the first file that exists.
bool directive_reader_load_file(struct loading *loading)
{
	struct directive_file file;
	bool is_loaded = true, is_absent = true;
	loading_enter(loading, CONFIG_SOURCE_CONFIG_FILE);
	for (unsigned i = 0;
		 is_loaded && is_absent && directive_file_candidate(loading->environment, loading->before, i, &file); i++) {
		loading_enter_part(loading, file.path != NULL ? file.path : "withdns.conf");
		if (file.path == NULL)
			return loading_fail_memory(loading);
		is_loaded = open_file(loading, &file, &is_absent);
		if (is_loaded && is_absent)
			origin_note(&loading->location, ORIGIN_NO_FILE, 0, 0);
		is_loaded = is_loaded && read_all(loading);
		const int reason = errno;
		free(file.path);
		errno = reason;
	}
	return is_loaded;
}
