// SPDX-License-Identifier: MIT
#include "shim/command/options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "config/ascii.h"
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
	bool (*apply)(struct command_line *line, const struct use *use, struct problem *problem);
	const char *directive; // what the setting begins with
	size_t field;          // of struct command_line
	unsigned actions;      // that it goes with, as bits; 0: with all
	enum command_action action;  // of those that are one
	enum query_view view;
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

#define SECTION_END "--"

static void setting_clear(struct option_setting *setting)
{
	free(setting->directive);
	free(setting->option);
}

static bool setting_make(struct option_setting *out, const char *directive, const char *option)
{
	*out = (struct option_setting){.directive = strdup(directive), .option = strdup(option)};
	if (out->directive != NULL && out->option != NULL)
		return true;
	setting_clear(out);
	return false;
}

bool options_put_in_front(struct command_line *line, const char *directive, const char *option,
	struct problem *problem)
{
	const size_t count = line->setting_count, added = count > 0 ? 2 : 1;
	struct option_setting *grown = reallocarray(line->settings, count + added, sizeof(*grown));

	if (grown == NULL)
		return problem_out_of_memory(problem);
	line->settings = grown;
	struct option_setting front[2];
	if (!setting_make(&front[0], directive, option))
		return problem_out_of_memory(problem);
	if (added == 2 && !setting_make(&front[1], SECTION_END, SECTION_END)) {
		setting_clear(&front[0]);
		return problem_out_of_memory(problem);
	}
	memmove(grown + added, grown, count * sizeof(*grown));
	memcpy(grown, front, added * sizeof(*grown));
	line->setting_count += added;
	return true;
}

void options_take_front(struct command_line *line)
{
	const size_t removed = line->setting_count > 1 ? 2 : line->setting_count;

	for (size_t i = 0; i < removed; i++)
		setting_clear(&line->settings[i]);
	line->setting_count -= removed;
	memmove(line->settings, line->settings + removed, line->setting_count * sizeof(*line->settings));
}

static bool apply_path(struct command_line *line, const struct use *use, struct problem *problem)
{
	if (*use->value == '\0')
		return problem_set(problem, EXIT_OWN_ERROR, "%s: expected %s", use->spelling, use->row->argument);
	*(const char **)((char *)line + use->row->field) = use->value;
	return true;
}

static bool apply_switch(struct command_line *line, const struct use *use, struct problem *problem)
{
	(void)problem;
	return *(bool *)((char *)line + use->row->field) = true;
}

// RFC 6891 6.2.3: less than 512 is 512.
bool options_read_payload(const char *text, uint16_t *out)
{
	uint32_t bytes;

	if (!ascii_read_number(text, UINT16_MAX + 1, &bytes) || bytes < 512 || bytes > UINT16_MAX)
		return false;
	*out = (uint16_t)bytes;
	return true;
}

static bool apply_payload(struct command_line *line, const struct use *use, struct problem *problem)
{
	return options_read_payload(use->value, &line->query.payload) ||
	       problem_set(problem, EXIT_OWN_ERROR, "%s: expected 512 to 65535 bytes", use->spelling);
}

static bool apply_action(struct command_line *line, const struct use *use, struct problem *problem)
{
	const struct option_row *row = use->row;
	bool is_other = line->action != ACTION_RUN && (line->action != row->action || line->query.view != row->view);

	if (is_other && row->action != ACTION_HELP && row->action != ACTION_VERSION)
		return problem_set(problem, EXIT_OWN_ERROR, "%s: expected one thing to do", use->spelling);
	line->action = row->action;
	line->query.view = row->view;
	return true;
}

#define BIT(action) (1u << (action))
#define FIELD(name) offsetof(struct command_line, name)

static const unsigned to_run = BIT(ACTION_RUN), to_ask = BIT(ACTION_QUERY) | BIT(ACTION_SHELL);
static const unsigned to_tell = BIT(ACTION_QUERY) | BIT(ACTION_SHELL) | BIT(ACTION_SHOW_CONFIG) |
	BIT(ACTION_EXPLAIN) | BIT(ACTION_CHECK);

static const struct option_row rows[] = {
	{'s', "server", "'SERVER... [for DOMAIN...]'", "send lookups to these servers", apply_directive,
		.directive = "nameserver "},
	{'r', "record", "'NAME [TTL] TYPE RDATA'", "answer with this record", apply_directive, .directive = "record "},
	{'z', "zone", "FILE", "answer with the records of this zone file", apply_file_directive, .directive = "zone "},
	{'H', "hosts", "FILE", "read this hosts file; none: no hosts file", apply_file_directive, .directive = "hosts "},
	{'l', NULL, NULL, "log lookups to standard error", apply_fixed_directive, .directive = "log stderr"},
	{0, "log", "FILE", "log lookups to this file", apply_file_directive, .directive = "log "},
	{'f', "fault", "'PATTERN ACTION...'", "bend answers: servfail, timeout, delay=MS, ...", apply_directive,
		.directive = "fault "},
	{'w', "save", "FILE", "append the servers' answers to this zone file", apply_file_directive, .directive = "save "},
	{'o', "option", "'DIRECTIVE'", "any line of withdns.conf(5)", apply_directive, .directive = ""},
	{'c', "config", "FILE", "read this configuration file", apply_path, .field = FIELD(config_file)},
	{0, "summary", NULL, "afterwards, tell what was looked up", apply_switch, .field = FIELD(summary),
		.actions = to_run},
	{0, "report", "FILE", "afterwards, show it as an HTML page in this file", apply_path, .field = FIELD(report),
		.actions = to_run},
	{0, "expect", "FILE", "fail if a name is looked up that FILE does not name", apply_path, .field = FIELD(expect),
		.actions = to_run},
	{0, "print-env", NULL, "print the set-up as lines for the shell", apply_action, .action = ACTION_PRINT_ENV},
	{0, "query", NULL, "look NAMEs up as a program would, or records by TYPE", apply_action, .action = ACTION_QUERY},
	{0, "summary-of", NULL, "addresses, mail exchangers, name servers of DOMAINs", apply_action,
		.action = ACTION_QUERY, .view = VIEW_SUMMARY_OF},
	{0, "srv", NULL, "servers of SERVICE PROTO DOMAIN, as a client tries them", apply_action,
		.action = ACTION_QUERY, .view = VIEW_SRV},
	{0, "reverse", NULL, "names of ADDRESSes", apply_action, .action = ACTION_QUERY, .view = VIEW_REVERSE},
	{0, "raw", NULL, "with --query: one packet, no help", apply_switch, .field = FIELD(query.raw), .actions = to_ask},
	{0, "tcp", NULL, "with --query: by TCP", apply_switch, .field = FIELD(query.tcp), .actions = to_ask},
	{0, "norecurse", NULL, "with --query: do not ask for recursion", apply_switch,
		.field = FIELD(query.no_recursion), .actions = to_ask},
	{0, "dnssec", NULL, "with --query: ask for signatures", apply_switch, .field = FIELD(query.dnssec),
		.actions = to_ask},
	{0, "cd", NULL, "with --query: ask that signatures be not checked", apply_switch,
		.field = FIELD(query.checking_disabled), .actions = to_ask},
	{0, "bufsize", "BYTES", "with --raw: take datagrams of up to so many bytes", apply_payload, .actions = to_ask},
	{0, "hex", NULL, "with --query: show the bytes of the messages too", apply_switch, .field = FIELD(query.hex),
		.actions = to_ask},
	{0, "trace", NULL, "with --query: show what happened on the way", apply_switch, .field = FIELD(query.trace),
		.actions = to_ask},
	{0, "json", NULL, "tell it as JSON", apply_switch, .field = FIELD(query.json), .actions = to_tell},
	{0, "shell", NULL, "ask line by line", apply_action, .action = ACTION_SHELL},
	{0, "show-config", NULL, "show every setting and where it comes from", apply_action, .action = ACTION_SHOW_CONFIG},
	{0, "explain", NULL, "tell who would be asked for NAMEs, without asking", apply_action, .action = ACTION_EXPLAIN},
	{0, "check", NULL, "tell whether PROGRAM can be redirected", apply_action, .action = ACTION_CHECK},
	{0, "force", NULL, "run PROGRAM even if it cannot be redirected", apply_switch, .field = FIELD(force),
		.actions = to_run | BIT(ACTION_PRINT_ENV)},
	{'q', "quiet", NULL, "give no warnings", apply_switch, .field = FIELD(quiet)},
	{'v', "verbose", NULL, "say what will be done", apply_switch, .field = FIELD(verbose)},
	{'h', "help", NULL, "show this and exit", apply_action, .action = ACTION_HELP},
	{'V', "version", NULL, "show the version and exit", apply_action, .action = ACTION_VERSION},
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
	uint64_t met;  // the rows that were used, as bits
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

static bool apply(struct cursor *at, struct command_line *line, const struct use *use, struct problem *problem)
{
	at->met |= UINT64_C(1) << (use->row - rows);
	return use->row->apply(line, use, problem);
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
	return take_value(at, attached, &use, problem) && apply(at, line, &use, problem);
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
		if (!apply(at, line, &use, problem))
			return false;
		if (row->argument != NULL)
			return true;
	}
	return true;
}

// What an action is about, in words behind the options.
static const struct {
	size_t least, most;
	const char *words;
} expected_words[][4] = {
	[ACTION_PRINT_ENV] = {{0, 0, "no PROGRAM"}},
	[ACTION_QUERY] = {{0, SIZE_MAX, "NAME [TYPE]..."}, [VIEW_SUMMARY_OF] = {1, SIZE_MAX, "DOMAIN..."},
		[VIEW_SRV] = {3, 3, "SERVICE PROTO DOMAIN"}, [VIEW_REVERSE] = {0, SIZE_MAX, "ADDRESS..."}},
	[ACTION_SHELL] = {{0, 0, "no words"}},
	[ACTION_SHOW_CONFIG] = {{0, 0, "no words"}},
	[ACTION_EXPLAIN] = {{1, SIZE_MAX, "NAME..."}},
	[ACTION_CHECK] = {{1, 1, "PROGRAM"}},
};

static const struct option_row *row_of_action(const struct command_line *line)
{
	const struct option_row *row = rows;

	while (row->apply != apply_action || row->action != line->action || row->view != line->query.view)
		row++;
	return row;
}

static bool check_words(const struct command_line *line, struct problem *problem)
{
	size_t least = expected_words[line->action][line->query.view].least;
	size_t most = expected_words[line->action][line->query.view].most;
	const char *word = row_of_action(line)->word, *words = expected_words[line->action][line->query.view].words;

	if (line->word_count < least)
		return problem_set(problem, EXIT_OWN_ERROR, "--%s: expected %s", word, words);
	if (line->word_count > most)
		return problem_set(problem, EXIT_OWN_ERROR, "--%s: expected %s, found %s", word, words, line->words[most]);
	return true;
}

static bool check_company(const struct cursor *at, const struct command_line *line, struct problem *problem)
{
	for (size_t i = 0; i < row_count; i++) {
		const struct option_row *row = &rows[i];

		if (!(at->met >> i & 1) || row->actions == 0 || row->actions & BIT(line->action))
			continue;
		return problem_set(problem, EXIT_OWN_ERROR, "--%s: expected %s", row->word,
			row->actions & to_run ? "a PROGRAM to run" : "--query");
	}
	if (line->action == ACTION_QUERY && line->query.payload != 0 && !line->query.raw)
		return problem_set(problem, EXIT_OWN_ERROR, "--bufsize: expected --raw");
	return true;
}

static bool take_rest(struct cursor *at, struct command_line *line, struct problem *problem)
{
	if (line->action != ACTION_RUN) {
		for (; at->index < at->argc; at->index++)
			line->words[line->word_count++] = at->argv[at->index];
		return check_company(at, line, problem) && check_words(line, problem);
	}
	if (at->index >= at->argc)
		return check_company(at, line, problem) &&
		       problem_set(problem, EXIT_OWN_ERROR, "expected a PROGRAM to run (try withdns --help)");
	line->program = at->argv + at->index;
	return check_company(at, line, problem);
}

static bool is_word(const char *word)
{
	return word[0] != '-' || word[1] == '\0';
}

bool options_parse(int argc, char **argv, struct command_line *out, struct problem *problem)
{
	struct cursor at = {.argv = argv, .argc = argc, .index = 1};

	out->words = calloc((size_t)argc + 1, sizeof(*out->words));
	if (out->words == NULL)
		return problem_out_of_memory(problem);
	for (; at.index < argc && !is_final(out); at.index++) {
		char *word = argv[at.index];

		if (is_word(word) && out->action == ACTION_RUN)
			break;
		if (strcmp(word, "--") == 0) {
			at.index++;
			break;
		}
		if (is_word(word))
			out->words[out->word_count++] = word;
		else if (!(word[1] == '-' ? parse_word : parse_letters)(&at, out, problem))
			return false;
	}
	return is_final(out) || take_rest(&at, out, problem);
}

void options_clear(struct command_line *line)
{
	for (size_t i = 0; i < line->setting_count; i++)
		setting_clear(&line->settings[i]);
	free(line->settings);
	free(line->words);
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
	      "       withdns [OPTION]... --query NAME [TYPE]... | ADDRESS | -\n"
	      "       withdns [OPTION]... --shell | --show-config | --explain NAME... | --print-env\n"
	      "       withdns --check PROGRAM\n"
	      "\n"
	      "Run PROGRAM with its name lookups sent to DNS servers that you choose, or ask\n"
	      "them as it would.\n"
	      "\n", out);
	for (size_t i = 0; i < row_count; i++)
		write_row(&rows[i], out);
	fputs("\n"
	      "SERVER is an address, 192.0.2.1 or 192.0.2.1:5353 or [2001:db8::1]:5353, or system or none.\n"
	      "\n"
	      "Exit status of a query: 0 found, 1 not found, 2 no usable answer; of --check:\n"
	      "0 yes, 1 no. Else that of PROGRAM; 124 a lookup that --expect does not name, 125 an\n"
	      "error of withdns itself, 126 PROGRAM cannot be run, 127 PROGRAM was not found.\n", out);
}
