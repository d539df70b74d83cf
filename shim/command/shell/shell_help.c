// SPDX-License-Identifier: MIT
#include "shim/command/shell/shell_help.h"

#include <stdio.h>
#include <string.h>

#include "config/directive.h"
#include "shim/command/option_rows.h"
#include "shim/command/shell/shell_command.h"

#define HELP_COLUMN 38

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
	print_command(row->word, SHELL_COMMAND_SWITCH_ARGUMENTS, condition != NULL ? condition + 2 : row->help);
}

void shell_help_print_all(void)
{
	size_t count;
	const struct shell_command *commands = shell_command_all(&count);
	print_help("NAME | ADDRESS", "look it up as a program would");
	print_help("NAME TYPE...", "print the DNS message with these records");
	for (size_t i = 0; i < count; i++)
		print_command(commands[i].word, commands[i].arguments, commands[i].help);
	for (size_t i = 0; i < option_row_count; i++)
		if (shell_command_is_switch(&option_rows[i]))
			print_switch(&option_rows[i]);
	print_help("!COMMAND", "run COMMAND by sh with these settings; ! alone: a shell");
	puts("Directives of withdns.conf(5); later ones take precedence:");
	const struct directive *directives = directive_all(&count);
	for (size_t i = 0; i < count; i++)
		printf("  %s\n", directives[i].synopsis);
}

bool shell_help_print(const char *word)
{
	const struct option_row *row = shell_command_switch(word);
	const struct shell_command *command = shell_command_find(word);
	const struct directive *directive = directive_find(word);
	if (row != NULL)
		print_switch(row);
	else if (command != NULL)
		print_command(command->word, command->arguments, command->help);
	else if (directive != NULL)
		print_help(directive->synopsis, "see withdns.conf(5)");
	return row != NULL || command != NULL || directive != NULL;
}
