// SPDX-License-Identifier: MIT
#include "shim/command/shell/shell_actions.h"

#include <stdio.h>
#include <string.h>

#include "config/base/rrtype.h"
#include "config/config.h"
#include "config/directive.h"
#include "config/options.h"
#include "resolver/resolver.h"
#include "shim/command/option_rows.h"
#include "shim/command/problem.h"
#include "shim/command/program/check.h"
#include "shim/command/query/explain.h"
#include "shim/command/query/query.h"
#include "shim/command/query/show.h"
#include "shim/command/shell/shell_line.h"

static void remember_names(struct shell *shell, const struct shell_line *line)
{
	uint16_t number;
	for (size_t i = 0; i < line->about_count; i++)
		if (!rrtype_read(line->about[i], &number) && !rrclass_read(line->about[i], &number))
			shell_complete_add_name(&shell->names.asked, line->about[i]);
}

static void do_ask(struct shell *shell, const struct shell_line *line)
{
	if (line->query.view != VIEW_SRV)
		remember_names(shell, line);
	if (!shell->is_at_terminal)
		shell->status = query_run(shell_resolver(shell), &line->query, line->about, line->about_count, stdout);
	else
		shell->status = session_ask(&shell->session, &line->query, line->about, line->about_count);
	if (shell->status == SESSION_INTERRUPTED)
		putchar('\n');  // after the ^C
}

static bool do_set(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	return session_set(&shell->session, line->text, line->typed, problem);
}

// Prints the options in the syntax of the directive.
static void tell_servers(struct shell *shell, const struct shell_line *line)
{
	const struct config *config = resolver_config(shell_resolver(shell));
	(void)line;
	for (size_t i = 0; i < config->route_count; i++) {
		const struct route *route = &config->routes[i];
		char text[ADDRESS_TEXT_SIZE], domain[NAME_TEXT_SIZE];
		printf("server");
		for (size_t j = 0; j < route->server_count; j++)
			printf(" %s", config_write_server(&route->servers[j], text));
		if (i > 0)
			printf(" for %s", name_write(&route->domain, domain));
		putchar('\n');
	}
}

static void tell_options(struct shell *shell, const struct shell_line *line)
{
	const struct options *options = &resolver_config(shell_resolver(shell))->options;
	(void)line;
	printf("set");
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		char text[OPTION_TEXT_SIZE];
		if (option_is_setting(&option_table[i]) && *option_write(&option_table[i], options, text) != '\0')
			printf(" %s", text);
	}
	putchar('\n');
}

static void do_switch(struct shell *shell, const struct shell_line *line)
{
	shell->query = line->query;
}

static void tell_switch(struct shell *shell, const struct shell_line *line)
{
	printf("%s %s\n", line->option->word, *option_row_switch(line->option, &shell->query) ? "on" : "off");
}

static void tell_bufsize(struct shell *shell, const struct shell_line *line)
{
	(void)line;
	if (shell->query.payload == 0)
		puts("bufsize off");
	else
		printf("bufsize %u\n", shell->query.payload);
}

// The command line with the switches and the words of this line.
static struct command_line with_line(const struct shell *shell, const struct shell_line *line)
{
	struct command_line as_if = *shell->session.line;
	as_if.query = line->query;
	as_if.words = (char **)line->about;
	as_if.word_count = line->about_count;
	return as_if;
}

static bool do_show_config(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	const struct command_line as_if = with_line(shell, line);
	return show_config(&as_if, shell->session.inherited, stdout, problem);
}

static bool do_explain(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	const struct command_line as_if = with_line(shell, line);
	remember_names(shell, line);
	return explain_names(&as_if, shell->session.inherited, stdout, problem);
}

static bool do_check(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	const struct check check = {line->about[0], shell->library, line->query.json, NULL};
	return check_program(&check, &shell->status, problem);
}

static bool do_undo(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	(void)line;
	return session_undo(&shell->session, problem);
}

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

// False for an unknown word.
static bool print_help_of(const char *word)
{
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

static bool do_help(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	(void)shell;
	if (line->about_count > 0)
		return print_help_of(line->about[0]) || problem_set(problem, "help: unknown command %s", line->about[0]);
	print_all_help();
	return true;
}

static void do_run(struct shell *shell, const struct shell_line *line)
{
	shell->status = shell_program_run(&(struct shell_program){line->text, &shell->session.settings, shell->library,
		shell->is_quiet, shell->is_at_terminal ? &shell->signals : NULL});
}

static void do_quit(struct shell *shell, const struct shell_line *line)
{
	(void)line;
	shell->is_over = true;
}

// What each action calls: a function that cannot fail, or one that returns false with *problem filled.
static const struct {
	void (*act)(struct shell *shell, const struct shell_line *line);
	bool (*try)(struct shell *shell, const struct shell_line *line, struct problem *problem);
} actions[SHELL_ACTION_COUNT] = {
	[SHELL_ASK] = {.act = do_ask},
	[SHELL_SET] = {.try = do_set},
	[SHELL_PRINT_SERVERS] = {.act = tell_servers},
	[SHELL_PRINT_OPTIONS] = {.act = tell_options},
	[SHELL_SWITCH] = {.act = do_switch},
	[SHELL_PRINT_SWITCH] = {.act = tell_switch},
	[SHELL_PRINT_BUFSIZE] = {.act = tell_bufsize},
	[SHELL_SHOW_CONFIG] = {.try = do_show_config},
	[SHELL_EXPLAIN] = {.try = do_explain},
	[SHELL_CHECK] = {.try = do_check},
	[SHELL_UNDO] = {.try = do_undo},
	[SHELL_HELP] = {.try = do_help},
	[SHELL_RUN] = {.act = do_run},
	[SHELL_QUIT] = {.act = do_quit},
};

bool shell_action_run(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	if (actions[line->action].act != NULL)
		actions[line->action].act(shell, line);
	return actions[line->action].try == NULL || actions[line->action].try(shell, line, problem);
}
