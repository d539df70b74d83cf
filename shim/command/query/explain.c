// SPDX-License-Identifier: MIT
#include "shim/command/query/explain.h"

#include "config/base/rrtype.h"
#include "config/config.h"
#include "config/lookup_context.h"
#include "resolver/host_services.h"
#include "resolver/interfaces.h"
#include "resolver/lookup.h"
#include "resolver/message_lookup.h"
#include "shim/command/command_line.h"
#include "shim/command/idn.h"
#include "shim/command/problem.h"
#include "shim/command/query/explanation.h"
#include "shim/command/query/question_words.h"

#define VALUE_SIZE 128

// Adds a step whose setting is a member of struct options, at that offset.
static void add_option(struct explanation *explanation, enum step_kind kind, const char *value, size_t offset)
{
	explanation_add(explanation, kind, value, explanation_origin(explanation, ORIGIN_OPTION, offset, 0));
}

static void add_types(struct explanation *explanation, const char *types, const char *value, const char *why)
{
	rows_add(&explanation->steps, &(struct row){STEP_FOR, value, why, .types = types});
}

static void add_families(struct explanation *explanation, int family)
{
	if (family == AF_INET)
		add_types(explanation, "A", "A alone", "this machine has no IPv6 address");
	else if (family == AF_INET6)
		add_types(explanation, "AAAA", "AAAA, else A as mapped addresses", "this machine has no IPv4 address");
	else if (explanation->survey->config->options.no_aaaa)
		add_types(explanation, "A", "A alone: options no-aaaa",
			explanation_origin(explanation, ORIGIN_OPTION, offsetof(struct options, no_aaaa), 0));
	else
		add_types(explanation, "A AAAA", "A and AAAA", NULL);
}

static void add_services(struct explanation *explanation, const struct name_services *services)
{
	char text[SURVEY_SERVICES_SIZE];
	explanation_add(explanation, STEP_SOURCES, survey_write_services(services, text),
		explanation_origin(explanation, ORIGIN_SERVICES, 0, 0));
}

// Time limits and retries, if servers are asked.
static void add_limits(struct explanation *explanation)
{
	const struct options *options = &explanation->survey->config->options;
	char value[VALUE_SIZE];
	if (options->rotate)
		add_option(explanation, STEP_ORDER, "begins with the next server each time", offsetof(struct options, rotate));
	if (options->use_vc)
		add_option(explanation, STEP_BY, "TCP", offsetof(struct options, use_vc));
	snprintf(value, sizeof(value), "%u ms for all of it", options_deadline_ms(options));
	if (options->timeout_ms != 0)
		add_option(explanation, STEP_WITHIN, value, offsetof(struct options, timeout_ms));
	else
		explanation_add(explanation, STEP_WITHIN, value, "timeout x attempts");
	snprintf(value, sizeof(value), "at most %u s for one of them alone", options->timeout);
	add_option(explanation, STEP_WAITS, value, offsetof(struct options, timeout));
	snprintf(value, sizeof(value), "up to %u refusal%s of each", options->attempts, options->attempts == 1 ? "" : "s");
	add_option(explanation, STEP_ALLOWS, value, offsetof(struct options, attempts));
}

static const char *end_of(const struct explanation *explanation, enum outcome outcome)
{
	static const struct {
		const char *alone, *after_servers;
	} ends[] = {
		[OUTCOME_FOUND] = {"here, with what is known without a server",
			"with the first name that has an answer, here at the latest"},
		[OUTCOME_NO_NAME] = {"here: no such name", NULL},
		[OUTCOME_NO_DATA] = {"here: nothing of this type", NULL},
		[OUTCOME_SYSTEM] = {"with what libc says", "with the first name that has an answer, else with what libc says"},
		[OUTCOME_ERROR] = {"here: this machine failed", "here: this machine failed"},
	};
	const char *end = explanation->asks ? ends[outcome].after_servers : ends[outcome].alone;
	if (end != NULL)
		return end;
	return explanation->asks ? "with the first name that has an answer, else without one" : "here: no usable answer";
}

static void finish(struct explanation *explanation, enum outcome outcome)
{
	explanation_add(explanation, STEP_ENDS, end_of(explanation, outcome), NULL);
	if (explanation->asks)
		add_limits(explanation);
}

static struct lookup_context dry_context(struct explanation *explanation)
{
	struct lookup_context lookup = lookup_context_of_config(explanation->survey->config);
	lookup.dry_run = &explanation->dry_run;
	return lookup;
}

// As getaddrinfo(3) without hints.
static void explain_host(struct explanation *explanation)
{
	const struct lookup_context lookup = dry_context(explanation);
	struct host host = {.source = SOURCE_UNSET};
	int family = AF_UNSPEC;
	interface_narrow_family(&family, lookup.begun);
	add_families(explanation, family);
	add_services(explanation, host_services_of(explanation->survey->resolver, &lookup, explanation->subject, NULL));
	const struct lookup_request request = {explanation->subject, (sa_family_t)family, LOOKUP_MAPPED};
	finish(explanation, lookup_host(explanation->survey->resolver, &lookup, &request, &host));
	host_clear(&host);
}

// As getnameinfo(3); to getaddrinfo(3) an address is its own answer.
static void explain_address(struct explanation *explanation, const struct address *address)
{
	const struct lookup_context lookup = dry_context(explanation);
	const struct name name = name_of_address(address);
	struct host host = {.source = SOURCE_UNSET};
	char text[NAME_TEXT_SIZE];
	explanation_add(explanation, STEP_IS, "an address: it needs no lookup", NULL);
	rows_add(&explanation->steps,
		&(struct row){STEP_FOR, .why = "PTR, for its name", .name = name_write(&name, text), .types = "PTR"});
	add_services(explanation, host_services_of(explanation->survey->resolver, &lookup, NULL, address));
	finish(explanation, lookup_address(explanation->survey->resolver, &lookup, address, &host));
	host_clear(&host);
}

// As res_search(3).
static void explain_type(struct explanation *explanation, uint16_t class, uint16_t type)
{
	struct lookup_context lookup = dry_context(explanation);
	struct question question = {.type = type, .class = class};
	struct answer answer;
	char text[RRTYPE_TEXT_SIZE], class_text[RRTYPE_TEXT_SIZE], value[2 * RRTYPE_TEXT_SIZE];
	lookup.as_packets = true;
	snprintf(value, sizeof(value), "%s%s%s", class == RRCLASS_IN ? "" : rrclass_write(class, class_text),
		class == RRCLASS_IN ? "" : " ", rrtype_write(type, text));
	add_types(explanation, text, value, NULL);
	finish(explanation,
		message_lookup_search(explanation->survey->resolver, &lookup, explanation->subject, &question, &answer));
	answer_clear(&answer);
}

static void explain(struct explanation *explanation, uint16_t class, uint16_t type)
{
	struct address address;
	if (type != 0)
		explain_type(explanation, class, type);
	else if (lookup_literal(explanation->subject, &address))
		explain_address(explanation, &address);
	else
		explain_host(explanation);
}

struct explainer {
	struct survey survey;
	FILE *out;
	struct problem *problem;
};

static bool explain_question(const char *name, const struct question_kind *asked, void *context)
{
	struct explainer *explainer = context;
	struct explanation explanation = {.dry_run = {.note = explanation_note}, .survey = &explainer->survey};
	const char *why;
	char *ascii = idn_name(name, &why);
	if (ascii == NULL)
		return problem_set(explainer->problem, "expected a name, got %s: %s", name, why);
	explanation.subject = ascii;
	explain(&explanation, asked->class, asked->type);
	const bool is_whole = !explanation.steps.is_incomplete || problem_out_of_memory(explainer->problem);
	if (is_whole)
		(explainer->survey.line->query.json ? explanation_write_json : explanation_write_text)(
			&explanation.steps, ascii, explainer->out);
	rows_clear(&explanation.steps);
	free(ascii);
	return is_whole;
}

bool explain_names(const struct command_line *line, FILE *out, struct problem *problem)
{
	struct explainer explainer = {.out = out, .problem = problem};
	const char *unknown = question_words_unknown(line->words, line->word_count);
	if (unknown != NULL)
		return problem_set(problem, "%s: " QUESTION_WORDS_UNKNOWN, unknown);
	bool done = survey_open(line, &explainer.survey, problem);
	for (size_t at = 0; done && at < line->word_count;)
		done = question_words_read(line->words, line->word_count, &at, explain_question, &explainer);
	survey_close(&explainer.survey);
	return done;
}
