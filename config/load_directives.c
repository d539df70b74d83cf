// SPDX-License-Identifier: MIT
#include "config/load_directives.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

static bool fail_unknown(const struct loading *loading, const char *word)
{
	char text[CONFIG_ERROR_SIZE];
	struct strbuf out = {.bytes = text, .size = sizeof text};
	size_t count;
	const struct directive *directives = directive_all(&count);
	strbuf_add(&out, "unknown directive: expected one of");
	for (size_t i = 0; i < count; i++) {
		strbuf_add(&out, i == 0 ? " " : ", ");
		strbuf_add(&out, directives[i].word);
	}
	return loading_fail_with(loading, strbuf_end(&out), word);
}

// `--` in WITHDNS: the lines below have lower precedence.
static bool is_section_end(const struct loading *loading, const struct words *words)
{
	return loading->location.source == CONFIG_SOURCE_DIRECTIVES && words->count == 1 &&
		strcmp(words->word[0], "--") == 0;
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
	return directive->set(&statement) || loading_fail(loading, loading->expected.text);
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

static bool read_directives(struct loading *loading, const char *bytes, size_t size)
{
	const char *end = bytes + size;
	while (bytes < end) {
		const size_t length =
			directive_length(bytes, (size_t)(end - bytes), loading->location.source == CONFIG_SOURCE_DIRECTIVES);
		if (!read_directive(loading, bytes, length))
			return false;
		bytes += length + 1;
	}
	return true;
}

bool load_directives_variable(struct loading *loading)
{
	const char *directives = loading->environment->directives;
	loading_enter_part(loading, "WITHDNS");
	return directives == NULL || read_directives(loading, directives, strlen(directives));
}

// Relative paths in a file are relative to its directory.
static bool read_directives_of(struct loading *loading, const char *path, const char *bytes, size_t size)
{
	const char *text = file_skip_mark(bytes, &size);
	char *directory = file_absolute_path(path, NULL);
	if (directory == NULL)
		return loading_fail_reading(loading, errno);
	strrchr(directory, '/')[1] = '\0';
	loading->location.directory = directory;
	const bool read = read_directives(loading, text, size);
	loading->location.directory = NULL;
	free(directory);
	return read;
}

static bool fail_file(const struct loading *loading, bool is_open)
{
	if (is_open)
		return loading_fail(loading, "expected a file that only its owner can write (chmod go-w)");
	if (errno == EPERM)
		return loading_fail(loading, "expected a file that belongs to root or to this user");
	return loading_fail_reading(loading, errno);
}

// False, with *is_absent unchanged, on an error.
static bool load_file(struct loading *loading, const struct directive_file *file, bool *is_absent)
{
	struct config *config = &loading->config;
	char *bytes;
	size_t size;
	bool is_open;
	loading_enter_part(loading, file->path);
	// Taken before reading, so that a change during the reading is noticed.
	const struct file_stamp stamp = file_stamp_of(file->path);
	const enum directive_file_state state = directive_file_read(file, &bytes, &size, &is_open);
	if (state == DIRECTIVE_FILE_FAILED)
		return fail_file(loading, is_open);
	*is_absent = state == DIRECTIVE_FILE_ABSENT || state == DIRECTIVE_FILE_FOREIGN;
	config->has_foreign_file = config->has_foreign_file || state == DIRECTIVE_FILE_FOREIGN;
	if (*is_absent) {
		origin_note(&loading->location, ORIGIN_NO_FILE, 0, 0);
		return true;
	}
	config->file = (struct watched_file){.path = strdup(file->path), .stamp = stamp};
	config->file_is_copy = state == DIRECTIVE_FILE_COPIED;
	const bool read =
		config->file.path != NULL ? read_directives_of(loading, file->path, bytes, size) : loading_fail_memory(loading);
	free(bytes);
	return read;
}

// Loads the first file that exists.
bool load_directives_file(struct loading *loading)
{
	struct directive_file files[DIRECTIVE_FILES_MAX];
	bool is_loaded = true, is_absent = true;
	loading_enter(loading, CONFIG_SOURCE_CONFIG_FILE);
	const size_t count = directive_file_list(loading->environment, loading->before, files);
	if (count == 0)
		return loading_fail_memory(loading);
	for (size_t i = 0; is_loaded && is_absent && i < count; i++)
		is_loaded = load_file(loading, &files[i], &is_absent);
	const int reason = errno;
	for (size_t i = 0; i < count; i++)
		directive_file_clear(&files[i]);
	errno = reason;
	return is_loaded;
}
