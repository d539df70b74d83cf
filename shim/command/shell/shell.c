// SPDX-License-Identifier: MIT
#include "shim/command/shell/shell.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/rrtype.h"
#include "config/config.h"
#include "config/directive.h"
#include "config/environment.h"
#include "config/lookup_context.h"
#include "config/options.h"
#include "resolver/lookup.h"
#include "resolver/resolver.h"
#include "shim/command/command_line.h"
#include "shim/command/problem.h"
#include "shim/command/program/check.h"
#include "shim/command/query/explain.h"
#include "shim/command/query/query.h"
#include "shim/command/query/show.h"
#include "shim/command/shell/history.h"
#include "shim/command/shell/line_editor.h"
#include "shim/command/shell/shell_ask.h"
#include "shim/command/shell/shell_complete.h"
#include "shim/command/shell/shell_line.h"
#include "shim/command/shell/shell_program.h"
#include "shim/command/shell/shell_session.h"
#include "shim/command/shell/word_list.h"

#define PROMPT "withdns> "

#define HELP_COLUMN 38

struct shell {
	struct session session;
	struct query_options query;  // how questions are asked
	struct word_list asked;
	struct word_list hosts;     // of the hosts file
	unsigned hosts_generation;  // of the session, when these were read
	const char *library;
	bool is_quiet;
	bool is_at_terminal;
	struct shell_signals signals;  // the former actions, if is_at_terminal
	int status;                    // of the last command that has one
	bool is_over;
};

static struct resolver *resolver_of(const struct shell *shell)
{
	return shell->session.lease->resolver;
}

// The commands. False with *problem filled.

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
			shell_complete_know(&shell->asked, line->about[i]);
}

static bool do_ask(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	(void)problem;
	if (line->query.view != VIEW_SRV)
		remember_names(shell, line);
	if (!shell->is_at_terminal)
		shell->status = query_run(resolver_of(shell), &line->query, line->about, line->about_count, stdout);
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
	const struct config *config = resolver_config(resolver_of(shell));

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
	const struct options *options = &resolver_config(resolver_of(shell))->options;

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
	const bool is_on = *shell_command_switch(line->command, &shell->query);
	printf("%s %s\n", line->command->word, is_on ? "on" : "off");
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

// The command line with the switches of this line.
static struct command_line with_switches(const struct shell *shell, const struct shell_line *line)
{
	struct command_line as_if = *shell->session.line;

	as_if.query = line->query;
	return as_if;
}

static bool do_show_config(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	const struct command_line as_if = with_switches(shell, line);

	return show_config(&as_if, shell->session.inherited, stdout, problem);
}

static bool do_explain(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	const struct command_line as_if = with_switches(shell, line);

	remember_names(shell, line);
	return explain_names(&as_if, shell->session.inherited, line->about, line->about_count, stdout, problem);
}

static bool do_check(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	return check_program(line->about[0], shell->library, line->query.json, stdout, &shell->status, problem);
}

static bool do_undo(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	(void)line;
	return session_undo(&shell->session, problem);
}

static void print_help(const char *synopsis, const char *help)
{
	if (strlen(synopsis) + 4 < HELP_COLUMN)
		printf("  %-*s%s\n", HELP_COLUMN - 2, synopsis, help);
	else
		printf("  %s\n%*s%s\n", synopsis, HELP_COLUMN, "", help);
}

static void help_command(const struct shell_command *command)
{
	char synopsis[80];

	snprintf(synopsis, sizeof(synopsis), "%s%s%s", command->word, command->arguments[0] != '\0' ? " " : "",
		command->arguments);
	print_help(synopsis, shell_command_help(command));
}

static void help_all(void)
{
	size_t count;
	const struct shell_command *commands = shell_command_all(&count);

	print_help("NAME | ADDRESS", "look it up as a program would");
	print_help("NAME TYPE...", "print the DNS message with these records");
	for (size_t i = 0; i < count; i++)
		help_command(&commands[i]);
	print_help("!COMMAND", "run COMMAND by sh with these settings; ! alone: a shell");
	puts("Directives of withdns.conf(5); later ones take precedence:");
	const struct directive *directives = directive_all(&count);
	for (size_t i = 0; i < count; i++)
		printf("  %s\n", directives[i].synopsis);
}

static bool do_help(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	(void)shell;
	if (line->about_count == 0) {
		help_all();
		return true;
	}
	const struct shell_command *command = shell_command_find(line->about[0]);
	const struct directive *directive = directive_find(line->about[0]);
	if (command == NULL && directive == NULL)
		return problem_set(problem, EXIT_OWN_ERROR, "help: unknown command %s", line->about[0]);
	if (command != NULL)
		help_command(command);
	else
		print_help(directive->synopsis, "see withdns.conf(5)");
	return true;
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

static bool run_line(struct shell *shell, const char *text, struct problem *problem)
{
	struct shell_line line;

	session_refresh(&shell->session);
	const bool done =
		shell_line_read(text, &shell->query, &line, problem) && actions[line.action](shell, &line, problem);
	shell_line_clear(&line);
	fflush(stdout);
	return done;
}

// At a terminal

static void read_hosts(struct shell *shell)
{
	const struct lookup_context lookup = lookup_context_of_config(resolver_config(resolver_of(shell)));
	struct host host = {.name = NULL};
	size_t position = 0;

	word_list_clear(&shell->hosts);
	shell->hosts_generation = shell->session.generation;
	while (shell->hosts.count < SHELL_COMPLETE_NAMES_MAX &&
		lookup_entry(resolver_of(shell), &lookup, &position, &host) == OUTCOME_FOUND) {
		shell_complete_know(&shell->hosts, host.name);
		for (size_t i = 0; i < host.alias_count; i++)
			shell_complete_know(&shell->hosts, host.aliases[i]);
		host_clear(&host);
	}
	host_clear(&host);
}

static void complete(const char *line, size_t start, const char *word, struct word_list *out, void *context)
{
	struct shell *shell = context;

	if (shell->hosts_generation != shell->session.generation)
		read_hosts(shell);
	shell_complete(line, start, word, &shell->asked, &shell->hosts, out);
}

static void remember(const char *line, void *context)
{
	line_editor_remember(context, line);
}

// A wrong line is reported and changes nothing.
static void converse(struct shell *shell, struct line_editor *editor, struct history *history)
{
	enum line_result result;
	char *text;

	while (!shell->is_over && (result = line_editor_read(editor, PROMPT, &text)) != LINE_END) {
		struct problem problem;
		if (result == LINE_DROPPED)
			continue;
		if (history_add(history, text))
			line_editor_remember(editor, text);
		if (!run_line(shell, text, &problem))
			problem_tell(problem.text);
		free(text);
	}
}

static bool run_at_terminal(struct shell *shell, const char *home, struct problem *problem)
{
	struct history history;
	struct line_editor *editor = line_editor_open(complete, shell);

	if (editor == NULL)
		return problem_out_of_memory(problem);
	if (!line_editor_has_keys(editor))
		problem_tell("libedit.so.2 is not installed: no keys for history and completion");
	if (!shell->is_quiet)
		puts("withdns " VERSION ": type a name to look it up, help for more, Ctrl-D to end");
	history_open(&history, home);
	history_load(&history, remember, editor);
	shell_program_ignore_signals(&shell->signals);
	converse(shell, editor, &history);
	shell_program_restore_signals(&shell->signals);
	history_close(&history);
	line_editor_close(editor);
	shell->status = 0;
	return true;
}

// Not at a terminal. Ends at the first wrong line: after a rejected setting, later lines could query wrong servers.
// Standard input is unbuffered, as in sh, so that programs can read the rest of it.
static bool run_script(struct shell *shell, struct problem *problem)
{
	char *text = NULL;
	size_t size = 0;
	bool done = true;

	setvbuf(stdin, NULL, _IONBF, 0);
	while (done && !shell->is_over && getline(&text, &size, stdin) >= 0)
		done = run_line(shell, text, problem);
	free(text);
	return done;
}

bool shell_run(struct command_line *line, const struct environment *inherited, const char *library, int *status,
	struct problem *problem)
{
	struct shell shell = {
		.query = line->query,
		.library = library,
		.is_quiet = line->quiet,
		.is_at_terminal = isatty(STDIN_FILENO),
	};

	bool done = session_open(&shell.session, line, inherited, problem);
	if (done)
		done = shell.is_at_terminal ? run_at_terminal(&shell, inherited->home, problem) : run_script(&shell, problem);
	session_close(&shell.session);
	word_list_clear(&shell.asked);
	word_list_clear(&shell.hosts);
	*status = shell.status;
	return done;
}
