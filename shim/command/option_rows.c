// SPDX-License-Identifier: MIT
#include "shim/command/option_rows.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/address.h"
#include "config/base/array.h"
#include "config/base/network.h"
#include "config/base/rrtype.h"
#include "config/directive.h"
#include "shim/command/problem.h"
#include "shim/command/text.h"

// Takes ownership of directive, which may be NULL for lack of memory.
static bool keep_setting(struct command_line *line, const struct use *use, char *directive, struct problem *problem)
{
	char *option = use->value == NULL ? strdup(use->spelling) : text_format("%s '%s'", use->spelling, use->value);
	return command_line_insert(line, line->setting_count, directive, option, problem);
}

// A value with a newline would be two directives, and line numbers in messages would be wrong.
static bool is_one_line(const struct use *use, struct problem *problem)
{
	if (use->value == NULL || strchr(use->value, '\n') == NULL)
		return true;
	return problem_set(problem, "%s: expected %s on one line", use->spelling, use->row->argument);
}

static bool expected(const struct use *use, struct problem *problem)
{
	return problem_set(problem, "%s: expected %s", use->spelling, use->row->argument);
}

static bool apply_fixed_directive(struct command_line *line, const struct use *use, struct problem *problem)
{
	return keep_setting(line, use, strdup(use->row->directive), problem);
}

static bool apply_directive(struct command_line *line, const struct use *use, struct problem *problem)
{
	if (use->value[strspn(use->value, " \t")] == '\0')
		return expected(use, problem);
	return is_one_line(use, problem) &&
		keep_setting(line, use, text_format("%s%s", use->row->directive, use->value), problem);
}

// The directive has the file as one word, quoted where that is necessary, and then rest.
static bool keep_file(
	struct command_line *line, const struct use *use, const char *file, const char *rest, struct problem *problem)
{
	char *word = directive_join((char *const[]){(char *)file}, 1);
	char *directive = word == NULL ? NULL : text_format("%s%s%s", use->row->directive, word, rest);
	free(word);
	return keep_setting(line, use, directive, problem);
}

static bool apply_file_directive(struct command_line *line, const struct use *use, struct problem *problem)
{
	if (*use->value == '\0')
		return expected(use, problem);
	return is_one_line(use, problem) && keep_file(line, use, use->value, "", problem);
}

// "FILE ORIGIN", unless the whole value is the name of a file.
static bool apply_zone(struct command_line *line, const struct use *use, struct problem *problem)
{
	const char *blank = strrchr(use->value, ' ');
	if (blank == NULL || blank == use->value || access(use->value, F_OK) == 0)
		return apply_file_directive(line, use, problem);
	char *file = strndup(use->value, (size_t)(blank - use->value));
	const bool done = is_one_line(use, problem) &&
		(file != NULL ? keep_file(line, use, file, blank, problem) : problem_out_of_memory(problem));
	free(file);
	return done;
}

// A record is not a file: without this check it would be recorded to one of that name.
static bool apply_recording(struct command_line *line, const struct use *use, struct problem *problem)
{
	if (strchr(use->value, ' ') == NULL)
		return apply_file_directive(line, use, problem);
	return problem_set(
		problem, "%s: expected FILE without blanks, got '%s'; -r answers with a record", use->spelling, use->value);
}

static bool apply_path(struct command_line *line, const struct use *use, struct problem *problem)
{
	if (*use->value == '\0')
		return expected(use, problem);
	*(const char **)((char *)line + use->row->field) = use->value;
	return true;
}

static bool apply_reach(struct command_line *line, const struct use *use, struct problem *problem)
{
	(void)problem;
	line->reach = use->row->reach;
	return true;
}

static bool apply_network(struct command_line *line, const struct use *use, struct problem *problem)
{
	struct network network;
	if (!network_read(use->value, &network))
		return problem_set(problem, "%s: expected a network such as 192.0.2.0/24, got %s", use->spelling, use->value);
	return array_append(&line->networks, &line->network_count, &network, sizeof(network)) ||
		problem_out_of_memory(problem);
}

static bool apply_switch(struct command_line *line, const struct use *use, struct problem *problem)
{
	(void)problem;
	return *(bool *)((char *)line + use->row->field) = true;
}

// RFC 6891 6.2.3: less than 512 is 512.
static bool apply_payload(struct command_line *line, const struct use *use, struct problem *problem)
{
	return command_line_read_payload(use->value, &line->query.payload) ||
		problem_set(problem, "%s: expected 512 to 65535 bytes", use->spelling);
}

static bool apply_type(struct command_line *line, const struct use *use, struct problem *problem)
{
	if (line->query.type != 0)
		return problem_set(problem, "%s: expected one type; give several types after the name", use->spelling);
	return (rrtype_read(use->value, &line->query.type) && line->query.type != 0) ||
		problem_set(problem, "%s: expected a record type such as MX, got %s", use->spelling, use->value);
}

// As in dig(1); the same as an operand ADDRESS.
static bool apply_address(struct command_line *line, const struct use *use, struct problem *problem)
{
	struct address address;
	if (!address_read(use->value, &address))
		return problem_set(problem, "%s: expected an address, got %s", use->spelling, use->value);
	line->words[line->word_count++] = (char *)use->value;
	return true;
}

static bool apply_action(struct command_line *line, const struct use *use, struct problem *problem)
{
	const struct option_row *row = use->row;
	bool is_other = line->action != ACTION_RUN && (line->action != row->action || line->query.view != row->view);
	if (is_other && row->action != ACTION_HELP && row->action != ACTION_VERSION)
		return problem_set(problem, "%s: expected no second action", use->spelling);
	line->action = row->action;
	line->query.view = row->view;
	return true;
}

#define BIT(action) (1u << (action))
#define FIELD(name) offsetof(struct command_line, name)

static const unsigned to_run = BIT(ACTION_RUN), to_ask = BIT(ACTION_QUERY) | BIT(ACTION_SHELL);
static const unsigned to_print =
	BIT(ACTION_QUERY) | BIT(ACTION_SHELL) | BIT(ACTION_SHOW_CONFIG) | BIT(ACTION_EXPLAIN) | BIT(ACTION_CHECK);

const struct option_row option_rows[] = {
	{'s', "server", "'SERVER... [for DOMAIN...]'", "send lookups to these servers", apply_directive,
		.directive = "nameserver "},
	{'r', "rr", "'NAME [TTL] TYPE RDATA'", "answer with this record", apply_directive, .directive = "record "},
	{'z', "zone", "FILE", "answer with the records of this zone file", apply_zone, .directive = "zone "},
	{'H', "hosts", "FILE", "read this hosts file; none: no hosts file", apply_file_directive, .directive = "hosts "},
	{'l', NULL, NULL, "log lookups to standard error", apply_fixed_directive, .directive = "log stderr"},
	{0, "log", "FILE", "log lookups to this file", apply_file_directive, .directive = "log "},
	{'f', "fault", "'PATTERN ACTION...'", "inject faults: servfail, timeout, delay=MS, ...", apply_directive,
		.directive = "fault "},
	{0, "record", "FILE", "replay the servers' answers, or record them in FILE", apply_recording,
		.directive = "recording "},
	{0, "record-mode", "MODE", "with --record: once, new, all or none", apply_directive,
		.directive = "recording-mode "},
	{'o', "option", "'DIRECTIVE'", "add this directive of withdns.conf(5)", apply_directive, .directive = ""},
	{'c', "config", "FILE", "read this configuration file", apply_path, .field = FIELD(config_file)},
	{0, "summary", NULL, "afterwards, print a table of the lookups", apply_switch, .field = FIELD(summary),
		.actions = to_run, .form = "json", .form_field = FIELD(summary_is_json)},
	{0, "report", "FILE", "afterwards, write the lookups to this HTML file", apply_path, .field = FIELD(report),
		.actions = to_run},
	{0, "expect", "FILE", "fail if FILE does not list a name looked up", apply_path, .field = FIELD(expect),
		.actions = to_run},
	{0, "expect-used", NULL, "with --expect: also fail if a listed name was not", apply_switch,
		.field = FIELD(expect_used), .actions = to_run},
	{0, "expect-write", "FILE", "afterwards, write the names looked up to FILE", apply_path,
		.field = FIELD(expect_write), .actions = to_run},
	{0, "only", "FILE", "let no names exist that FILE does not list", apply_file_directive, .directive = "only "},
	{0, "print-env", NULL, "print the environment of PROGRAM for the shell", apply_action, .action = ACTION_PRINT_ENV,
		.operands = "no PROGRAM", .form = "plain", .form_field = FIELD(is_plain)},
	{0, "query", NULL, "look up NAMEs as a program, or records of TYPE", apply_action, .action = ACTION_QUERY,
		.operands = "NAME [TYPE]...", .most = SIZE_MAX},
	{0, "summary-of", NULL, "look up addresses, MX and NS hosts of DOMAINs", apply_action, .action = ACTION_QUERY,
		.view = VIEW_SUMMARY_OF, .operands = "DOMAIN...", .most = SIZE_MAX},
	{0, "srv", NULL, "look up the SRV records of SERVICE PROTO DOMAIN", apply_action, .action = ACTION_QUERY,
		.view = VIEW_SRV, .operands = "SERVICE PROTO DOMAIN", .least = 3, .most = 3},
	{0, "reverse", NULL, "look up the names of ADDRESSes", apply_action, .action = ACTION_QUERY, .view = VIEW_REVERSE,
		.operands = "ADDRESS...", .most = SIZE_MAX},
	{'t', "type", "TYPE", "with --query: look up records of this type", apply_type, .actions = BIT(ACTION_QUERY),
		.views = BIT(VIEW_AS_ASKED)},
	{'x', NULL, "ADDRESS", "with --query: look up the names of this address", apply_address,
		.actions = BIT(ACTION_QUERY)},
	{0, "raw", NULL, "with --query: send one packet, print any reply", apply_switch, .field = FIELD(query.raw),
		.actions = to_ask, .views = BIT(VIEW_AS_ASKED)},
	{0, "tcp", NULL, "with --query: use TCP", apply_switch, .field = FIELD(query.tcp), .actions = to_ask},
	{0, "norecurse", NULL, "with --query: clear the RD flag", apply_switch, .field = FIELD(query.no_recursion),
		.actions = to_ask},
	{0, "dnssec", NULL, "with --query: request DNSSEC records (DO flag)", apply_switch, .field = FIELD(query.dnssec),
		.actions = to_ask},
	{0, "cd", NULL, "with --query: disable DNSSEC validation (CD flag)", apply_switch,
		.field = FIELD(query.checking_disabled), .actions = to_ask},
	{0, "bufsize", "BYTES", "with --raw: advertise this EDNS payload size", apply_payload, .actions = to_ask},
	{0, "hex", NULL, "with --query: also print the bytes of messages", apply_switch, .field = FIELD(query.hex),
		.actions = to_ask, .views = BIT(VIEW_AS_ASKED)},
	{0, "trace", NULL, "with --query: print the events of the lookup", apply_switch, .field = FIELD(query.trace),
		.actions = to_ask, .views = BIT(VIEW_AS_ASKED) | BIT(VIEW_REVERSE)},
	{0, "short", NULL, "with --query: print one value a line", apply_switch, .field = FIELD(query.is_short),
		.actions = to_ask, .views = BIT(VIEW_AS_ASKED) | BIT(VIEW_REVERSE)},
	{0, "json", NULL, "print JSON", apply_switch, .field = FIELD(query.json), .actions = to_print},
	{0, "shell", NULL, "read questions and settings line by line", apply_action, .action = ACTION_SHELL,
		.operands = "no words"},
	{0, "show-config", NULL, "show every setting and its source", apply_action, .action = ACTION_SHOW_CONFIG,
		.operands = "no words"},
	{0, "explain", NULL, "explain the lookup of NAMEs, send no query", apply_action, .action = ACTION_EXPLAIN,
		.operands = "NAME...", .least = 1, .most = SIZE_MAX},
	{0, "check", NULL, "report whether PROGRAM can be redirected", apply_action, .action = ACTION_CHECK,
		.operands = "PROGRAM", .least = 1, .most = 1},
	{0, "serve", NULL, "serve DNS clients at ADDRESS[:PORT]|unix:PATH", apply_action, .action = ACTION_SERVE,
		.operands = "ADDRESS[:PORT]|unix:PATH...", .least = 1, .most = SIZE_MAX},
	{0, "serve-to", "NETWORK", "with --serve: also serve clients in this network", apply_network,
		.actions = BIT(ACTION_SERVE)},
	{0, "reach", NULL, "supervise PROGRAM: redirect resolvers of its own, too", apply_reach, .reach = REACH_ASKED,
		.actions = to_run},
	{0, "no-reach", NULL, "do not supervise PROGRAM, even if it needs that", apply_reach, .reach = REACH_REFUSED,
		.actions = to_run | BIT(ACTION_CHECK)},
	{0, "force", NULL, "run PROGRAM even if it cannot be redirected", apply_switch, .field = FIELD(force),
		.actions = to_run | BIT(ACTION_PRINT_ENV)},
	{'q', "quiet", NULL, "do not write warnings", apply_switch, .field = FIELD(quiet)},
	{'v', "verbose", NULL, "report settings and paths before the start", apply_switch, .field = FIELD(verbose)},
	{'h', "help", NULL, "show this and exit", apply_action, .action = ACTION_HELP},
	{'V', "version", NULL, "show the version and exit", apply_action, .action = ACTION_VERSION},
};

const size_t option_row_count = sizeof(option_rows) / sizeof(option_rows[0]);

const struct option_row *option_row_of_letter(char letter)
{
	for (size_t i = 0; i < option_row_count; i++)
		if (option_rows[i].letter != 0 && option_rows[i].letter == letter)
			return &option_rows[i];
	return NULL;
}

static bool is_word(const struct option_row *row, const char *word, size_t length)
{
	return row->word != NULL && strlen(row->word) == length && memcmp(row->word, word, length) == 0;
}

const struct option_row *option_row_of_word(const char *word, size_t length)
{
	for (size_t i = 0; i < option_row_count; i++)
		if (is_word(&option_rows[i], word, length))
			return &option_rows[i];
	return NULL;
}

const struct option_row *option_row_of_action(enum command_action action, enum query_view view)
{
	const struct option_row *row = option_rows;
	while (row->apply != apply_action || row->action != action || row->view != view)
		row++;
	return row;
}

bool *option_row_switch(const struct option_row *row, struct query_options *query)
{
	if (row->apply != apply_switch || row->field < FIELD(query))
		return NULL;
	return (bool *)((char *)query + (row->field - FIELD(query)));
}
