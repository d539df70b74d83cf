// SPDX-License-Identifier: MIT
#include "shim/command/query/explain.h"

#include "config/base/rrtype.h"
#include "config/config.h"
#include "config/environment.h"
#include "config/lookup_context.h"
#include "resolver/interfaces.h"
#include "resolver/lookup.h"
#include "resolver/message_lookup.h"
#include "resolver/resolver.h"
#include "shim/command/command_line.h"
#include "shim/command/idn.h"
#include "shim/command/problem.h"
#include "shim/command/query/explanation.h"
#include "shim/command/query/question_words.h"
#include "shim/command/query/show.h"

#define VALUE_SIZE 128

static void add_families(struct explanation *explanation, int family)
{
	const struct options *options = &explanation->config->options;

	if (family == AF_UNSPEC && options->no_aaaa)
		steps_add(&explanation->steps, "for", NULL, "A", "A alone: options no-aaaa",
			explanation_option_origin(explanation, offsetof(struct options, no_aaaa)));
	else if (family == AF_UNSPEC)
		steps_add(&explanation->steps, "for", NULL, "A AAAA", "A and AAAA", NULL);
	else
		steps_add(&explanation->steps, "for", NULL, family == AF_INET ? "A" : "AAAA",
			family == AF_INET ? "A alone" : "AAAA, else A as mapped addresses",
			family == AF_INET ? "this machine has no IPv6 address" : "this machine has no IPv4 address");
}

static void add_services(struct explanation *explanation, const struct name_services *services)
{
	char text[SHOW_SERVICES_SIZE];

	steps_add(&explanation->steps, "sources", NULL, NULL, show_write_services(services, text),
		explanation_origin(explanation, ORIGIN_SERVICES, 0, 0));
}

// Time limits and retries, if servers are asked.
static void add_manner(struct explanation *explanation)
{
	const struct options *options = &explanation->config->options;
	const unsigned deadline = options_deadline_ms(options);
	char value[VALUE_SIZE];

	if (options->rotate)
		steps_add(&explanation->steps, "order", NULL, NULL, "begins with the next server each time",
			explanation_option_origin(explanation, offsetof(struct options, rotate)));
	if (options->use_vc)
		steps_add(&explanation->steps, "by", NULL, NULL, "TCP",
			explanation_option_origin(explanation, offsetof(struct options, use_vc)));
	snprintf(value, sizeof(value), "%u ms for all of it", deadline);
	if (options->timeout_ms != 0)
		steps_add(&explanation->steps, "within", NULL, NULL, value,
			explanation_option_origin(explanation, offsetof(struct options, timeout_ms)));
	else
		steps_add(&explanation->steps, "within", NULL, NULL, value, "timeout x attempts");
	snprintf(value, sizeof(value), "at most %u s for one of them alone", options->timeout);
	steps_add(&explanation->steps, "waits", NULL, NULL, value,
		explanation_option_origin(explanation, offsetof(struct options, timeout)));
	snprintf(value, sizeof(value), "up to %u refusal%s of each", options->attempts, options->attempts == 1 ? "" : "s");
	steps_add(&explanation->steps, "bears", NULL, NULL, value,
		explanation_option_origin(explanation, offsetof(struct options, attempts)));
}

static const char *end_of(const struct explanation *explanation, enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_FOUND:
		return explanation->asks ? "with the first name that has an answer, here at the latest"
								 : "here, with what is known without a server";
	case OUTCOME_SYSTEM:
		return explanation->asks ? "with the first name that has an answer, else with what libc says"
								 : "with what libc says";
	case OUTCOME_ERROR:
		return "here: this machine failed";
	default:
		break;
	}
	if (explanation->asks)
		return "with the first name that has an answer, else without one";
	return outcome == OUTCOME_NO_NAME ? "here: no such name"
		: outcome == OUTCOME_NO_DATA  ? "here: nothing of this type"
									  : "here: no usable answer";
}

static void finish(struct explanation *explanation, enum outcome outcome)
{
	steps_add(&explanation->steps, "ends", NULL, NULL, end_of(explanation, outcome), NULL);
	if (explanation->asks)
		add_manner(explanation);
}

static struct lookup_context terms_of(struct explanation *explanation)
{
	struct lookup_context lookup = lookup_context_of_config(explanation->config);

	lookup.dry_run = &explanation->dry_run;
	return lookup;
}

// As getaddrinfo(3) without hints.
static void explain_host(struct explanation *explanation)
{
	const struct lookup_context lookup = terms_of(explanation);
	struct host host = {.source = SOURCE_NOBODY};
	int family = AF_UNSPEC;

	interface_narrow_family(&family);
	add_families(explanation, family);
	add_services(explanation, lookup_services(explanation->resolver, &lookup, explanation->subject, NULL));
	const struct lookup_request request = {explanation->subject, (sa_family_t)family, LOOKUP_MAPPED};
	finish(explanation, lookup_host(explanation->resolver, &lookup, &request, &host));
	host_clear(&host);
}

// As getnameinfo(3); to getaddrinfo(3) an address is its own answer.
static void explain_address(struct explanation *explanation, const struct address *address)
{
	const struct lookup_context lookup = terms_of(explanation);
	const struct name name = name_of_address(address);
	struct host host = {.source = SOURCE_NOBODY};
	char text[NAME_TEXT_SIZE];

	steps_add(&explanation->steps, "is", NULL, NULL, "an address: nobody is asked for it", NULL);
	steps_add(&explanation->steps, "for", name_write(&name, text), "PTR", NULL, "PTR, for its name");
	add_services(explanation, lookup_services(explanation->resolver, &lookup, NULL, address));
	finish(explanation, lookup_address(explanation->resolver, &lookup, address, &host));
	host_clear(&host);
}

// As res_search(3).
static void explain_type(struct explanation *explanation, uint16_t class, uint16_t type)
{
	struct lookup_context lookup = terms_of(explanation);
	struct question question = {.type = type, .class = class};
	struct answer answer;
	char text[RRTYPE_TEXT_SIZE], class_text[RRTYPE_TEXT_SIZE], value[2 * RRTYPE_TEXT_SIZE];

	lookup.as_packets = true;
	snprintf(value, sizeof(value), "%s%s%s", class == RRCLASS_IN ? "" : rrclass_write(class, class_text),
		class == RRCLASS_IN ? "" : " ", rrtype_write(type, text));
	steps_add(&explanation->steps, "for", NULL, text, value, NULL);
	finish(
		explanation, message_lookup_search(explanation->resolver, &lookup, explanation->subject, &question, &answer));
	answer_clear(&answer);
}

static void explain(struct explanation *explanation, uint16_t class, uint16_t type)
{
	struct address address;

	explanation->config = resolver_config(explanation->resolver);
	if (type != 0)
		explain_type(explanation, class, type);
	else if (lookup_literal(explanation->subject, &address))
		explain_address(explanation, &address);
	else
		explain_host(explanation);
}

struct explainer {
	const struct command_line *line;
	struct resolver *resolver;
	struct origin_book *book;
	FILE *out;
	struct problem *problem;
};

// False without memory.
static bool explain_name(const char *name, const struct question_kind *asked, const struct explainer *explainer)
{
	struct explanation explanation = {
		.dry_run = {.note = explanation_note},
		.line = explainer->line,
		.resolver = explainer->resolver,
		.book = explainer->book,
		.subject = name,
	};

	explain(&explanation, asked->class, asked->type);
	const bool is_whole = !explanation.steps.is_short;
	if (is_whole)
		(explainer->line->query.json ? steps_write_json : steps_write_text)(&explanation.steps, name, explainer->out);
	steps_clear(&explanation.steps);
	return is_whole;
}

static bool explain_question(const char *name, const struct question_kind *asked, void *context)
{
	struct explainer *explainer = context;
	const char *why;
	char *ascii = idn_name(name, &why);
	bool done = ascii != NULL && explain_name(ascii, asked, explainer);

	if (ascii == NULL)
		problem_set(explainer->problem, EXIT_OWN_ERROR, "expected a name, got %s: %s", name, why);
	else if (!done)
		problem_out_of_memory(explainer->problem);
	free(ascii);
	return done;
}

static bool explain_words(struct explainer *explainer, char *const *words, size_t count)
{
	bool done = true;

	for (size_t at = 0; done && at < count;)
		done = question_words_read(words, count, &at, explain_question, explainer);
	return done;
}

bool explain_names(const struct command_line *line, const struct environment *inherited, char *const *words,
	size_t count, FILE *out, struct problem *problem)
{
	struct settings settings = {.directives = NULL};
	struct origin_book book;
	struct environment telling = *inherited;
	struct explainer explainer = {.line = line, .book = &book, .out = out, .problem = problem};

	const char *unknown = question_words_unknown(words, count);
	if (unknown != NULL)
		return problem_set(problem, EXIT_OWN_ERROR, "%s: " QUESTION_WORDS_UNKNOWN, unknown);
	origin_book_open(&book);
	telling.origins = &book.origins;
	explainer.resolver = settings_open(line, &telling, NULL, &settings, problem);
	bool done = explainer.resolver != NULL && explain_words(&explainer, words, count);
	resolver_close(explainer.resolver);
	origin_book_close(&book);
	settings_clear(&settings);
	return done;
}
