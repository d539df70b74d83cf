// SPDX-License-Identifier: MIT
#include "shim/command/shell/shell_command.h"

#include <stdint.h>
#include <string.h>

#include "shim/command/option_rows.h"

static const struct shell_command commands[] = {
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
		.most = 1},
	{"server", "[SERVER... [for DOMAIN...]]", "choose the servers; alone: print them", SHELL_SET, SUBJECT_SERVERS,
		.most = SIZE_MAX, .directive = "nameserver"},
	{"set", "[OPTION...]", "set options, such as timeout-ms:500; alone: print them", SHELL_SET, SUBJECT_OPTIONS,
		.most = SIZE_MAX, .directive = "options"},
	{"undo", "", "remove the last setting", SHELL_UNDO, SUBJECT_NONE, .most = 0},
	{"show", "config", "show every setting and its source", SHELL_SHOW_CONFIG, SUBJECT_CONFIG, .least = 1, .most = 1},
	{"check", "PROGRAM", "report whether PROGRAM can be redirected", SHELL_CHECK, SUBJECT_FILE, .least = 1, .most = 1},
	{"help", "[COMMAND]", "show this", SHELL_HELP, SUBJECT_COMMAND, .most = 1},
	{"quit", "", "end the shell (also Ctrl-D)", SHELL_QUIT, SUBJECT_NONE, .most = 0},
	{"exit", "", "end the shell (also Ctrl-D)", SHELL_QUIT, SUBJECT_NONE, .most = 0},
};

const struct shell_command *shell_command_all(size_t *count)
{
	*count = sizeof(commands) / sizeof(commands[0]);
	return commands;
}

const struct shell_command *shell_command_find(const char *word)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].word, word) == 0)
			return &commands[i];
	return NULL;
}

bool shell_command_is_switch(const struct option_row *row)
{
	return option_row_switch(row, &(struct query_options){.raw = false}) != NULL;
}

const struct option_row *shell_command_switch(const char *word)
{
	const struct option_row *row = option_row_of_word(word, strlen(word));
	return row != NULL && shell_command_is_switch(row) ? row : NULL;
}
