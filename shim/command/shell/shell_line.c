// SPDX-License-Identifier: MIT
#include "shim/command/shell/shell_line.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/directive.h"
#include "shim/command/option_rows.h"
#include "shim/command/problem.h"
#include "shim/command/text.h"

#define BLANKS " \t\r\n"
#define HELP_COLUMN 38

const struct shell_command shell_line_commands[] = {
	{"query", "NAME [TYPE]... | ADDRESS", "ask a question; the word query is optional", SHELL_ASK, SUBJECT_QUESTION,
		.least = 1, .most = SIZE_MAX},
	{"summary-of", "DOMAIN...", "look up addresses, MX and NS hosts", SHELL_ASK, SUBJECT_NAMES, .least = 1,
		.most = SIZE_MAX, .view = VIEW_SUMMARY_OF},
	{"srv", "SERVICE PROTO DOMAIN", "look up servers (SRV records)", SHELL_ASK, SUBJECT_NONE, .least = 3, .most = 3,
		.view = VIEW_SRV},
	{"reverse", "ADDRESS...", "look up the names of addresses", SHELL_ASK, SUBJECT_NONE, .least = 1, .most = SIZE_MAX,
		.view = VIEW_REVERSE},
	{"explain", "NAME...", "explain the lookup without sending queries", SHELL_EXPLAIN, SUBJECT_NAMES, .least = 1,
		.most = SIZE_MAX},
	{"bufsize", "[512..65535 | off]", "with raw: advertise this EDNS payload size", SHELL_BUFSIZE, SUBJECT_NONE,
		.alone = SHELL_PRINT_BUFSIZE, .most = 1},
	{"server", "[SERVER... [for DOMAIN...]]", "choose the servers; alone: print them", SHELL_SET, SUBJECT_SERVERS,
		.alone = SHELL_PRINT_SERVERS, .most = SIZE_MAX, .directive = "nameserver"},
	{"set", "[OPTION...]", "set options, such as timeout-ms:500; alone: print them", SHELL_SET, SUBJECT_OPTIONS,
		.alone = SHELL_PRINT_OPTIONS, .most = SIZE_MAX, .directive = "options"},
	{"undo", "", "remove the last setting", SHELL_UNDO, SUBJECT_NONE, .most = 0},
	{"show", "config", "show every setting and its source", SHELL_SHOW_CONFIG, SUBJECT_CONFIG, .least = 1, .most = 1},
	{"check", "PROGRAM", "report whether PROGRAM can be redirected", SHELL_CHECK, SUBJECT_FILE, .least = 1, .most = 1},
	{"help", "[COMMAND]", "show this", SHELL_HELP, SUBJECT_COMMAND, .most = 1},
	{"quit", "", "end the shell (also Ctrl-D)", SHELL_QUIT, SUBJECT_NONE, .most = 0},
	{"exit", "", "end the shell (also Ctrl-D)", SHELL_QUIT, SUBJECT_NONE, .most = 0},
	{.word = NULL},
};

const struct shell_command *shell_line_command(const char *word)
{
	const struct shell_command *command = shell_line_commands;
	while (command->word != NULL && strcmp(command->word, word) != 0)
		command++;
	return command->word != NULL ? command : NULL;
}

bool shell_line_is_switch(const struct option_row *row)
{
	return option_row_switch(row, &(struct query_options){.raw = false}) != NULL;
}

const struct option_row *shell_line_switch(const char *word)
{
	const struct option_row *row = option_row_of_word(word, strlen(word));
	return row != NULL && shell_line_is_switch(row) ? row : NULL;
}

static bool expect(struct problem *problem, const struct shell_command *command)
{
	return problem_set(
		problem, "%s: expected %s", command->word, command->arguments[0] != '\0' ? command->arguments : "no argument");
}

// The text without leading blanks; trailing ones are cut off.
static char *trim(char *text)
{
	text += strspn(text, BLANKS);
	for (size_t length = strlen(text); length > 0 && strchr(BLANKS, text[length - 1]) != NULL; length--)
		text[length - 1] = '\0';
	return text;
}

// "-" would be standard input, from which the lines are read; "@192.0.2.1" is the syntax of dig(1) for a server.
static bool read_question(struct shell_line *out, struct problem *problem)
{
	out->action = SHELL_ASK;
	for (size_t i = 0; i < out->about_count; i++) {
		if (strcmp(out->about[i], "-") == 0)
			return problem_set(problem, "expected NAME [TYPE]..., got -");
		if (out->about[i][0] == '@')
			return problem_set(
				problem, "expected NAME [TYPE]..., got %s (use server to choose servers)", out->about[i]);
	}
	return true;
}

static void skip_word(struct shell_line *out)
{
	out->about++;
	out->about_count--;
}

static bool takes_switches(const struct shell_command *command)
{
	return command->action == SHELL_ASK || command->action == SHELL_EXPLAIN || command->action == SHELL_SHOW_CONFIG ||
		command->action == SHELL_CHECK;
}

static bool read_plain_command(struct shell_line *out, struct problem *problem)
{
	const struct shell_command *command = out->command;
	skip_word(out);
	out->action = out->about_count == 0 && command->alone != 0 ? command->alone : command->action;
	if (out->about_count < command->least || out->about_count > command->most)
		return expect(problem, command);
	if (command->subject == SUBJECT_CONFIG && strcmp(out->about[0], "config") != 0)
		return expect(problem, command);
	if (command->action != SHELL_ASK)
		return true;
	out->query.view = command->view;
	return read_question(out, problem);
}

// "raw on", "raw NAME TYPE", "raw tcp NAME TYPE", "json explain NAME"
static bool read_switches(struct shell_line *out, struct problem *problem)
{
	out->action = out->words.count == 1 ? SHELL_PRINT_SWITCH : SHELL_SWITCH;
	if (out->action == SHELL_PRINT_SWITCH)
		return true;
	for (const struct option_row *row = out->option; row != NULL; row = shell_line_switch(out->about[0])) {
		bool *value = option_row_switch(row, &out->query);
		skip_word(out);
		if (out->about_count == 0)
			return problem_set(problem, "%s: expected " SHELL_LINE_SWITCH_ARGUMENTS, row->word);
		const bool is_off = strcmp(out->about[0], "off") == 0;
		const bool is_last = out->about_count == 1 && (is_off || strcmp(out->about[0], "on") == 0);
		*value = !(is_last && is_off);
		if (is_last)
			return true;
	}
	out->command = shell_line_command(out->about[0]);
	if (out->command == NULL || !takes_switches(out->command))
		return read_question(out, problem);
	return read_plain_command(out, problem);
}

static bool read_payload(struct shell_line *out, struct problem *problem)
{
	out->action = SHELL_SWITCH;
	if (strcmp(out->about[0], "off") == 0) {
		out->query.payload = 0;
		return true;
	}
	return command_line_read_payload(out->about[0], &out->query.payload) || expect(problem, out->command);
}

static bool read_command(struct shell_line *out, struct problem *problem)
{
	if (!read_plain_command(out, problem))
		return false;
	if (out->action == SHELL_BUFSIZE)
		return read_payload(out, problem);
	if (out->action != SHELL_SET)
		return true;
	// "server 192.0.2.1" stands for "nameserver 192.0.2.1".
	out->text = out->directive =
		text_format("%s%.*s", out->command->directive, (int)out->words.rest_length, out->words.rest);
	return out->text != NULL || problem_out_of_memory(problem);
}

static bool read_words(struct shell_line *out, struct problem *problem)
{
	const enum words_result result = words_split(out->typed, strlen(out->typed), &out->words);
	out->about = out->words.word;
	out->about_count = out->words.count;
	if (result == WORDS_TOO_MANY)
		return problem_set(problem, "expected at most %d words in one line", WORDS_MAX);
	if (result == WORDS_OPEN_QUOTE)
		return problem_set(problem, "expected a closing \" before the end of the line");
	return result == WORDS_OK || problem_out_of_memory(problem);
}

bool shell_line_read(char *text, const struct query_options *defaults, struct shell_line *out, struct problem *problem)
{
	*out = (struct shell_line){.action = SHELL_NOTHING, .query = *defaults, .typed = trim(text)};
	if (*out->typed == '!') {
		out->action = SHELL_RUN;
		out->text = out->typed + 1 + strspn(out->typed + 1, BLANKS);
		return true;
	}
	if (!read_words(out, problem))
		return false;
	if (out->words.count == 0)
		return true;
	out->option = shell_line_switch(out->words.word[0]);
	if (out->option != NULL)
		return read_switches(out, problem);
	out->command = shell_line_command(out->words.word[0]);
	if (out->command != NULL)
		return read_command(out, problem);
	if (directive_find(out->words.word[0]) == NULL)
		return read_question(out, problem);
	out->action = SHELL_SET;
	out->text = out->typed;
	return true;
}

void shell_line_clear(struct shell_line *line)
{
	free(line->directive);
	words_clear(&line->words);
	*line = (struct shell_line){.action = SHELL_NOTHING};
}

// ---- help ----

static void print_help(const char *synopsis, const char *help)
{
	if (strlen(synopsis) + 4 < HELP_COLUMN)
		printf("  %-*s%s\n", HELP_COLUMN - 2, synopsis, help);
	else
		printf("  %s\n%*s%s\n", synopsis, HELP_COLUMN, "", help);
}

static void print_command(const char *word, const char *arguments, const char *help)
{
	char synopsis[80];
	snprintf(synopsis, sizeof(synopsis), "%s%s%s", word, arguments[0] != '\0' ? " " : "", arguments);
	print_help(synopsis, help);
}

// The help of the option, without "with --query: ".
static void print_switch(const struct option_row *row)
{
	const char *condition = strstr(row->help, ": ");
	print_command(row->word, SHELL_LINE_SWITCH_ARGUMENTS, condition != NULL ? condition + 2 : row->help);
}

static void print_all_help(void)
{
	size_t count;
	print_help("NAME | ADDRESS", "look it up as a program would");
	print_help("NAME TYPE...", "print the DNS message with these records");
	for (const struct shell_command *command = shell_line_commands; command->word != NULL; command++)
		print_command(command->word, command->arguments, command->help);
	for (size_t i = 0; i < option_row_count; i++)
		if (shell_line_is_switch(&option_rows[i]))
			print_switch(&option_rows[i]);
	print_help("!COMMAND", "run COMMAND by sh with these settings; ! alone: a shell");
	puts("Directives of withdns.conf(5); later ones take precedence:");
	const struct directive *directives = directive_all(&count);
	for (size_t i = 0; i < count; i++)
		printf("  %s\n", directives[i].synopsis);
}

bool shell_line_print_help(const char *word)
{
	if (word == NULL) {
		print_all_help();
		return true;
	}
	const struct option_row *row = shell_line_switch(word);
	const struct shell_command *command = shell_line_command(word);
	const struct directive *directive = directive_find(word);
	if (row != NULL)
		print_switch(row);
	else if (command != NULL)
		print_command(command->word, command->arguments, command->help);
	else if (directive != NULL)
		print_help(directive->synopsis, "see withdns.conf(5)");
	return row != NULL || command != NULL || directive != NULL;
}
