// SPDX-License-Identifier: MIT
#include "shim/command/shell/shell_complete.h"

#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/rrtype.h"
#include "config/base/words.h"
#include "config/directive.h"
#include "config/options.h"
#include "shim/command/option_rows.h"
#include "shim/command/shell/shell_line.h"

// The word to complete, and the completions.
struct completing {
	const char *word;
	size_t location;  // the number of the argument that it is, from 1
	const struct shell_names *names;
	struct word_list *out;
};

void shell_complete_add_name(struct word_list *known, const char *name)
{
	for (size_t i = 0; i < known->count; i++)
		if (ascii_equal(known->words[i], name))
			return;
	if (known->count < SHELL_COMPLETE_NAMES_MAX)
		word_list_add(known, name);
}

static void offer(const struct completing *completing, const char *word)
{
	if (!ascii_equal_bytes(word, completing->word, strlen(completing->word)))
		return;
	for (size_t i = 0; i < completing->out->count; i++)
		if (strcmp(completing->out->words[i], word) == 0)
			return;
	word_list_add(completing->out, word);
}

static void offer_names(const struct completing *completing)
{
	const struct word_list *const lists[] = {&completing->names->asked, &completing->names->hosts};
	for (size_t i = 0; i < ARRAY_LENGTH(lists); i++)
		for (size_t j = 0; j < lists[i]->count; j++)
			offer(completing, lists[i]->words[j]);
}

static void offer_types(const struct completing *completing)
{
#define WORD(name, number, word) word
	static const char *const types[] = {RRTYPE_EACH(WORD)};
	for (size_t i = 0; i < ARRAY_LENGTH(types); i++)
		offer(completing, types[i]);
}

static void offer_switches(const struct completing *completing)
{
	for (size_t i = 0; i < option_row_count; i++)
		if (shell_line_is_switch(&option_rows[i]))
			offer(completing, option_rows[i].word);
}

static void offer_commands(const struct completing *completing)
{
	size_t count;
	offer_switches(completing);
	for (const struct shell_command *command = shell_line_commands; command->word != NULL; command++)
		offer(completing, command->word);
	const struct directive *directives = directive_all(&count);
	for (size_t i = 0; i < count; i++)
		offer(completing, directives[i].word);
}

// The words after a switch such as "raw".
static void offer_questions(const struct completing *completing)
{
	offer_switches(completing);
	for (const struct shell_command *command = shell_line_commands; command->word != NULL; command++)
		if (command->action == SHELL_ASK || command->action == SHELL_EXPLAIN)
			offer(completing, command->word);
	offer(completing, "on");
	offer(completing, "off");
	offer_names(completing);
}

static void offer_options(const struct completing *completing)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		char word[64];
		snprintf(word, sizeof(word), "%s%s", option_table[i].word, option_table[i].kind == OPTION_NUMBER ? ":" : "");
		if (option_table[i].kind != OPTION_IGNORED)
			offer(completing, word);
	}
}

static void offer_servers(const struct completing *completing)
{
	if (completing->location > 1) {
		offer(completing, "for");
		return;
	}
	offer(completing, "system");
	offer(completing, "none");
}

static void offer_question(const struct completing *completing)
{
	(completing->location == 1 ? offer_names : offer_types)(completing);
}

static void offer_config(const struct completing *completing)
{
	offer(completing, "config");
}

// The word with the special characters of glob(3) escaped.
static char *file_pattern(const char *word)
{
	char *pattern = malloc(2 * strlen(word) + 2), *end = pattern;
	if (pattern == NULL)
		return NULL;
	for (; *word != '\0'; word++) {
		if (strchr("*?[\\", *word) != NULL)
			*end++ = '\\';
		*end++ = *word;
	}
	strcpy(end, "*");
	return pattern;
}

static void offer_files(const struct completing *completing)
{
	char *pattern = file_pattern(completing->word);
	glob_t found;
	if (pattern != NULL && glob(pattern, GLOB_MARK | GLOB_TILDE, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			word_list_add(completing->out, found.gl_pathv[i]);
		globfree(&found);
	}
	free(pattern);
}

// Of a word without a row in the table of the shell; directive NULL: a name.
static enum shell_subject directive_subject(const struct directive *directive)
{
	static const struct {
		const char *word;
		enum shell_subject subject;
	} subjects[] = {{"nameserver", SUBJECT_SERVERS}, {"options", SUBJECT_OPTIONS}, {"record", SUBJECT_QUESTION},
		{"fault", SUBJECT_NAMES}, {"search", SUBJECT_NAMES}, {"domain", SUBJECT_NAMES}};
	if (directive == NULL)
		return SUBJECT_QUESTION;
	if (directive->path_word != 0)
		return SUBJECT_FILE;
	for (size_t i = 0; i < ARRAY_LENGTH(subjects); i++)
		if (strcmp(subjects[i].word, directive->word) == 0)
			return subjects[i].subject;
	return SUBJECT_NONE;
}

static void (*const offers[])(const struct completing *completing) = {
	[SUBJECT_NONE] = NULL,
	[SUBJECT_QUESTION] = offer_question,
	[SUBJECT_NAMES] = offer_names,
	[SUBJECT_SERVERS] = offer_servers,
	[SUBJECT_OPTIONS] = offer_options,
	[SUBJECT_FILE] = offer_files,
	[SUBJECT_CONFIG] = offer_config,
	[SUBJECT_COMMAND] = offer_commands,
};

// Uses the words before the one to complete.
static void complete_behind(struct completing *completing, char *const *before, size_t count)
{
	size_t switches = 0;
	while (switches < count && shell_line_switch(before[switches]) != NULL)
		switches++;
	if (count == 0) {
		offer_commands(completing);
		offer_names(completing);
	} else if (switches == count) {
		offer_questions(completing);
	} else {
		const struct shell_command *command = shell_line_command(before[switches]);
		const struct directive *directive = command == NULL ? directive_find(before[switches]) : NULL;
		const bool is_name = command == NULL && directive == NULL;
		const enum shell_subject subject = command != NULL ? command->subject : directive_subject(directive);
		completing->location = count - switches + is_name;
		if (offers[subject] != NULL)
			offers[subject](completing);
	}
}

void shell_complete(
	const char *line, size_t start, const char *word, const struct shell_names *names, struct word_list *out)
{
	struct completing completing = {.word = word, .names = names, .out = out};
	struct words words;
	if (line[strspn(line, " \t")] == '!') {
		offer_files(&completing);
		return;
	}
	if (words_split(line, start < strlen(line) ? start : strlen(line), &words) == WORDS_OK)
		complete_behind(&completing, words.word, words.count);
	words_clear(&words);
}
