// SPDX-License-Identifier: MIT
#include "shim/command/query/explain.h"

#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/environment.h"
#include "config/fault.h"
#include "config/origin.h"
#include "config/rrtype.h"
#include "config/terms.h"
#include "resolver/interfaces.h"
#include "resolver/lookup.h"
#include "resolver/rehearsal.h"
#include "resolver/relay.h"
#include "resolver/resolver.h"
#include "shim/command/options.h"
#include "shim/command/problem.h"
#include "shim/command/query/question_words.h"
#include "shim/command/query/show.h"
#include "shim/command/query/steps.h"
#include "shim/command/settings.h"

#define VALUE_SIZE 2048

// One question, and what is noted of it.
struct explanation {
	struct rehearsal rehearsal;  // the first member: the notes come through it
	const struct command_line *line;
	struct resolver *resolver;
	const struct config *config;
	struct origin_book *book;
	const char *subject;         // the name as it was given, or what HOSTALIASES made of it
	struct steps steps;
	bool asks;                   // somebody would be asked
	const struct fault *last_fault;  // that was noted, for
	struct name last_name;
	char why[SETTINGS_ORIGIN_SIZE];
};

static const char *origin_of(struct explanation *explanation, enum origin_of what, size_t index, size_t element)
{
	const struct origin *origin = origin_find(explanation->book, what, index, element);

	return settings_write_origin(explanation->line, origin, explanation->why);
}

static const char *option_origin(struct explanation *explanation, size_t offset)
{
	return origin_of(explanation, ORIGIN_OPTION, offset, 0);
}

// ---- what the lookup notes ----

static size_t add_addresses(char *text, size_t used, const struct address *addresses, size_t count)
{
	for (size_t i = 0; i < count && used + ADDRESS_TEXT_SIZE + 2 < VALUE_SIZE; i++) {
		char address[ADDRESS_TEXT_SIZE];
		used += (size_t)sprintf(text + used, "%s%s", used > 0 ? " " : "", address_write(&addresses[i], address));
	}
	return used;
}

static void note_hosts(struct explanation *explanation, const struct rehearsal_step *step)
{
	const char *path = explanation->config->hosts_path;
	char value[VALUE_SIZE], entry[VALUE_SIZE] = "";

	if (path == NULL)
		return;
	if (step->host != NULL) {
		struct address literal;
		const bool is_reverse = lookup_literal(step->text, &literal);
		add_addresses(entry, 0, step->host->addresses, is_reverse ? 0 : step->host->address_count);
		snprintf(value, sizeof(value), "%s in %s", is_reverse ? step->host->name : entry, path);
	} else {
		snprintf(value, sizeof(value), "no entry in %s", path);
	}
	steps_add(&explanation->steps, "hosts", step->text, NULL, value, origin_of(explanation, ORIGIN_HOSTS, 0, 0));
}

static void note_alias(struct explanation *explanation, const struct rehearsal_step *step)
{
	const struct step *row = steps_add(&explanation->steps, "alias", step->text, NULL, NULL, "HOSTALIASES");
	if (row != NULL && row->name != NULL)
		explanation->subject = row->name;
}

static void note_name(struct explanation *explanation, const struct rehearsal_step *step)
{
	const bool is_as_given = strcmp(step->text, explanation->subject) == 0;
	char why[SETTINGS_ORIGIN_SIZE + 64];

	if (step->unasked)
		snprintf(why, sizeof(why), "no host name: never asked for");
	else if (is_as_given)
		snprintf(why, sizeof(why), "as it is; ndots:%u: %s", explanation->config->options.ndots,
			option_origin(explanation, offsetof(struct options, ndots)));
	else
		snprintf(why, sizeof(why), "search: %s", origin_of(explanation, ORIGIN_SEARCH, 0, 0));
	steps_add(&explanation->steps, "try", step->text, NULL, NULL, why);
}

// Both families' questions meet the same fault.
static void note_fault(struct explanation *explanation, const struct rehearsal_step *step)
{
	char pattern[FAULT_PATTERN_SIZE], actions[FAULT_TEXT_SIZE], value[VALUE_SIZE], name[NAME_TEXT_SIZE];
	const size_t index = (size_t)(step->fault - explanation->config->faults);
	const struct name *asked = &step->question->name;

	if (explanation->last_fault == step->fault && name_equal(&explanation->last_name, asked))
		return;
	explanation->last_fault = step->fault;
	explanation->last_name = *asked;
	snprintf(value, sizeof(value), "%s %s", fault_write_pattern(step->fault, pattern),
		fault_write(step->fault, actions));
	steps_add(&explanation->steps, "fault", name_write(asked, name), NULL, value,
		origin_of(explanation, ORIGIN_FAULT, index, 0));
}

static const char *records_of(const struct answer *answer, const struct question *question, char *text)
{
	struct name target;
	size_t used = 0;

	*text = '\0';
	for (size_t i = 0; i < answer->record_count; i++) {
		struct address address;
		if (answer_address(answer, &answer->records[i], &address))
			used = add_addresses(text, used, &address, 1);
	}
	if (used == 0 && answer->outcome == OUTCOME_FOUND)
		snprintf(text, VALUE_SIZE, "%zu record%s", answer->record_count, answer->record_count == 1 ? "" : "s");
	else if (used == 0 && answer_chain_end(answer, question, &target)) {
		char name[NAME_TEXT_SIZE];
		snprintf(text, VALUE_SIZE, "an alias of %s", name_write(&target, name));
	}
	return text;
}

static const char *result_of(const struct answer *answer, const struct question *question, char *text)
{
	switch (answer->outcome) {
	case OUTCOME_FOUND:
	case OUTCOME_UNUSABLE:
		return records_of(answer, question, text);
	case OUTCOME_NO_NAME:
		return "no such name";
	case OUTCOME_NO_DATA:
		return "nothing of this type";
	case OUTCOME_SYSTEM:
		return "libc's own functions";
	default:
		return "no usable answer";
	}
}

static const char *answerer_of(struct explanation *explanation, const struct rehearsal_step *step)
{
	const size_t route = (size_t)(step->route - explanation->config->routes);

	if (step->answer->source == SOURCE_SPECIAL)
		return "RFC 6761";
	if (step->line != NULL) {
		const struct origin origin = {.label = step->line->label, .line = step->line->line};
		return settings_write_origin(explanation->line, &origin, explanation->why);
	}
	return origin_of(explanation, ORIGIN_SERVER, route, 0);
}

static void note_answer(struct explanation *explanation, const struct rehearsal_step *step)
{
	char type[RRTYPE_TEXT_SIZE], text[VALUE_SIZE], value[VALUE_SIZE + RRTYPE_TEXT_SIZE], name[NAME_TEXT_SIZE];
	const char *result = result_of(step->answer, step->question, text);
	const bool is_whole = step->answer->source == SOURCE_SYSTEM || step->answer->source == SOURCE_NONE;
	const struct steps *steps = &explanation->steps;
	const struct step *last = steps->count > 0 ? &steps->list[steps->count - 1] : NULL;

	rrtype_write(step->question->type, type);
	snprintf(value, sizeof(value), "%s%s%s", is_whole ? "" : type, is_whole ? "" : ": ", result);
	// No route's word depends on the type.
	if (is_whole && last != NULL && last->value != NULL && strcmp(last->value, value) == 0)
		return;
	steps_add(&explanation->steps, "answer", name_write(&step->question->name, name), is_whole ? NULL : type, value,
		answerer_of(explanation, step));
}

// The rows of a route stand together: another type for the same servers is theirs too.
static bool add_type(struct explanation *explanation, const struct rehearsal_step *step, const char *type)
{
	bool is_known = false;

	for (size_t i = explanation->steps.count; i-- > 0;) {
		struct step *row = &explanation->steps.list[i];
		char name[NAME_TEXT_SIZE], types[128];
		if (row->route != step->route || strcmp(row->name, name_write(&step->question->name, name)) != 0)
			break;
		is_known = true;
		snprintf(types, sizeof(types), "%s %s", row->types, type);
		char *grown = strdup(types);
		explanation->steps.is_short |= grown == NULL;
		free(row->types);
		row->types = grown;
	}
	return is_known;
}

static void note_servers(struct explanation *explanation, const struct rehearsal_step *step)
{
	const size_t route = (size_t)(step->route - explanation->config->routes);
	char type[RRTYPE_TEXT_SIZE], name[NAME_TEXT_SIZE], server[ADDRESS_TEXT_SIZE];

	explanation->asks = true;
	rrtype_write(step->question->type, type);
	if (add_type(explanation, step, type))
		return;
	name_write(&step->question->name, name);
	for (size_t i = 0; i < step->route->server_count; i++) {
		struct step *row = steps_add(&explanation->steps, i == 0 ? "ask" : "or", name, type,
			address_write_with_port(&step->route->servers[i].address, server),
			origin_of(explanation, ORIGIN_SERVER, route, i));
		if (row != NULL)
			row->route = step->route;
	}
}

static void note_system(struct explanation *explanation, const struct rehearsal_step *step)
{
	(void)step;
	steps_add(&explanation->steps, "ask", NULL, NULL, "libc, for its other services",
		origin_of(explanation, ORIGIN_SERVICES, 0, 0));
}

static void note(struct rehearsal *rehearsal, const struct rehearsal_step *step)
{
	static void (*const notes[])(struct explanation *, const struct rehearsal_step *) = {
		[REHEARSAL_HOSTS] = note_hosts,   [REHEARSAL_ALIAS] = note_alias,   [REHEARSAL_NAME] = note_name,
		[REHEARSAL_FAULT] = note_fault,   [REHEARSAL_ANSWER] = note_answer, [REHEARSAL_SERVERS] = note_servers,
		[REHEARSAL_SYSTEM] = note_system,
	};

	notes[step->kind]((struct explanation *)rehearsal, step);
}

// ---- what stands before and behind ----

static void add_families(struct explanation *explanation, int family)
{
	const struct options *options = &explanation->config->options;

	if (family == AF_UNSPEC && options->no_aaaa)
		steps_add(&explanation->steps, "for", NULL, "A", "A alone: options no-aaaa",
			option_origin(explanation, offsetof(struct options, no_aaaa)));
	else if (family == AF_UNSPEC)
		steps_add(&explanation->steps, "for", NULL, "A AAAA", "A and AAAA", NULL);
	else
		steps_add(&explanation->steps, "for", NULL, family == AF_INET ? "A" : "AAAA",
			family == AF_INET ? "A alone" : "AAAA, else A as mapped addresses",
			family == AF_INET ? "this machine has no IPv6 address" : "this machine has no IPv4 address");
}

static void add_services(struct explanation *explanation)
{
	char text[SHOW_SERVICES_SIZE];

	steps_add(&explanation->steps, "sources", NULL, NULL, show_write_services(&explanation->config->services, text),
		origin_of(explanation, ORIGIN_SERVICES, 0, 0));
}

// How long and how often, where anybody is asked at all.
static void add_manner(struct explanation *explanation)
{
	const struct options *options = &explanation->config->options;
	const unsigned deadline = options_deadline_ms(options);
	char value[VALUE_SIZE];

	if (options->rotate)
		steps_add(&explanation->steps, "order", NULL, NULL, "begins with the next server each time",
			option_origin(explanation, offsetof(struct options, rotate)));
	if (options->use_vc)
		steps_add(&explanation->steps, "by", NULL, NULL, "TCP",
			option_origin(explanation, offsetof(struct options, use_vc)));
	snprintf(value, sizeof(value), "%u ms for all of it", deadline);
	if (options->timeout_ms != 0)
		steps_add(&explanation->steps, "within", NULL, NULL, value,
			option_origin(explanation, offsetof(struct options, timeout_ms)));
	else
		steps_add(&explanation->steps, "within", NULL, NULL, value, "timeout x attempts");
	snprintf(value, sizeof(value), "at most %u s for one of them alone", options->timeout);
	steps_add(&explanation->steps, "waits", NULL, NULL, value,
		option_origin(explanation, offsetof(struct options, timeout)));
	snprintf(value, sizeof(value), "up to %u refusal%s of each", options->attempts, options->attempts == 1 ? "" : "s");
	steps_add(&explanation->steps, "bears", NULL, NULL, value,
		option_origin(explanation, offsetof(struct options, attempts)));
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
	return outcome == OUTCOME_NO_NAME   ? "here: no such name"
	       : outcome == OUTCOME_NO_DATA ? "here: nothing of this type"
	                                    : "here: no usable answer";
}

static void finish(struct explanation *explanation, enum outcome outcome)
{
	steps_add(&explanation->steps, "ends", NULL, NULL, end_of(explanation, outcome), NULL);
	if (explanation->asks)
		add_manner(explanation);
}

// ---- the lookups ----

static struct terms terms_of(struct explanation *explanation)
{
	struct terms terms = terms_of_config(explanation->config);

	terms.rehearsal = &explanation->rehearsal;
	return terms;
}

// As getaddrinfo(3) without hints.
static void explain_host(struct explanation *explanation)
{
	const struct terms terms = terms_of(explanation);
	struct host host = {.source = SOURCE_NOBODY};
	int family = AF_UNSPEC;

	interface_narrow_family(&family);
	add_families(explanation, family);
	add_services(explanation);
	finish(explanation, lookup_host(explanation->resolver, &terms, explanation->subject, (sa_family_t)family,
		LOOKUP_MAPPED, &host));
	host_clear(&host);
}

// As getnameinfo(3); to getaddrinfo(3) an address is its own answer.
static void explain_address(struct explanation *explanation, const struct address *address)
{
	const struct terms terms = terms_of(explanation);
	const struct name name = name_of_address(address);
	struct host host = {.source = SOURCE_NOBODY};
	char text[NAME_TEXT_SIZE];

	steps_add(&explanation->steps, "is", NULL, NULL, "an address: nobody is asked for it", NULL);
	steps_add(&explanation->steps, "for", name_write(&name, text), "PTR", NULL, "PTR, for its name");
	add_services(explanation);
	finish(explanation, lookup_address(explanation->resolver, &terms, address, &host));
	host_clear(&host);
}

// As res_search(3).
static void explain_type(struct explanation *explanation, uint16_t class, uint16_t type)
{
	struct terms terms = terms_of(explanation);
	struct question question;
	struct answer answer;
	char text[RRTYPE_TEXT_SIZE], class_text[RRTYPE_TEXT_SIZE], value[2 * RRTYPE_TEXT_SIZE];

	terms.as_packets = true;
	snprintf(value, sizeof(value), "%s%s%s", class == RRCLASS_IN ? "" : rrclass_write(class, class_text),
		class == RRCLASS_IN ? "" : " ", rrtype_write(type, text));
	steps_add(&explanation->steps, "for", NULL, text, value, NULL);
	finish(explanation, relay_search(explanation->resolver, &terms, explanation->subject, class, type, &question,
		&answer));
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
};

// False without memory.
static bool explain_question(const char *name, const struct question_kind *asked, void *context)
{
	const struct explainer *explainer = context;
	struct explanation explanation = {
		.rehearsal = {.note = note}, .line = explainer->line, .resolver = explainer->resolver, .book = explainer->book,
		.subject = name,
	};

	explain(&explanation, asked->class, asked->type);
	const bool is_whole = !explanation.steps.is_short;
	if (is_whole)
		(explainer->line->query.json ? steps_write_json : steps_write_text)(&explanation.steps, name, explainer->out);
	steps_clear(&explanation.steps);
	return is_whole;
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
	struct config_error error;
	struct origin_book book;
	struct explainer explainer = {.line = line, .book = &book, .out = out};
	bool done = settings_make(line, inherited, &settings, problem);

	origin_book_open(&book);
	if (done) {
		struct environment environment = settings_environment(&settings, inherited);
		environment.origins = &book.origins;
		explainer.resolver = resolver_open(&environment, NULL, &error);
		done = explainer.resolver != NULL || problem_set(problem, EXIT_OWN_ERROR, "%s", error.text);
	}
	if (done)
		done = explain_words(&explainer, words, count) || problem_out_of_memory(problem);
	resolver_close(explainer.resolver);
	origin_book_close(&book);
	settings_clear(&settings);
	return done;
}
