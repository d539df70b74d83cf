// SPDX-License-Identifier: MIT
// The withdns command: parses its options, checks the settings, and executes the program.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/base/words.h"
#include "config/config.h"
#include "config/environment.h"
#include "config/mistakes.h"
#include "config/run.h"
#include "resolver/resolver.h"
#include "shim/command/colour.h"
#include "shim/command/command_line.h"
#include "shim/command/options.h"
#include "shim/command/problem.h"
#include "shim/command/program/admission.h"
#include "shim/command/program/check.h"
#include "shim/command/program/launch.h"
#include "shim/command/program/preload.h"
#include "shim/command/program/program.h"
#include "shim/command/query/explain.h"
#include "shim/command/query/query.h"
#include "shim/command/query/show.h"
#include "shim/command/reach/filter.h"
#include "shim/command/reach/nesting.h"
#include "shim/command/reach/reach.h"
#include "shim/command/serve/serve.h"
#include "shim/command/settings.h"
#include "shim/command/shell/shell.h"
#include "shim/command/tls/tls_forwarder.h"
#include "shim/command/watch/parent.h"

static void warn_of_ports(const struct option_setting *setting)
{
	struct words words;
	const enum words_result result = words_split(setting->directive, strlen(setting->directive), &words);
	const bool is_server = result == WORDS_OK && words.count > 0 && strcmp(words.word[0], "nameserver") == 0;
	for (size_t i = 1; is_server && i < words.count && strcmp(words.word[i], "for") != 0; i++) {
		const char *word = words.word[i], *colon = strrchr(word, ':');
		if (mistake_is_port(word))
			problem_print("warning: %s: %s has no port; the address with a port is [%.*s]%s", setting->option, word,
				(int)(colon - word), word, colon);
	}
	words_clear(&words);
}

static void warn_of_foreign_file(const struct command_line *line)
{
	const struct environment *inherited = line->inherited;
	const bool is_named = inherited->config_file != NULL && *inherited->config_file != '\0';
	char *path = line->config_file == NULL && !is_named ? environment_home_file(inherited) : NULL;
	struct stat status;
	if (path != NULL && stat(path, &status) == 0 && environment_is_foreign_file(AT_FDCWD, path, &status))
		problem_print("warning: %s: ignored, because it belongs to another user (use -c to read it)", path);
	free(path);
}

// Settings that are valid but probably unintended.
static void write_warnings(const struct command_line *line)
{
	if (line->quiet)
		return;
	for (size_t i = 0; i < line->setting_count; i++)
		warn_of_ports(&line->settings[i]);
	warn_of_foreign_file(line);
}

static int flush_output(int status)
{
	// An earlier failure, perhaps in another thread, has no errno here.
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (errno != 0)
		problem_print("standard output: %m");
	else
		problem_print("standard output: could not be written");
	return EXIT_OWN_ERROR;
}

// A socket with the number of a closed standard descriptor would receive messages. So these numbers are taken by
// descriptors that fail to be read or written, as closed ones do, and that are closed on exec.
static void occupy_closed_descriptors(void)
{
	for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
		if (fcntl(descriptor, F_GETFD) < 0 &&
			open("/dev/null", (descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC) < 0)
			return;
}

static void write_plan(const char *library, const struct settings *settings, const struct program *program)
{
	const char *lines = settings->directives;
	problem_print("library %s", library);
	for (size_t length; *lines != '\0'; lines += length + (lines[length] == '\n')) {
		length = strcspn(lines, "\n");
		problem_print("directive %.*s", (int)length, lines);
	}
	if (settings->config_file != NULL)
		problem_print("config %s", settings->config_file);
	problem_print("program %s", program->path);
	if (program->file_count > 1)
		problem_print("interpreter %s", program->image);
}

// What a program is run with.
struct run {
	struct command_line *line;
	struct settings *settings;
	const char *library;
	bool loses_privileges;  // under a supervisor, programs with raised privileges
	bool is_inside;         // another withdns supervises: only together with it are our settings those of the program
};

static void tell_of_supervision(const struct run *run)
{
	const bool is_asked = run->line->reach == REACH_ASKED;
	if (run->line->verbose)
		problem_print("supervised as with --reach");
	if (run->loses_privileges && (run->line->verbose || !(is_asked || run->line->quiet)))
		problem_print("no_new_privs is set: sudo and other programs with raised privileges fail%s",
			is_asked ? "" : "; --no-reach runs the program without a supervisor");
}

// Returns in the process that is to execute the program. False with *problem filled.
static bool supervise(const struct run *run, struct problem *problem)
{
	run->line->is_supervised = true;
	if (reach_fork(run->line, run->settings->has_resolvconf, problem)) {
		tell_of_supervision(run);
		return settings_supervise(run->settings) || problem_out_of_memory(problem);
	}
	run->line->is_supervised = false;
	return false;
}

// The same, and without a supervisor where that is allowed.
static bool supervise_if_possible(
	const struct run *run, const struct program *program, enum supervision wanted, struct problem *problem)
{
	struct problem obstacle;
	if (run->line->reach == REACH_ASKED || run->is_inside)
		return supervise(run, problem);
	return supervise(run, &obstacle) || admission_run_alone(program, run->line, wanted, obstacle.text, problem);
}

// Returns only on failure.
static bool run_program(const struct run *run, struct parent *parent, struct problem *problem)
{
	struct program program;
	if (!program_examine(run->line->program[0], run->library, &program, problem))
		return false;
	const enum supervision wanted = admission_wanted(&program, run->line, run->loses_privileges, run->is_inside);
	const bool is_alone = wanted == SUPERVISION_NONE && run->line->reach != REACH_ASKED;
	const bool is_prepared = !is_alone || admission_run_alone(&program, run->line, wanted, "", problem);
	if (is_prepared && run->line->verbose)
		write_plan(run->library, run->settings, &program);
	if (is_prepared && settings_begin_recording(run->settings, problem) && parent_fork(parent, problem) &&
		(is_alone || supervise_if_possible(run, &program, wanted, problem)))
		launch_exec(&program, run->line->program, run->library, run->settings, problem);
	program_clear(&program);
	return false;
}

// Colours are for terminals, but not for dumb ones or with NO_COLOR (https://no-color.org/).
static bool is_colour_welcome(void)
{
	const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
	return isatty(STDOUT_FILENO) && (no_color == NULL || *no_color == '\0') &&
		(terminal == NULL || strcmp(terminal, "dumb") != 0);
}

// Asks with the resolver configuration of PROGRAM.
static bool run_query(const struct command_line *line, int *status, struct problem *problem)
{
	struct settings settings = {.directives = NULL};
	struct resolver *resolver = settings_open(line, NULL, &settings, problem);
	const bool is_ready = resolver != NULL && settings_begin_recording(&settings, problem);
	if (is_ready)
		*status = query_run(resolver, &line->query, line->words, line->word_count, stdout);
	resolver_close(resolver);
	settings_clear(&settings);
	return is_ready;
}

// *text: what --show-config prints, for the report; NULL if there is none.
static bool list_settings(const struct command_line *line, char **text, struct problem *problem)
{
	size_t size;
	if (line->report == NULL)
		return true;
	FILE *out = open_memstream(text, &size);
	if (out == NULL)
		return problem_out_of_memory(problem);
	const bool done = show_config(line, out, problem);
	return (fclose(out) == 0 && *text != NULL) ? done : problem_out_of_memory(problem);
}

static bool act_on_settings(struct command_line *line, const char *library, struct problem *problem)
{
	struct settings settings = {.directives = NULL};
	struct parent parent = {.line = NULL};
	bool done = list_settings(line, &parent.settings, problem) && parent_prepare(line, &settings, &parent, problem);
	if (done && line->action == ACTION_RUN)
		done = run_program(&(struct run){line, &settings, library, filter_needs_no_new_privileges(),
							   line->reach != REACH_REFUSED && nesting_is_inside()},
			&parent, problem);
	else if (done)
		done = settings_begin_recording(&settings, problem) &&
			launch_print_env(library, &settings, line->is_plain, stdout, problem);
	settings_clear(&settings);
	parent_clear(&parent);
	return done;
}

// Reports also whether --reach works on this machine, if that is allowed.
static bool check(const struct command_line *line, const char *library, int *status, struct problem *problem)
{
	struct problem obstacle = {.status = 0};
	const bool is_allowed = line->reach != REACH_REFUSED, works = is_allowed && reach_try(&obstacle);
	const struct reach_ability reach = {
		works ? NULL : obstacle.text + strlen(REACH_PREFIX), filter_needs_no_new_privileges()};
	return check_program(
		&(struct check){line->words[0], library, line->query.json, is_allowed ? &reach : NULL}, status, problem);
}

static bool act_on_library(struct command_line *line, int *status, struct problem *problem)
{
	char *library = preload_find_library(problem);
	if (library == NULL)
		return false;
	bool done;
	if (line->action == ACTION_CHECK)
		done = check(line, library, status, problem);
	else if (line->action == ACTION_SHELL)
		done = shell_run(line, library, status, problem);
	else
		done = act_on_settings(line, library, problem);
	free(library);
	return done;
}

static const struct run_address *begin_none(const char *first)
{
	(void)first;
	static const struct run_address none;
	return &none;
}

// NULL: no process stays that could keep connections.
static const struct run_address *(*const forwarders[])(const char *first) = {
	[ACTION_RUN] = tls_forwarder_listen,
	[ACTION_QUERY] = tls_forwarder_begin,
	[ACTION_SHELL] = tls_forwarder_begin,
	[ACTION_SHOW_CONFIG] = begin_none,
	[ACTION_EXPLAIN] = begin_none,
	[ACTION_SERVE] = tls_forwarder_begin,
};

// *status is the exit status unless it fails.
static bool act(struct command_line *line, int *status, struct problem *problem)
{
	struct environment inherited;
	line->query.colours = colours_of(is_colour_welcome());
	environment_take(&inherited);
	inherited.begin_forwarder = forwarders[line->action];
	line->inherited = &inherited;
	if (line->action != ACTION_HELP && line->action != ACTION_VERSION && line->action != ACTION_CHECK)
		write_warnings(line);
	switch (line->action) {
	case ACTION_HELP:
		options_write_usage(stdout);
		return true;
	case ACTION_VERSION:
		puts("withdns " VERSION);
		return true;
	case ACTION_SHOW_CONFIG:
		return show_config(line, stdout, problem);
	case ACTION_EXPLAIN:
		return explain_names(line, stdout, problem);
	case ACTION_SERVE:
		return serve_run(line, problem);
	case ACTION_QUERY:
		return run_query(line, status, problem);
	default:
		return act_on_library(line, status, problem);
	}
}

int main(int argc, char **argv)
{
	struct command_line line = {.action = ACTION_RUN};
	struct problem problem = {.status = 0};
	int status = 0;
	occupy_closed_descriptors();
	bool done = options_parse(argc, argv, &line, &problem) && act(&line, &status, &problem);
	command_line_clear(&line);
	if (done)
		return flush_output(status);
	problem_write(problem.text);
	return problem.status;
}
