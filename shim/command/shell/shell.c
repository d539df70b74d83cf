// SPDX-License-Identifier: MIT
#include "shim/command/shell/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config/base/rrtype.h"
#include "config/config.h"
#include "config/environment.h"
#include "config/lookup_context.h"
#include "config/options.h"
#include "resolver/lookup.h"
#include "resolver/resolver.h"
#include "shim/command/option_rows.h"
#include "shim/command/problem.h"
#include "shim/command/program/check.h"
#include "shim/command/query/explain.h"
#include "shim/command/query/query.h"
#include "shim/command/query/show.h"
#include "shim/command/shell/history.h"
#include "shim/command/shell/line_editor.h"
#include "shim/command/shell/session.h"
#include "shim/command/shell/shell_complete.h"
#include "shim/command/shell/shell_line.h"
#include "shim/command/shell/shell_program.h"

#define PROMPT "withdns> "

struct shell {
	struct session session;
	struct query_options query;  // how questions are asked
	struct shell_names names;    // for completion
	unsigned hosts_generation;   // of the session, when names.hosts was read
	const char *library;
	bool is_quiet;
	bool is_at_terminal;
	struct shell_signals signals;  // the former actions, if is_at_terminal
	int status;                    // of the last command that has one
	bool is_over;
};

static struct resolver *current_resolver(const struct shell *shell)
{
	return shell->session.shared->resolver;
}

// ---- commands ----

static void remember_names(struct shell *shell, const struct shell_line *line)
{
	uint16_t number;
	for (size_t i = 0; i < line->about_count; i++)
		if (!rrtype_read(line->about[i], &number) && !rrclass_read(line->about[i], &number))
			shell_complete_add_name(&shell->names.asked, line->about[i]);
}

static void ask(struct shell *shell, const struct shell_line *line)
{
	if (line->query.view != VIEW_SRV)
		remember_names(shell, line);
	if (!shell->is_at_terminal)
		shell->status = query_run(current_resolver(shell), &line->query, line->about, line->about_count, stdout);
	else
		shell->status = session_ask(&shell->session, &line->query, line->about, line->about_count);
	if (shell->status == SESSION_INTERRUPTED)
		putchar('\n');  // after the ^C
}

static void tell_servers(const struct config *config)
{
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

// In the syntax of the directive.
static void tell_options(const struct options *options)
{
	printf("set");
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		char text[OPTION_TEXT_SIZE];
		if (option_is_setting(&option_table[i]) && *option_write(&option_table[i], options, text) != '\0')
			printf(" %s", text);
	}
	putchar('\n');
}

static void tell_bufsize(unsigned payload)
{
	if (payload == 0)
		puts("bufsize off");
	else
		printf("bufsize %u\n", payload);
}

// Actions that cannot fail.
static void act(struct shell *shell, const struct shell_line *line)
{
	const struct config *config = resolver_config(current_resolver(shell));
	switch (line->action) {
	case SHELL_ASK:
		ask(shell, line);
		break;
	case SHELL_PRINT_SERVERS:
		tell_servers(config);
		break;
	case SHELL_PRINT_OPTIONS:
		tell_options(&config->options);
		break;
	case SHELL_SWITCH:
		shell->query = line->query;
		break;
	case SHELL_PRINT_SWITCH:
		printf("%s %s\n", line->option->word, *option_row_switch(line->option, &shell->query) ? "on" : "off");
		break;
	case SHELL_PRINT_BUFSIZE:
		tell_bufsize(shell->query.payload);
		break;
	case SHELL_RUN:
		shell->status = shell_program_run(&(struct shell_program){line->text, &shell->session.settings, shell->library,
			shell->is_quiet, shell->is_at_terminal ? &shell->signals : NULL});
		break;
	case SHELL_QUIT:
		shell->is_over = true;
		break;
	default:
		break;
	}
}

// False with *problem filled if the action failed.
static bool run_action(struct shell *shell, const struct shell_line *line, struct problem *problem)
{
	const char *word = line->about_count > 0 ? line->about[0] : NULL;
	// With the switches and the words of this line.
	struct command_line as_if = *shell->session.line;
	as_if.query = line->query;
	as_if.words = (char **)line->about;
	as_if.word_count = line->about_count;
	switch (line->action) {
	case SHELL_SET:
		return session_set(&shell->session, line->text, line->typed, problem);
	case SHELL_SHOW_CONFIG:
		return show_config(&as_if, stdout, problem);
	case SHELL_EXPLAIN:
		remember_names(shell, line);
		return explain_names(&as_if, stdout, problem);
	case SHELL_CHECK:
		return check_program(&(struct check){word, shell->library, line->query.json, NULL}, &shell->status, problem);
	case SHELL_UNDO:
		return session_undo(&shell->session, problem);
	case SHELL_HELP:
		return shell_line_print_help(word) || problem_set(problem, "help: unknown command %s", word);
	default:
		act(shell, line);
		return true;
	}
}

// ---- lines ----

static bool run_line(struct shell *shell, char *text, struct problem *problem)
{
	struct shell_line line;
	session_refresh(&shell->session);
	const bool done = shell_line_read(text, &shell->query, &line, problem) && run_action(shell, &line, problem);
	shell_line_clear(&line);
	fflush(stdout);
	return done;
}

static void read_hosts(struct shell *shell)
{
	const struct lookup_context lookup = lookup_context_of_config(resolver_config(current_resolver(shell)));
	struct host host = {.name = NULL};
	size_t position = 0;
	word_list_clear(&shell->names.hosts);
	shell->hosts_generation = shell->session.generation;
	while (shell->names.hosts.count < SHELL_COMPLETE_NAMES_MAX &&
		lookup_entry(current_resolver(shell), &lookup, &position, &host) == OUTCOME_FOUND) {
		shell_complete_add_name(&shell->names.hosts, host.name);
		for (size_t i = 0; i < host.alias_count; i++)
			shell_complete_add_name(&shell->names.hosts, host.aliases[i]);
		host_clear(&host);
	}
	host_clear(&host);
}

static void complete(const char *line, size_t start, const char *word, struct word_list *out, void *context)
{
	struct shell *shell = context;
	if (shell->hosts_generation != shell->session.generation)
		read_hosts(shell);
	shell_complete(line, start, word, &shell->names, out);
}

// A wrong line is reported and changes nothing.
static void read_lines(struct shell *shell, struct history *history)
{
	enum line_result result;
	char *text;
	while (!shell->is_over && (result = line_editor_read(PROMPT, &text)) != LINE_END) {
		struct problem problem;
		if (result == LINE_DROPPED)
			continue;
		if (history_add(history, text))
			line_editor_remember(text);
		if (!run_line(shell, text, &problem))
			problem_write(problem.text);
		free(text);
	}
}

static void run_at_terminal(struct shell *shell, const char *home)
{
	struct history history;
	if (!line_editor_open(complete, shell))
		problem_write("libedit.so.2 is not installed: no history and no completion");
	if (!shell->is_quiet)
		puts("withdns " VERSION ": type a name to look it up, help for more, Ctrl-D to end");
	history_open(&history, home, line_editor_remember);
	shell_program_ignore_signals(&shell->signals);
	read_lines(shell, &history);
	shell_program_restore_signals(&shell->signals);
	history_close(&history);
	shell->status = 0;
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

bool shell_run(struct command_line *line, const char *library, int *status, struct problem *problem)
{
	struct shell shell = {
		.query = line->query,
		.library = library,
		.is_quiet = line->quiet,
		.is_at_terminal = isatty(STDIN_FILENO),
	};
	bool done = session_open(&shell.session, line, problem);
	if (done && shell.is_at_terminal)
		run_at_terminal(&shell, line->inherited->home);
	else if (done)
		done = run_script(&shell, problem);
	session_close(&shell.session);
	word_list_clear(&shell.names.asked);
	word_list_clear(&shell.names.hosts);
	*status = shell.status;
	return done;
}
