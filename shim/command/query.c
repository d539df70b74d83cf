// SPDX-License-Identifier: MIT
#include "shim/command/query.h"

#include <stdlib.h>
#include <string.h>

#include "config/address.h"
#include "config/config.h"
#include "config/rrtype.h"
#include "resolver/resolver.h"
#include "shim/command/options.h"
#include "shim/command/pool.h"
#include "shim/command/problem.h"
#include "shim/command/query_host.h"
#include "shim/command/query_message.h"

struct terms query_terms(const struct resolver *resolver, const struct query_options *options, struct options *room)
{
	struct terms terms = terms_of_config(resolver_config(resolver));

	*room = *terms.options;
	room->use_vc |= options->tcp;
	room->no_recursion |= options->no_recursion;
	room->dnssec_ok |= options->dnssec;
	terms.options = room;
	return terms;
}

// What all questions of one run have in common.
struct run {
	struct resolver *resolver;
	const struct query_options *options;
	struct pool *pool;
	bool is_wrong;    // some words were no question
	size_t asked;
};

struct question_job {
	uint16_t class, type;  // 0: the name as a program means it
	char name[];
};

static int answer_job(void *context, void *job, FILE *out)
{
	const struct run *run = context;
	const struct question_job *question = job;
	struct address address;

	if (question->type != 0)
		return query_message(run->resolver, run->options, question->name, question->class, question->type, out);
	if (address_read(question->name, &address))
		return query_address(run->resolver, run->options, question->name, &address, out);
	return query_host(run->resolver, run->options, question->name, out);
}

static void add_question(struct run *run, const char *name, uint16_t class, uint16_t type)
{
	struct question_job *job = malloc(sizeof(*job) + strlen(name) + 1);

	if (job == NULL)
		return;
	job->class = class;
	job->type = type;
	strcpy(job->name, name);
	run->asked++;
	pool_add(run->pool, job);
}

// CH has hardly any other data (RFC 4892); a message is asked for by its type.
static uint16_t default_type(const struct run *run, uint16_t class)
{
	if (class != RRCLASS_IN)
		return RRTYPE_TXT;
	return run->options->raw ? RRTYPE_A : 0;
}

// NAME [CLASS] [TYPE]... [NAME ...]: the words from *at on that are about the name there.
static void take_name(struct run *run, char *const *words, size_t count, size_t *at)
{
	const char *name = words[(*at)++];
	uint16_t class = RRCLASS_IN, type;
	size_t first = *at, last = *at, types = 0;

	for (; last < count && (rrtype_read(words[last], &type) || rrclass_read(words[last], &type)); last++)
		if (!rrtype_read(words[last], &type))
			rrclass_read(words[last], &class);
	for (size_t i = first; i < last; i++) {
		if (!rrtype_read(words[i], &type))
			continue;
		add_question(run, name, class, type);
		types++;
	}
	if (types == 0)
		add_question(run, name, class, default_type(run, class));
	*at = last;
}

static void take_words(struct run *run, char *const *words, size_t count);

#define LINE_WORDS_MAX 64

// Lines of standard input, as the words of a command line; '#' begins a comment.
static void take_input(struct run *run)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0) {
		char *words[LINE_WORDS_MAX], *rest = NULL;
		size_t count = 0;

		line[strcspn(line, "#")] = '\0';
		for (char *word = strtok_r(line, " \t\r\n", &rest); word != NULL && count < LINE_WORDS_MAX;
		     word = strtok_r(NULL, " \t\r\n", &rest))
			words[count++] = word;
		take_words(run, words, count);
	}
	free(line);
}

static void take_words(struct run *run, char *const *words, size_t count)
{
	for (size_t i = 0; i < count;) {
		if (strcmp(words[i], "-") == 0) {
			take_input(run);
			i++;
		} else {
			take_name(run, words, count, &i);
		}
	}
}

int query_run(struct resolver *resolver, const struct query_options *options, char *const *words, size_t count,
	FILE *out)
{
	struct run run = {.resolver = resolver, .options = options};

	run.pool = pool_open(answer_job, &run, out);
	if (run.pool == NULL)
		return QUERY_FAILED;
	if (count == 0)
		take_input(&run);
	take_words(&run, words, count);
	int status = pool_close(run.pool);
	if (run.asked > 0)
		return status;
	fprintf(stderr, "withdns: --query: expected NAME [TYPE]...\n");
	return EXIT_OWN_ERROR;
}
