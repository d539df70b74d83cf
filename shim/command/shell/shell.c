// SPDX-License-Identifier: MIT
#include "shim/command/shell/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config/environment.h"
#include "config/lookup_context.h"
#include "resolver/lookup.h"
#include "resolver/resolver.h"
#include "shim/command/problem.h"
#include "shim/command/shell/history.h"
#include "shim/command/shell/line_editor.h"
#include "shim/command/shell/shell_actions.h"
#include "shim/command/shell/shell_line.h"

#define PROMPT "withdns> "

static bool run_line(struct shell *shell, const char *text, struct problem *problem)
{
	struct shell_line line;
	session_refresh(&shell->session);
	const bool done = shell_line_read(text, &shell->query, &line, problem) && shell_action_run(shell, &line, problem);
	shell_line_clear(&line);
	fflush(stdout);
	return done;
}

static void read_hosts(struct shell *shell)
{
	const struct lookup_context lookup = lookup_context_of_config(resolver_config(shell_resolver(shell)));
	struct host host = {.name = NULL};
	size_t position = 0;
	word_list_clear(&shell->names.hosts);
	shell->hosts_generation = shell->session.generation;
	while (shell->names.hosts.count < SHELL_COMPLETE_NAMES_MAX &&
		lookup_entry(shell_resolver(shell), &lookup, &position, &host) == OUTCOME_FOUND) {
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
	if (done && shell.is_at_terminal)
		run_at_terminal(&shell, inherited->home);
	else if (done)
		done = run_script(&shell, problem);
	session_close(&shell.session);
	word_list_clear(&shell.names.asked);
	word_list_clear(&shell.names.hosts);
	*status = shell.status;
	return done;
}
