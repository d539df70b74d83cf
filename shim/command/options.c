// SPDX-License-Identifier: MIT
#include "shim/command/options.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/array.h"
#include "config/base/encrypted.h"
#include "config/base/strbuf.h"
#include "shim/command/option_rows.h"
#include "shim/command/problem.h"

#define USAGE_HELP_COLUMN 30

// The position of the parser: the word argv[index].
struct parser {
	char **argv;
	int argc, index;
	uint64_t used;  // the options used, as bits
};

// The attached value, or the next word.
static bool take_value(struct parser *at, const char *attached, struct use *use, struct problem *problem)
{
	if (use->row->argument == NULL)
		return true;
	if (attached == NULL && at->index + 1 >= at->argc)
		return problem_set(problem, "%s: expected %s", use->spelling, use->row->argument);
	use->value = attached != NULL ? attached : at->argv[++at->index];
	return true;
}

static bool apply(struct parser *at, struct command_line *line, const struct use *use, struct problem *problem)
{
	at->used |= UINT64_C(1) << (use->row - option_rows);
	return use->row->apply(line, use, problem);
}

// "--print-env=plain"
static bool take_form(struct command_line *line, const struct use *use, const char *attached, struct problem *problem)
{
	if (use->row->form != NULL && strcmp(attached, use->row->form) == 0)
		return *(bool *)((char *)line + use->row->form_field) = true;
	if (use->row->form != NULL)
		return problem_set(problem, "%s: expected %s, got %s", use->spelling, use->row->form, attached);
	if (use->row->most == 0)
		return problem_set(problem, "%s: expected no value", use->spelling);
	return problem_set(
		problem, "%s: expected a blank instead of =: %s %s", use->spelling, use->spelling, use->row->operands);
}

static bool parse_word(struct parser *at, struct command_line *line, struct problem *problem)
{
	const char *word = at->argv[at->index];
	size_t length = strcspn(word, "=");
	const char *attached = word[length] == '=' ? word + length + 1 : NULL;
	const struct option_row *row = option_row_of_word(word + 2, length - 2);
	char spelling[32];
	struct use use = {.row = row, .spelling = spelling};
	if (row == NULL)
		return problem_set(problem, "unknown option %.*s (try withdns --help)", (int)length, word);
	snprintf(spelling, sizeof(spelling), "--%s", row->word);
	if (attached != NULL && row->argument == NULL && !take_form(line, &use, attached, problem))
		return false;
	return take_value(at, attached, &use, problem) && apply(at, line, &use, problem);
}

static bool is_final(const struct command_line *line)
{
	return line->action == ACTION_HELP || line->action == ACTION_VERSION;
}

// "-lv", "-s192.0.2.1", "-s" "192.0.2.1"
static bool parse_letters(struct parser *at, struct command_line *line, struct problem *problem)
{
	for (const char *letter = at->argv[at->index] + 1; *letter != '\0' && !is_final(line); letter++) {
		const struct option_row *row = option_row_of_letter(*letter);
		char spelling[] = {'-', *letter, '\0'};
		struct use use = {.row = row, .spelling = spelling};
		if (row == NULL)
			return problem_set(problem, "unknown option %s (try withdns --help)", spelling);
		if (!take_value(at, letter[1] != '\0' ? letter + 1 : NULL, &use, problem) || !apply(at, line, &use, problem))
			return false;
		if (row->argument != NULL)
			return true;
	}
	return true;
}

static bool check_words(const struct command_line *line, struct problem *problem)
{
	const struct option_row *row = option_row_of_action(line->action, line->query.view);
	if (line->word_count < row->least)
		return problem_set(problem, "--%s: expected %s", row->word, row->operands);
	if (line->word_count > row->most)
		return problem_set(problem, "--%s: expected %s, got %s", row->word, row->operands, line->words[row->most]);
	return true;
}

// Words as in dig(1): "@192.0.2.1" chooses servers, and "+short" is the option of that name, of those that mean the
// same there.
static bool apply_dig_word(struct parser *at, struct command_line *line, const char *word, struct problem *problem)
{
	static const char *const options[] = {"short", "tcp", "norecurse", "dnssec", "cd"};
	const char *rest = word + 1;
	if (*word == '@' && *rest == '\0')
		return problem_set(problem, "@: expected a SERVER");
	if (*word == '@')
		return apply(at, line, &(struct use){option_row_of_letter('s'), "@", rest}, problem);
	for (size_t i = 0; i < ARRAY_LENGTH(options); i++)
		if (strcmp(rest, options[i]) == 0)
			return apply(at, line, &(struct use){option_row_of_word(rest, strlen(rest)), word, NULL}, problem);
	return problem_set(problem, "%s: expected +short, +tcp, +norecurse, +dnssec or +cd", word);
}

// No host name begins so. Only a query has such options.
static bool take_dig_words(struct parser *at, struct command_line *line, struct problem *problem)
{
	size_t kept = 0;
	for (size_t i = 0; i < line->word_count; i++) {
		char *word = line->words[i];
		if (*word != '@' && (*word != '+' || line->action != ACTION_QUERY))
			line->words[kept++] = word;
		else if (!apply_dig_word(at, line, word, problem))
			return false;
	}
	line->word_count = kept;
	return true;
}

static const char *what_goes_with(const struct option_row *row)
{
	if (option_row_goes_with(row, ACTION_RUN, VIEW_AS_ASKED))
		return "a PROGRAM to run";
	return option_row_goes_with(row, ACTION_SERVE, VIEW_AS_ASKED) ? "--serve" : "--query";
}

static bool check_combination(const struct parser *at, const struct command_line *line, struct problem *problem)
{
	const struct query_options *query = &line->query;
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];
		if (!(at->used >> i & 1) || option_row_goes_with(row, line->action, query->view))
			continue;
		const char letter[] = {row->letter, '\0'}, *word = row->word != NULL ? row->word : letter;
		return problem_set(problem, "%s%s: expected %s", row->word != NULL ? "--" : "-", word, what_goes_with(row));
	}
	if (line->expect_used && line->expect == NULL)
		return problem_set(problem, "--expect-used: expected --expect");
	if (line->action == ACTION_QUERY && query->raw && query->trace)
		return problem_set(problem, "--trace: expected --query without --raw");
	if (line->action == ACTION_QUERY && query->json && query->is_short)
		return problem_set(problem, "--json: expected no --short");
	if (line->action == ACTION_QUERY && query->payload != 0 && !query->raw)
		return problem_set(problem, "--bufsize: expected --raw");
	return true;
}

static const char nameserver[] = "nameserver ";

// The value of -s if that option is the last before the program, else NULL.
static const char *servers_before(const struct parser *at, const struct command_line *line)
{
	const char *last = line->setting_count > 0 ? line->settings[line->setting_count - 1].directive : "";
	if (strncmp(last, nameserver, strlen(nameserver)) != 0 || strcmp(at->argv[at->index - 1], "--") == 0)
		return NULL;
	return last + strlen(nameserver);
}

// Without quotes, "-s SERVER for DOMAIN PROGRAM" would run a program named "for", and "-s SERVER SERVER PROGRAM" one
// named like the second server.
static bool check_quotes(const struct parser *at, const struct command_line *line, struct problem *problem)
{
	const char *servers = servers_before(at, line), *word = line->program[0], *domain = line->program[1];
	const bool is_for = strcmp(word, "for") == 0;
	struct address address;
	if (servers == NULL || (!is_for && !encrypted_read_server(word, &address)))
		return true;
	return problem_set(problem, "%s: expected a PROGRAM to run; quote the value of -s: -s '%s %s%s%s'", word, servers,
		word, is_for ? " " : "",
		!is_for              ? ""
			: domain != NULL ? domain
							 : "DOMAIN");
}

static bool take_rest(struct parser *at, struct command_line *line, struct problem *problem)
{
	const bool asks = line->action == ACTION_QUERY || line->action == ACTION_EXPLAIN;
	for (; line->action != ACTION_RUN && at->index < at->argc; at->index++)
		line->words[line->word_count++] = at->argv[at->index];
	if ((asks && !take_dig_words(at, line, problem)) || !check_combination(at, line, problem))
		return false;
	if (line->action != ACTION_RUN)
		return check_words(line, problem);
	if (at->index >= at->argc)
		return problem_set(problem, "expected a PROGRAM to run (try withdns --help)");
	line->program = at->argv + at->index;
	return check_quotes(at, line, problem);
}

static bool is_word(const char *word)
{
	return word[0] != '-' || word[1] == '\0';
}

bool options_parse(int argc, char **argv, struct command_line *out, struct problem *problem)
{
	struct parser at = {.argv = argv, .argc = argc, .index = 1};
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

static void write_row(const struct option_row *row, FILE *out)
{
	const char letter[] = {'-', row->letter, '\0'}, *const word = row->word;
	const char *const between = word == NULL ? "" : row->letter != 0 ? ", --" : "  --";
	const char *const equals = row->argument == NULL ? "" : word != NULL ? "=" : " ";
	char synopsis[80];
	strbuf_join(synopsis, sizeof(synopsis), "  ", row->letter != 0 ? letter : "  ", between, word != NULL ? word : "",
		equals, row->argument != NULL ? row->argument : "");
	if (row->form != NULL)
		strbuf_join(synopsis + strlen(synopsis), sizeof(synopsis) - strlen(synopsis), "[=", row->form, "]");
	if (strlen(synopsis) < USAGE_HELP_COLUMN)
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
		  "       withdns [OPTION]... --serve ADDRESS[:PORT] | unix:PATH ...\n"
		  "\n"
		  "Run PROGRAM and send its name lookups to DNS servers that you choose, look\n"
		  "names up as PROGRAM would, or answer DNS clients with the same settings.\n"
		  "\n",
		out);
	for (size_t i = 0; i < option_row_count; i++)
		write_row(&option_rows[i], out);
	fputs("\n"
		  "SERVER is an address such as 192.0.2.1 or [2001:db8::1]:5353, system or none,\n"
		  "tls://192.0.2.1#NAME, https://NAME/PATH@192.0.2.1 or unix:PATH.\n"
		  "\n"
		  "Exit status: that of PROGRAM, or 124 if it looked up a name that --expect does\n"
		  "not list, 125 if withdns failed, 126 if PROGRAM cannot be run, 127 if it was\n"
		  "not found. Queries: 0 found, 1 not found, 2 no usable answer. --check: 0 if\n"
		  "PROGRAM can be redirected, else 1.\n",
		out);
}
