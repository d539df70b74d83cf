// SPDX-License-Identifier: MIT
#include "shim/command/query/query.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "config/base/address.h"
#include "config/base/array.h"
#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "shim/command/command_line.h"
#include "shim/command/idn.h"
#include "shim/command/option_rows.h"
#include "shim/command/problem.h"
#include "shim/command/query/pool.h"
#include "shim/command/query/query_direct.h"
#include "shim/command/query/query_host.h"
#include "shim/command/query/query_message.h"
#include "shim/command/query/query_outcome.h"
#include "shim/command/query/question_words.h"
#include "shim/command/query/views.h"
#include "shim/command/text.h"

// The state shared by all questions of a run.
struct run {
	struct resolver *resolver;
	const struct query_options *options;
	struct pool *pool;
	bool is_wrong;  // a word was not a question
	size_t asked;
	_Atomic size_t found;
};

struct question_job {
	struct question_kind asked;
	char name[];
};

static int ask_message(const struct query *query, const char *name, const struct question_kind *asked)
{
	if (asked->type == RRTYPE_AXFR || asked->type == RRTYPE_IXFR)
		return query_direct_transfer(query, name, asked);
	return (query->options->raw ? query_direct_ask : query_message)(query, name, asked);
}

static int ask_question(const struct query *query, const char *name, const struct question_kind *asked)
{
	struct address address;
	if (query->options->view == VIEW_SUMMARY_OF || query->options->view == VIEW_SRV)
		return view_write(query, name);
	if (asked->type != 0)
		return ask_message(query, name, asked);
	return query_host(query, name, address_read(name, &address) ? &address : NULL);
}

static int answer_job(void *context, void *job, FILE *out)
{
	struct run *run = context;
	const struct question_job *question = job;
	const struct query query = {.resolver = run->resolver, .options = run->options, .out = out};
	int status = ask_question(&query, question->name, &question->asked);
	if (status == QUERY_FOUND)
		run->found++;
	return status;
}

static void add_question(struct run *run, const char *name, const struct question_kind *asked)
{
	const char *why;
	char *ascii = idn_name(name, &why);
	if (ascii == NULL) {
		problem_print("expected a name, got %s%s%s", name, *why != '\0' ? ": " : "", why);
		run->is_wrong = true;
		return;
	}
	struct question_job *job = malloc(sizeof(*job) + strlen(ascii) + 1);
	if (job != NULL) {
		job->asked = *asked;
		strcpy(job->name, ascii);
		run->asked++;
		pool_add(run->pool, job);
	}
	free(ascii);
}

static void add_name(struct run *run, const char *name)
{
	add_question(run, name, &(struct question_kind){.class = RRCLASS_IN});
}

// A single packet (--raw) needs a type: PTR for an address, A for a name.
static void add_untyped(struct run *run, const char *name, uint16_t class)
{
	const bool needs_type = run->options->raw && class == RRCLASS_IN;
	struct address address;
	char text[NAME_TEXT_SIZE];
	if (needs_type && address_read(name, &address)) {
		const struct name reverse = name_of_address(&address);
		add_question(run, name_write(&reverse, text), &(struct question_kind){.class = class, .type = RRTYPE_PTR});
	} else {
		add_question(run, name, &(struct question_kind){.class = class, .type = needs_type ? RRTYPE_A : 0});
	}
}

static bool take_question_about(const char *name, const struct question_kind *asked, void *context)
{
	struct run *run = context;
	struct question_kind kind = *asked;
	if (kind.type == 0)
		kind.type = run->options->type;
	if (kind.type == 0)
		add_untyped(run, name, kind.class);
	else
		add_question(run, name, &kind);
	return true;
}

// --reverse
static void take_address(struct run *run, const char *word)
{
	struct address address;
	if (address_read(word, &address)) {
		add_name(run, word);
		return;
	}
	problem_print("--reverse: expected an address, got %s", word);
	run->is_wrong = true;
}

// Takes the questions about one name from the words at *at.
static void take_question(struct run *run, char *const *words, size_t count, size_t *at)
{
	const char *unknown = question_words_unknown(words + *at, count - *at);
	if (run->options->view == VIEW_REVERSE) {
		take_address(run, words[(*at)++]);
	} else if (run->options->view == VIEW_SUMMARY_OF) {
		add_name(run, words[(*at)++]);
	} else if (unknown != NULL) {
		problem_print("%s: " QUESTION_WORDS_UNKNOWN, unknown);
		run->is_wrong = true;
		*at = count;
	} else {
		question_words_read(words, count, at, take_question_about, run);
	}
}

// Splits a line into words; '#' begins a comment. *words is allocated, and truncated for lack of memory.
static size_t cut_line(char *line, char ***words)
{
	char *rest = NULL;
	size_t count = 0;
	*words = NULL;
	line[strcspn(line, "#")] = '\0';
	for (char *word = strtok_r(line, " \t\r\n", &rest); word != NULL; word = strtok_r(NULL, " \t\r\n", &rest))
		if (!array_append(words, &count, &word, sizeof(word)))
			break;
	return count;
}

// Reads questions from the lines of standard input.
static void take_input(struct run *run)
{
	char *line = NULL, **words;
	size_t size = 0;
	while (getline(&line, &size, stdin) > 0) {
		size_t count = cut_line(line, &words);
		for (size_t at = 0; at < count;)
			take_question(run, words, count, &at);
		free(words);
	}
	free(line);
}

// SERVICE PROTO DOMAIN, with underscores or without (RFC 2782).
static void take_service(struct run *run, char *const *words)
{
	const char *service = words[0] + (words[0][0] == '_'), *protocol = words[1] + (words[1][0] == '_');
	char *name = text_format("_%s._%s.%s", service, protocol, words[2]);
	if (name != NULL)
		add_name(run, name);
	free(name);
}

// Only among the words of the command line has "-" a special meaning.
static void take_all(struct run *run, char *const *words, size_t count)
{
	if (run->options->view == VIEW_SRV) {
		take_service(run, words);
		return;
	}
	if (count == 0)
		take_input(run);
	for (size_t at = 0; at < count;) {
		if (strcmp(words[at], "-") != 0) {
			take_question(run, words, count, &at);
			continue;
		}
		take_input(run);
		at++;
	}
}

// Lookups mostly wait for servers. Each may have several sockets open, for a slow server and the next one.
#define DESCRIPTORS_OWN 10
#define DESCRIPTORS_A_LOOKUP 4

static size_t threads_for_lookups(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
		limit.rlim_cur >= DESCRIPTORS_OWN + POOL_THREADS_MAX * DESCRIPTORS_A_LOOKUP)
		return POOL_THREADS_MAX;
	if (limit.rlim_cur < DESCRIPTORS_OWN + DESCRIPTORS_A_LOOKUP)
		return 1;
	return (limit.rlim_cur - DESCRIPTORS_OWN) / DESCRIPTORS_A_LOOKUP;
}

int query_run(
	struct resolver *resolver, const struct query_options *options, char *const *words, size_t count, FILE *out)
{
	struct run run = {.resolver = resolver, .options = options};
	run.pool = pool_open(answer_job, &run, threads_for_lookups(), out);
	if (run.pool == NULL)
		return QUERY_FAILED;
	take_all(&run, words, count);
	int status = pool_close(run.pool);
	if (options->view == VIEW_REVERSE && !options->json && !options->is_short && run.asked > 0)
		fprintf(out, "%zu response%s to %zu quer%s\n", (size_t)run.found, run.found == 1 ? "" : "s", run.asked,
			run.asked == 1 ? "y" : "ies");
	const struct option_row *row = option_row_of_action(ACTION_QUERY, options->view);
	if (run.asked == 0 && !run.is_wrong)
		problem_print("--%s: expected %s", row->word, row->operands);
	return run.asked == 0 || run.is_wrong ? EXIT_OWN_ERROR : status;
}
