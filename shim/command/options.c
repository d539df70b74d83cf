// SPDX-License-Identifier: MIT
#include "shim/command/options.h"

#include <stdlib.h>
#include <string.h>

#include "shim/command/problem.h"

#define USAGE_HELP_COLUMN 30

// One option as it was met.
struct use {
	const struct option_row *row;
	const char *spelling;  // "-s", "--server"
	const char *value;     // NULL where the row takes none
};

struct option_row {
	char letter;           // 0: it has the long form only
	const char *word;      // NULL: it has the letter only
	const char *argument;  // as the usage text names it; NULL: it takes none
	const char *help;
	const char *directive; // what the setting begins with
	bool (*apply)(struct command_line *line, const struct use *use, struct problem *problem);
};

static char *joined(const char *one, const char *two, const char *three, const char *four)
{
	char *text;

	return asprintf(&text, "%s%s%s%s", one, two, three, four) < 0 ? NULL : text;
}

// As the user wrote it, so that he finds it again on his command line.
static char *option_as_written(const struct use *use)
{
	if (use->value == NULL)
		return strdup(use->spelling);
	return joined(use->spelling, " '", use->value, "'");
}

// Takes over directive, which may be NULL for want of memory.
static bool keep_setting(struct command_line *line, const struct use *use, char *directive, struct problem *problem)
{
	struct option_setting *grown = reallocarray(line->settings, line->setting_count + 1, sizeof(*grown));
	char *option = option_as_written(use);

	if (grown != NULL)
		line->settings = grown;
	if (grown == NULL || option == NULL || directive == NULL) {
		free(option);
		free(directive);
		return problem_out_of_memory(problem);
	}
	line->settings[line->setting_count++] = (struct option_setting){.directive = directive, .option = option};
	return true;
}

// A value with a newline would be two directives, and every later message would count its lines wrong.
static bool is_one_line(const struct use *use, struct problem *problem)
{
	if (use->value == NULL || strchr(use->value, '\n') == NULL)
		return true;
	return problem_set(problem, EXIT_OWN_ERROR, "%s: expected %s on one line", use->spelling, use->row->argument);
}

static bool apply_fixed_directive(struct command_line *line, const struct use *use, struct problem *problem)
{
	return keep_setting(line, use, strdup(use->row->directive), problem);
}

static bool apply_directive(struct command_line *line, const struct use *use, struct problem *problem)
{
	if (use->value[strspn(use->value, " \t")] == '\0')
		return problem_set(problem, EXIT_OWN_ERROR, "%s: expected %s", use->spelling, use->row->argument);
	if (!is_one_line(use, problem))
		return false;
	return keep_setting(line, use, joined(use->row->directive, use->value, "", ""), problem);
}

// A file name is one word, whatever is in it.
static char *quoted_word(const char *word)
{
	char *text = malloc(2 * strlen(word) + 3);
	char *end = text;

	if (text == NULL || word[strcspn(word, " \t;#\"\\")] == '\0')
		return text == NULL ? NULL : strcpy(text, word);
	*end++ = '"';
	for (; *word != '\0'; word++) {
		if (*word == '"' || *word == '\\')
			*end++ = '\\';
		*end++ = *word;
	}
	*end++ = '"';
	*end = '\0';
	return text;
}

static bool apply_file_directive(struct command_line *line, const struct use *use, struct problem *problem)
{
	if (*use->value == '\0')
		return problem_set(problem, EXIT_OWN_ERROR, "%s: expected %s", use->spelling, use->row->argument);
	if (!is_one_line(use, problem))
		return false;

	char *word = quoted_word(use->value);
	char *directive = word == NULL ? NULL : joined(use->row->directive, word, "", "");
	free(word);
	return keep_setting(line, use, directive, problem);
}

bool options_add_path(struct command_line *line, const char *option, const char *directive, const char *path,
	struct problem *problem)
{
	const struct option_row row = {.argument = "FILE", .directive = directive};

	return apply_file_directive(line, &(struct use){.row = &row, .spelling = option, .value = path}, problem);
}

static bool keep_path(const char **path, const struct use *use, struct problem *problem)
{
	if (*use->value == '\0')
		return problem_set(problem, EXIT_OWN_ERROR, "%s: expected %s", use->spelling, use->row->argument);
	*path = use->value;
	return true;
}

static bool apply_config_file(struct command_line *line, const struct use *use, struct problem *problem)
{
	return keep_path(&line->config_file, use, problem);
}

static bool apply_summary(struct command_line *line, const struct use *use, struct problem *problem)
{
	(void)use, (void)problem;
	return line->summary = true;
}

static bool apply_report(struct command_line *line, const struct use *use, struct problem *problem)
{
	return keep_path(&line->report, use, problem);
}

static bool apply_expect(struct command_line *line, const struct use *use, struct problem *problem)
{
	return keep_path(&line->expect, use, problem);
}

static bool apply_print_env(struct command_line *line, const struct use *use, struct problem *problem)
{
	(void)use, (void)problem;
	line->action = ACTION_PRINT_ENV;
	return true;
}

static bool apply_force(struct command_line *line, const struct use *use, struct problem *problem)
{
	(void)use, (void)problem;
	return line->force = true;
}

static bool apply_quiet(struct command_line *line, const struct use *use, struct problem *problem)
{
	(void)use, (void)problem;
	return line->quiet = true;
}

static bool apply_verbose(struct command_line *line, const struct use *use, struct problem *problem)
{
	(void)use, (void)problem;
	return line->verbose = true;
}

static bool apply_help(struct command_line *line, const struct use *use, struct problem *problem)
{
	(void)use, (void)problem;
	line->action = ACTION_HELP;
	return true;
}

static bool apply_version(struct command_line *line, const struct use *use, struct problem *problem)
{
	(void)use, (void)problem;
	line->action = ACTION_VERSION;
	return true;
}

static const struct option_row rows[] = {
	{'s', "server", "'SERVER... [for DOMAIN...]'", "send lookups to these servers", "nameserver ", apply_directive},
	{'r', "record", "'NAME [TTL] TYPE RDATA'", "answer with this record", "record ", apply_directive},
	{'z', "zone", "FILE", "answer with the records of this zone file", "zone ", apply_file_directive},
	{'H', "hosts", "FILE", "read this hosts file; none: no hosts file", "hosts ", apply_file_directive},
	{'l', NULL, NULL, "log lookups to standard error", "log stderr", apply_fixed_directive},
	{0, "log", "FILE", "log lookups to this file", "log ", apply_file_directive},
	{'f', "fault", "'PATTERN ACTION...'", "bend answers: servfail, timeout, delay=MS, ...", "fault ", apply_directive},
	{'w', "save", "FILE", "append the servers' answers to this zone file", "save ", apply_file_directive},
	{'o', "option", "'DIRECTIVE'", "any line of withdns.conf(5)", "", apply_directive},
	{'c', "config", "FILE", "read this configuration file", NULL, apply_config_file},
	{0, "summary", NULL, "afterwards, tell what was looked up", NULL, apply_summary},
	{0, "report", "FILE", "afterwards, show it as an HTML page in this file", NULL, apply_report},
	{0, "expect", "FILE", "fail if a name is looked up that FILE does not name", NULL, apply_expect},
	{0, "print-env", NULL, "print the set-up as lines for the shell", NULL, apply_print_env},
	{0, "force", NULL, "run PROGRAM even if it cannot be redirected", NULL, apply_force},
	{'q', "quiet", NULL, "give no warnings", NULL, apply_quiet},
	{'v', "verbose", NULL, "say what will be done", NULL, apply_verbose},
	{'h', "help", NULL, "show this and exit", NULL, apply_help},
	{'V', "version", NULL, "show the version and exit", NULL, apply_version},
};

static const size_t row_count = sizeof(rows) / sizeof(rows[0]);

static const struct option_row *row_of_letter(char letter)
{
	for (size_t i = 0; i < row_count; i++)
		if (rows[i].letter != 0 && rows[i].letter == letter)
			return &rows[i];
	return NULL;
}

static const struct option_row *row_of_word(const char *word, size_t length)
{
	for (size_t i = 0; i < row_count; i++)
		if (rows[i].word != NULL && strlen(rows[i].word) == length && memcmp(rows[i].word, word, length) == 0)
			return &rows[i];
	return NULL;
}

// Where reading stands: the word argv[index], and the letter within it.
struct cursor {
	char **argv;
	int argc, index;
};

// The value behind the option, or the whole next word.
static bool take_value(struct cursor *at, const char *attached, struct use *use, struct problem *problem)
{
	if (use->row->argument == NULL)
		return true;
	if (attached != NULL) {
		use->value = attached;
		return true;
	}
	if (at->index + 1 >= at->argc)
		return problem_set(problem, EXIT_OWN_ERROR, "%s: expected %s", use->spelling, use->row->argument);
	use->value = at->argv[++at->index];
	return true;
}

static bool parse_word(struct cursor *at, struct command_line *line, struct problem *problem)
{
	const char *word = at->argv[at->index];
	size_t length = strcspn(word, "=");
	const char *attached = word[length] == '=' ? word + length + 1 : NULL;
	const struct option_row *row = row_of_word(word + 2, length - 2);
	char spelling[32];
	struct use use = {.row = row, .spelling = spelling};

	if (row == NULL)
		return problem_set(problem, EXIT_OWN_ERROR, "unknown option %.*s (try withdns --help)", (int)length, word);
	snprintf(spelling, sizeof(spelling), "--%s", row->word);
	if (attached != NULL && row->argument == NULL)
		return problem_set(problem, EXIT_OWN_ERROR, "%s: expected no value", spelling);
	return take_value(at, attached, &use, problem) && row->apply(line, &use, problem);
}

static bool is_final(const struct command_line *line)
{
	return line->action == ACTION_HELP || line->action == ACTION_VERSION;
}

// "-lv", "-s192.0.2.1", "-s" "192.0.2.1"
static bool parse_letters(struct cursor *at, struct command_line *line, struct problem *problem)
{
	for (const char *letter = at->argv[at->index] + 1; *letter != '\0' && !is_final(line); letter++) {
		const struct option_row *row = row_of_letter(*letter);
		char spelling[] = {'-', *letter, '\0'};
		struct use use = {.row = row, .spelling = spelling};

		if (row == NULL)
			return problem_set(problem, EXIT_OWN_ERROR, "unknown option %s (try withdns --help)", spelling);
		if (!take_value(at, letter[1] != '\0' ? letter + 1 : NULL, &use, problem))
			return false;
		if (!row->apply(line, &use, problem))
			return false;
		if (row->argument != NULL)
			return true;
	}
	return true;
}

static bool parse_program(struct cursor *at, struct command_line *line, struct problem *problem)
{
	bool is_there = at->index < at->argc;

	if (line->action == ACTION_RUN && !is_there)
		return problem_set(problem, EXIT_OWN_ERROR, "expected a PROGRAM to run (try withdns --help)");
	if (line->action == ACTION_PRINT_ENV && is_there)
		return problem_set(problem, EXIT_OWN_ERROR, "--print-env: expected no PROGRAM, found %s",
			at->argv[at->index]);
	if (line->action == ACTION_PRINT_ENV && (line->summary || line->report != NULL || line->expect != NULL))
		return problem_set(problem, EXIT_OWN_ERROR, "--print-env: expected no --summary, --report or --expect");
	if (line->action == ACTION_RUN)
		line->program = at->argv + at->index;
	return true;
}

bool options_parse(int argc, char **argv, struct command_line *out, struct problem *problem)
{
	struct cursor at = {.argv = argv, .argc = argc, .index = 1};

	for (; at.index < argc && !is_final(out); at.index++) {
		const char *word = argv[at.index];

		if (word[0] != '-' || word[1] == '\0')
			break;
		if (strcmp(word, "--") == 0) {
			at.index++;
			break;
		}
		if (!(word[1] == '-' ? parse_word : parse_letters)(&at, out, problem))
			return false;
	}
	return is_final(out) || parse_program(&at, out, problem);
}

void options_clear(struct command_line *line)
{
	for (size_t i = 0; i < line->setting_count; i++) {
		free(line->settings[i].directive);
		free(line->settings[i].option);
	}
	free(line->settings);
	*line = (struct command_line){.action = ACTION_RUN};
}

static void write_row(const struct option_row *row, FILE *out)
{
	char synopsis[80];
	int length = row->letter != 0 ? snprintf(synopsis, sizeof(synopsis), "  -%c", row->letter)
	                              : snprintf(synopsis, sizeof(synopsis), "    ");

	if (row->word != NULL)
		length += snprintf(synopsis + length, sizeof(synopsis) - length, "%s --%s", row->letter != 0 ? "," : " ",
			row->word);
	if (row->argument != NULL)
		length += snprintf(synopsis + length, sizeof(synopsis) - length, "=%s", row->argument);
	if (length < USAGE_HELP_COLUMN)
		fprintf(out, "%-*s%s\n", USAGE_HELP_COLUMN, synopsis, row->help);
	else
		fprintf(out, "%s\n%*s%s\n", synopsis, USAGE_HELP_COLUMN, "", row->help);
}

void options_write_usage(FILE *out)
{
	fputs("Usage: withdns [OPTION]... [--] PROGRAM [ARG]...\n"
	      "       withdns [OPTION]... --print-env\n"
	      "\n"
	      "Run PROGRAM with its name lookups sent to DNS servers that you choose.\n"
	      "\n", out);
	for (size_t i = 0; i < row_count; i++)
		write_row(&rows[i], out);
	fputs("\n"
	      "SERVER is an address, 192.0.2.1 or 192.0.2.1:5353 or [2001:db8::1]:5353, or system or none.\n"
	      "\n"
	      "Exit status: that of PROGRAM; 124 a lookup that --expect does not name, 125 an\n"
	      "error of withdns itself, 126 PROGRAM cannot be run, 127 PROGRAM was not found.\n", out);
}
