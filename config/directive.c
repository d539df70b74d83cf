// SPDX-License-Identifier: MIT
#include "config/directive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/file.h"
#include "config/base/strbuf.h"
#include "config/run.h"
#include "config/setters.h"

static const struct directive directives[] = {
	{"nameserver", "nameserver SERVER... [for DOMAIN...]", set_nameserver, .in_resolvconf = true},
	{"search", "search [DOMAIN...]", set_search, .in_resolvconf = true},
	{"domain", "domain [DOMAIN]", set_domain, .in_resolvconf = true},
	{"sortlist", "sortlist NETWORK[/NETMASK]...", set_sortlist, .in_resolvconf = true},
	{"options", "options OPTION...", set_options, .in_resolvconf = true},
	{"hosts", "hosts FILE | none", set_hosts, .path_word = 1, .keyword = "none"},
	{"record", "record NAME [TTL] [IN] TYPE RDATA", set_record, .in_resolvconf = false, .is_raw = true},
	{"zone", "zone FILE [ORIGIN]", set_zone, .path_word = 1},
	{"only", "only FILE", set_only, .path_word = 1},
	{"fault", "fault PATTERN[/TYPE] ACTION... [SHARE%] [CONDITION...]", set_fault, .path_word = 0},
	{"seed", "seed NUMBER", set_seed, .path_word = 0},
	{"counter", "counter unix:PATH KEY [TIME]", set_counter, .path_word = 0},
	{"forwarder", "forwarder unix:PATH KEY [TIME]", set_forwarder, .path_word = 0},
	{"tls-ca", "tls-ca FILE", set_tls_ca, .path_word = 1},
	{"tls-pin", "tls-pin sha256/BASE64...", set_tls_pin, .path_word = 0},
	{"log", "log FILE | stderr | fd:N [json]", set_log, .path_word = 1, .keyword = "stderr", .prefix = "fd:"},
	{"journal", "journal FILE | unix:PATH KEY [TIME]", set_journal, .path_word = 1, .prefix = RUN_WORD},
	{"recording", "recording FILE", set_recording, .path_word = 1},
	{"recording-mode", "recording-mode once | new | all | none | add", set_recording_mode, .path_word = 0},
	{"include", "include FILE", set_include, .path_word = 1},
};

const struct directive *directive_find(const char *word)
{
	for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
		if (strcmp(directives[i].word, word) == 0)
			return &directives[i];
	return NULL;
}

const struct directive *directive_all(size_t *count)
{
	*count = sizeof directives / sizeof *directives;
	return directives;
}

static void add_quoted(struct strbuf *line, const char *word)
{
	const bool is_quoted = word[0] == '\0' || strpbrk(word, " \t\r\n\";#") != NULL;
	strbuf_add(line, is_quoted ? "\"" : "");
	for (; *word != '\0'; word++) {
		strbuf_add(line, is_quoted && (*word == '"' || *word == '\\') ? "\\" : "");
		strbuf_add_byte(line, *word);
	}
	strbuf_add(line, is_quoted ? "\"" : "");
}

char *directive_join(char *const *words, size_t count)
{
	struct strbuf line = {.size = 1};
	for (size_t i = 0; i < count; i++)
		line.size += 2 * strlen(words[i]) + sizeof "\"\"";  // all escaped, quotes and a blank
	line.bytes = malloc(line.size);
	for (size_t i = 0; line.bytes != NULL && i < count; i++) {
		strbuf_add(&line, i > 0 ? " " : "");
		add_quoted(&line, words[i]);
	}
	return line.bytes != NULL ? strbuf_end(&line) : NULL;
}

// The index of the word that is a path, or 0.
static size_t path_index(const struct words *words)
{
	const struct directive *directive = words->count > 0 ? directive_find(words->word[0]) : NULL;
	if (directive == NULL || directive->path_word == 0 || directive->path_word >= words->count)
		return 0;
	const char *word = words->word[directive->path_word];
	const bool is_keyword = directive->keyword != NULL && strcmp(word, directive->keyword) == 0;
	const bool has_prefix =
		directive->prefix != NULL && strncmp(word, directive->prefix, strlen(directive->prefix)) == 0;
	return word[0] != '\0' && !is_keyword && !has_prefix ? directive->path_word : 0;
}

static char *words_absolute(struct words *words, const char *directory)
{
	const size_t index = path_index(words);
	char *path = index > 0 ? file_path_of_word(words->word[index], directory, getenv("HOME")) : NULL;
	if (index > 0 && path == NULL)
		return NULL;
	if (index > 0)
		words->word[index] = path;
	char *line = directive_join(words->word, words->count);
	free(path);
	return line;
}

char *directive_absolute(const char *line, const char *directory)
{
	struct words words;
	const enum words_result result = words_split(line, strlen(line), &words);
	const struct directive *directive = words.count > 0 ? directive_find(words.word[0]) : NULL;
	const bool is_plain = result == WORDS_OK && !(directive != NULL && directive->is_raw);
	char *absolute = is_plain ? words_absolute(&words, directory) : strdup(line);
	words_clear(&words);
	return absolute;
}

size_t directive_length(const char *bytes, size_t size, bool has_semicolons)
{
	bool in_quotes = false;
	size_t at;
	for (at = 0; at < size && bytes[at] != '\n'; at++) {
		if (bytes[at] == '"')
			in_quotes = !in_quotes;
		else if (bytes[at] == ';' && has_semicolons && !in_quotes)
			break;
		else if (bytes[at] == '\\' && in_quotes && at + 1 < size && (bytes[at + 1] == '"' || bytes[at + 1] == '\\'))
			at++;
	}
	return at;
}

static bool write_absolute(FILE *out, const char *bytes, size_t length, const char *directory)
{
	char *line = strndup(bytes, length);
	char *absolute = line != NULL ? directive_absolute(line, directory) : NULL;
	const bool is_written = absolute != NULL && fputs(absolute, out) >= 0;
	free(absolute);
	free(line);
	return is_written;
}

char *directives_absolute(const char *text, const char *directory)
{
	const char *end = text + strlen(text);
	char *absolute = NULL;
	size_t size;
	FILE *out = open_memstream(&absolute, &size);
	bool is_whole = out != NULL;
	for (const char *at = text; is_whole && at < end;) {
		const size_t length = directive_length(at, (size_t)(end - at), true);
		is_whole = (at == text || fputc('\n', out) != EOF) && write_absolute(out, at, length, directory);
		at += length + 1;
	}
	if (out != NULL && fclose(out) != 0)
		is_whole = false;
	if (is_whole)
		return absolute;
	free(absolute);
	return NULL;
}
