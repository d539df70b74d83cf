// SPDX-License-Identifier: MIT
#include "shim/command/shell/shell_actions.h"

#include <stdio.h>

#include "config/base/rrtype.h"
#include "config/config.h"
#include "config/options.h"
#include "resolver/resolver.h"
#include "shim/command/command_line.h"
#include "shim/command/option_rows.h"
#include "shim/command/problem.h"
#include "shim/command/program/check.h"
#include "shim/command/query/explain.h"
#include "shim/command/query/query.h"
#include "shim/command/query/show.h"
#include "shim/command/shell/shell_ask.h"
#include "shim/command/shell/shell_complete.h"
#include "shim/command/shell/shell_help.h"
#include "shim/command/shell/shell_line.h"

static bool do_nothing(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	(void)shell, (void)line, (void)problem;
	return true;
}

static void remember_names(struct shell *shell, const struct shell_line *line)
{
	uint16_t number;
	for (size_t i = 0; i < line->about_count; i++)
		if (!rrtype_read(line->about[i], &number) && !rrclass_read(line->about[i], &number))
			shell_complete_know(&shell->names.asked, line->about[i]);
}

static bool do_ask(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	(void)problem;
	if (line->query.view != VIEW_SRV)
		remember_names(shell, line);
	if (!shell->is_at_terminal)
		shell->status = query_run(shell_resolver(shell), &line->query, line->about, line->about_count, stdout);
	else
		shell->status = shell_ask(shell->session.lease, &line->query, line->about, line->about_count);
	if (shell->status == SHELL_INTERRUPTED)
		putchar('\n');  // after the ^C
	return true;
}

static bool do_set(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	return session_set(&shell->session, line->text, line->typed, problem);
}

// Prints the options in the syntax of the directive.
static bool tell_servers(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	const struct config *config = resolver_config(shell_resolver(shell));
	(void)line, (void)problem;
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
	return true;
}

static bool tell_options(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	const struct options *options = &resolver_config(shell_resolver(shell))->options;
	(void)line, (void)problem;
	printf("set");
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		char text[OPTION_TEXT_SIZE];
		if (option_is_setting(&option_table[i]) && *option_write(&option_table[i], options, text) != '\0')
			printf(" %s", text);
	}
	putchar('\n');
	return true;
}

static bool do_switch(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	(void)problem;
	shell->query = line->query;
	return true;
}

static bool tell_switch(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	(void)problem;
	printf("%s %s\n", line->option->word, *option_row_switch(line->option, &shell->query) ? "on" : "off");
	return true;
}

static bool tell_bufsize(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	(void)line, (void)problem;
	if (shell->query.payload == 0)
		puts("bufsize off");
	else
		printf("bufsize %u\n", shell->query.payload);
	return true;
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
	return check_program(line->about[0], shell->library, line->query.json, &shell->status, problem);
}

static bool do_undo(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	(void)line;
	return session_undo(&shell->session, problem);
}

static bool do_help(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	(void)shell;
	if (line->about_count == 0) {
		shell_help_print_all();
		return true;
	}
	return shell_help_print(line->about[0]) ||
		problem_set(problem, EXIT_OWN_ERROR, "help: unknown command %s", line->about[0]);
}

static bool do_run(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	(void)problem;
	shell->status = shell_program_run(line->text, &shell->session.settings, shell->library, shell->is_quiet,
		shell->is_at_terminal ? &shell->signals : NULL);
	return true;
}

static bool do_quit(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	(void)line, (void)problem;
	return shell->is_over = true;
}

static bool (*const actions[SHELL_ACTION_COUNT])(struct shell *, const struct shell_line *, struct problem *) = {
	[SHELL_NOTHING] = do_nothing,
	[SHELL_ASK] = do_ask,
	[SHELL_SET] = do_set,
	[SHELL_TELL_SERVERS] = tell_servers,
	[SHELL_TELL_OPTIONS] = tell_options,
	[SHELL_SWITCH] = do_switch,
	[SHELL_TELL_SWITCH] = tell_switch,
	[SHELL_TELL_BUFSIZE] = tell_bufsize,
	[SHELL_SHOW_CONFIG] = do_show_config,
	[SHELL_EXPLAIN] = do_explain,
	[SHELL_CHECK] = do_check,
	[SHELL_UNDO] = do_undo,
	[SHELL_HELP] = do_help,
	[SHELL_RUN] = do_run,
	[SHELL_QUIT] = do_quit,
};

bool shell_action_run(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	return actions[line->action](shell, line, problem);
}
