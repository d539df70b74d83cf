// SPDX-License-Identifier: MIT
#include "shim/command/program/launch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/utf8.h"
#include "shim/command/problem.h"
#include "shim/command/program/preload.h"
#include "shim/command/program/program.h"
#include "shim/command/settings.h"
#include "shim/command/text.h"

#define LINE_MAX_BYTES (64 * 1024 - 1)  // of docker, with the newline

static bool has_netdns(const char *godebug)
{
	for (const char *word = godebug; word != NULL; word = strchr(word, ',')) {
		word += *word == ',';
		if (strncmp(word, "netdns=", 7) == 0)
			return true;
	}
	return false;
}

char *launch_godebug(const char *godebug)
{
	if (godebug == NULL || *godebug == '\0')
		return strdup("netdns=cgo");
	return has_netdns(godebug) ? strdup(godebug) : text_format("%s,netdns=cgo", godebug);
}

// Within single quotes only the single quote itself is special to a shell.
static void print_variable(const char *name, const char *value, FILE *out)
{
	fprintf(out, "%s='", name);
	for (; *value != '\0'; value++) {
		if (*value == '\'')
			fputs("'\\''", out);
		else
			fputc(*value, out);
	}
	fputs("'\n", out);
}

// Directives are separated by newlines.
static bool is_text(const char *value, bool are_directives)
{
	uint32_t point;
	for (size_t length; *value != '\0'; value += length) {
		length = utf8_read(value, &point);
		if (length == 0 || (point < ' ' && !(point == '\n' && are_directives)) || point == 0x7f)
			return false;
	}
	return true;
}

// What a reader would change; NULL for nothing.
static const char *obstacle(const char *name, const char *value, bool are_directives)
{
	const size_t length = strlen(value);
	if (strlen(name) + length + 2 > LINE_MAX_BYTES)
		return "at most 64 KiB";
	if (!is_text(value, are_directives))
		return "no newline or other control character, and UTF-8";
	if (strchr(value, '\\') != NULL)
		return "no backslash";
	if (length > 0 && (strchr(" \"'", value[0]) != NULL || value[length - 1] == ' '))
		return "no blank at its ends and no quote at its beginning";
	return NULL;
}

bool launch_write_plain(const char *name, const char *value, bool are_directives, FILE *out, struct problem *problem)
{
	const char *expected = obstacle(name, value, are_directives);
	if (expected != NULL)
		return problem_set(problem, "--print-env=plain: %s: expected %s", name, expected);
	if (out == NULL)
		return true;
	fprintf(out, "%s=", name);
	for (; *value != '\0'; value++)
		fputc(*value == '\n' ? ';' : *value, out);
	fputc('\n', out);
	return true;
}

// A variable of the environment of PROGRAM. It is not changed if value is NULL.
struct variable {
	const char *name;
	char *value;
};

enum { PRELOAD, DIRECTIVES, WRITER, CONFIG_FILE, CONFIG_COPY, GODEBUG, VARIABLE_COUNT };

// False for lack of memory. free_variables frees the values that are not those of settings, after a failure too.
static bool make_variables(
	const char *library, bool is_preloaded, const struct settings *settings, struct variable *out)
{
	out[PRELOAD] = (struct variable){"LD_PRELOAD", preload_value(library, is_preloaded, getenv("LD_PRELOAD"))};
	out[DIRECTIVES] = (struct variable){"WITHDNS", settings->directives};
	out[WRITER] = (struct variable){"WITHDNS_VERSION", (char *)VERSION};
	out[CONFIG_FILE] = (struct variable){"WITHDNS_CONF", settings->config_file};
	out[CONFIG_COPY] = (struct variable){"WITHDNS_CONF_COPY", settings->config_copy};
	out[GODEBUG] = (struct variable){"GODEBUG", launch_godebug(getenv("GODEBUG"))};
	return out[PRELOAD].value != NULL && out[GODEBUG].value != NULL;
}

static void free_variables(struct variable *variables)
{
	free(variables[PRELOAD].value);
	free(variables[GODEBUG].value);
}

// The content of a configuration file has newlines, so PROGRAM must be able to read the file.
static bool print_plain(const struct variable *variables, FILE *out, struct problem *problem)
{
	bool done = true;
	for (size_t i = 0; i < VARIABLE_COUNT && done; i++)
		if (variables[i].value != NULL && i != CONFIG_COPY)
			done = launch_write_plain(variables[i].name, variables[i].value, i == DIRECTIVES, out, problem);
	return done;
}

bool launch_print_env(
	const char *library, const struct settings *settings, bool is_plain, FILE *out, struct problem *problem)
{
	struct variable variables[VARIABLE_COUNT];
	bool done = make_variables(library, true, settings, variables) || problem_out_of_memory(problem);
	if (done && is_plain)
		done = print_plain(variables, NULL, problem) && print_plain(variables, out, problem);
	for (size_t i = 0; i < VARIABLE_COUNT && !is_plain && done; i++)
		if (variables[i].value != NULL)
			print_variable(variables[i].name, variables[i].value, out);
	free_variables(variables);
	return done;
}

static bool set_environment(const char *library, bool is_preloaded, const struct settings *settings)
{
	struct variable variables[VARIABLE_COUNT];
	bool done = make_variables(library, is_preloaded, settings, variables);
	for (size_t i = 0; i < VARIABLE_COUNT && done; i++)
		if (variables[i].value != NULL && (*variables[i].value != '\0' || i == PRELOAD))
			done = setenv(variables[i].name, variables[i].value, 1) == 0;
	free_variables(variables);
	return done;
}

bool launch_exec(const struct program *program, char **argv, const char *library, const struct settings *settings,
	struct problem *problem)
{
	if (!set_environment(library, !program_dies_of_preload(program), settings))
		return problem_out_of_memory(problem);
	// A damaged ELF file is not a script, although execvp would run it by the shell.
	if (program->is_elf)
		execv(program->path, argv);
	else
		execvp(program->path, argv);
	if (errno == ENOENT)
		return problem_set_status(
			problem, EXIT_CANNOT_RUN, "%s: cannot be run: its interpreter was not found", argv[0]);
	return problem_set_status(problem, EXIT_CANNOT_RUN, "%s: cannot be run: %m", argv[0]);
}
