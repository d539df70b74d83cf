// SPDX-License-Identifier: MIT
#include "shim/command/query/explanation.h"

#include <string.h>

#include "config/base/rrtype.h"
#include "config/base/strbuf.h"
#include "config/config.h"
#include "config/fault.h"
#include "config/fault_text.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/lookup.h"
#include "shim/command/json.h"

#define VALUE_SIZE 2048
#define TEXT_SIZE 2048
#define WHY_COLUMN_MAX 44
#define WORD_WIDTH 7

void explanation_add(struct explanation *explanation, enum step_kind kind, const char *value, const char *why)
{
	rows_add(&explanation->steps, &(struct row){.kind = kind, .value = value, .why = why});
}

const char *explanation_origin(struct explanation *explanation, enum origin_of what, size_t index, size_t element)
{
	return survey_write_origin(explanation->survey, what, index, element, explanation->why);
}

static void note_hosts(struct explanation *explanation, const struct dry_run_step *step)
{
	const char *path = explanation->survey->config->hosts_path;
	char value[VALUE_SIZE], found[VALUE_SIZE];
	struct strbuf list = {.bytes = found, .size = sizeof(found)};
	if (path == NULL)
		return;
	if (step->host != NULL) {
		struct address literal;
		const bool is_reverse = lookup_literal(step->text, &literal);
		for (size_t i = 0; i < step->host->address_count; i++)
			address_append(&step->host->addresses[i], &list);
		snprintf(value, sizeof(value), "%s in %s", is_reverse ? step->host->name : strbuf_end(&list), path);
	} else {
		snprintf(value, sizeof(value), "no entry in %s", path);
	}
	const char *why = explanation_origin(explanation, ORIGIN_HOSTS, 0, 0);
	rows_add(&explanation->steps, &(struct row){STEP_HOSTS, value, why, .name = step->text});
}

static void note_alias(struct explanation *explanation, const struct dry_run_step *step)
{
	const struct row *row =
		rows_add(&explanation->steps, &(struct row){STEP_ALIAS, .why = "HOSTALIASES", .name = step->text});
	if (row != NULL && row->name != NULL)
		explanation->subject = row->name;
}

static void note_name(struct explanation *explanation, const struct dry_run_step *step)
{
	const bool is_as_given = strcmp(step->text, explanation->subject) == 0;
	char why[SETTINGS_ORIGIN_SIZE + 64];
	if (step->is_invalid)
		snprintf(why, sizeof(why), "no host name: never asked for");
	else if (is_as_given)
		snprintf(why, sizeof(why), "as it is; ndots:%u: %s", explanation->survey->config->options.ndots,
			explanation_origin(explanation, ORIGIN_OPTION, offsetof(struct options, ndots), 0));
	else
		snprintf(why, sizeof(why), "search: %s", explanation_origin(explanation, ORIGIN_SEARCH, 0, 0));
	rows_add(&explanation->steps, &(struct row){STEP_TRY, .why = why, .name = step->text});
}

static bool has_fault(const struct rows *steps, const char *value, const char *name)
{
	for (size_t i = 0; i < steps->count; i++) {
		const struct row *step = &steps->list[i];
		if (step->kind == STEP_FAULT && step->value != NULL && strcmp(step->value, value) == 0 && step->name != NULL &&
			strcmp(step->name, name) == 0)
			return true;
	}
	return false;
}

// The queries of both families match the same faults, in the hosts file and elsewhere.
static void note_fault(struct explanation *explanation, const struct dry_run_step *step)
{
	char pattern[FAULT_PATTERN_SIZE], actions[FAULT_TEXT_SIZE], value[VALUE_SIZE], name[NAME_TEXT_SIZE];
	const bool is_only = step->fault->is_only;
	const size_t index = is_only ? 0 : (size_t)(step->fault - explanation->survey->config->faults);
	name_write(&step->question->name, name);
	snprintf(value, sizeof(value), "%s %s", fault_text_write_pattern(step->fault, pattern),
		fault_text_write(step->fault, actions));
	if (has_fault(&explanation->steps, value, name))
		return;
	const char *why = explanation_origin(explanation, is_only ? ORIGIN_ONLY : ORIGIN_FAULT, index, 0);
	rows_add(&explanation->steps, &(struct row){STEP_FAULT, value, why, .name = name});
}

static const char *records_of(const struct answer *answer, const struct question *question, char *text)
{
	struct strbuf list = {.bytes = text, .size = VALUE_SIZE};
	struct name room;
	const struct name *target;
	for (size_t i = 0; i < answer->record_count; i++) {
		struct address address;
		if (answer_address(answer, &answer->records[i], &address))
			address_append(&address, &list);
	}
	if (list.used == 0 && answer->outcome == OUTCOME_FOUND)
		snprintf(text, VALUE_SIZE, "%zu record%s", answer->record_count, answer->record_count == 1 ? "" : "s");
	else if (list.used == 0 && (target = answer_chain_end(answer, question, &room)) != NULL) {
		char name[NAME_TEXT_SIZE];
		snprintf(text, VALUE_SIZE, "an alias of %s", name_write(target, name));
	} else {
		strbuf_end(&list);
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

static const char *answerer_of(struct explanation *explanation, const struct dry_run_step *step)
{
	const struct config *config = explanation->survey->config;
	if (step->answer->source == SOURCE_SPECIAL)
		return "RFC 6761";
	if (step->answer->source == SOURCE_RECORDING)
		return explanation_origin(explanation, ORIGIN_RECORDING, 0, 0);
	if (step->line != NULL) {
		const struct origin origin = {.label = step->line->label, .line = step->line->line};
		return settings_write_origin(explanation->survey->line, &origin, explanation->why);
	}
	const struct route *route = config_find_route(config, &step->question->name);
	return explanation_origin(explanation, ORIGIN_SERVER, (size_t)(route - config->routes), 0);
}

static void note_answer(struct explanation *explanation, const struct dry_run_step *step)
{
	char type[RRTYPE_TEXT_SIZE], text[VALUE_SIZE], value[VALUE_SIZE + RRTYPE_TEXT_SIZE + 2], name[NAME_TEXT_SIZE];
	const char *result = result_of(step->answer, step->question, text);
	const bool is_whole = step->answer->source == SOURCE_SYSTEM || step->answer->source == SOURCE_NONE;
	const struct rows *steps = &explanation->steps;
	const struct row *last = steps->count > 0 ? &steps->list[steps->count - 1] : NULL;
	rrtype_write(step->question->type, type);
	snprintf(value, sizeof(value), "%s%s%s", is_whole ? "" : type, is_whole ? "" : ": ", result);
	// The text of a route does not depend on the type.
	if (is_whole && last != NULL && last->value != NULL && strcmp(last->value, value) == 0)
		return;
	rows_add(&explanation->steps,
		&(struct row){STEP_ANSWER, value, answerer_of(explanation, step),
			.name = name_write(&step->question->name, name), .types = is_whole ? NULL : type});
}

// The rows of a route are adjacent: another type for the same servers is added to them.
static bool add_type(struct explanation *explanation, const struct dry_run_step *step, const char *type)
{
	bool is_known = false;
	for (size_t i = explanation->steps.count; i-- > 0;) {
		struct row *row = &explanation->steps.list[i];
		char name[NAME_TEXT_SIZE];
		if (row->route != step->route || strcmp(row->name, name_write(&step->question->name, name)) != 0)
			break;
		is_known = true;
		rows_add_type(&explanation->steps, row, type);
	}
	return is_known;
}

static void note_servers(struct explanation *explanation, const struct dry_run_step *step)
{
	const size_t route = (size_t)(step->route - explanation->survey->config->routes);
	char type[RRTYPE_TEXT_SIZE], name[NAME_TEXT_SIZE], server[ADDRESS_TEXT_SIZE];
	explanation->asks = true;
	rrtype_write(step->question->type, type);
	if (add_type(explanation, step, type))
		return;
	name_write(&step->question->name, name);
	for (size_t i = 0; i < step->route->server_count; i++) {
		const char *why = explanation_origin(explanation, ORIGIN_SERVER, route, i);
		address_write_with_port(&step->route->servers[i].address, server);
		rows_add(&explanation->steps,
			&(struct row){i == 0 ? STEP_ASK : STEP_OR, server, why, .name = name, .types = type, .route = step->route});
	}
}

static void note_system(struct explanation *explanation, const struct dry_run_step *step)
{
	const char *why = explanation_origin(explanation, ORIGIN_SERVICES, 0, 0);
	rows_add(&explanation->steps, &(struct row){STEP_ASK, "libc, for its other services", why, .name = step->text});
}

void explanation_note(struct dry_run *dry_run, const struct dry_run_step *step)
{
	static void (*const notes[])(struct explanation *, const struct dry_run_step *) = {
		[DRY_RUN_HOSTS] = note_hosts,
		[DRY_RUN_ALIAS] = note_alias,
		[DRY_RUN_NAME] = note_name,
		[DRY_RUN_FAULT] = note_fault,
		[DRY_RUN_ANSWER] = note_answer,
		[DRY_RUN_SERVERS] = note_servers,
		[DRY_RUN_SYSTEM] = note_system,
	};
	notes[step->kind]((struct explanation *)dry_run, step);
}

static const char *const words[] = {
	[STEP_IS] = "is",
	[STEP_FOR] = "for",
	[STEP_SOURCES] = "sources",
	[STEP_HOSTS] = "hosts",
	[STEP_ALIAS] = "alias",
	[STEP_TRY] = "try",
	[STEP_FAULT] = "fault",
	[STEP_ANSWER] = "answer",
	[STEP_ASK] = "ask",
	[STEP_OR] = "or",
	[STEP_ENDS] = "ends",
	[STEP_ORDER] = "order",
	[STEP_BY] = "by",
	[STEP_WITHIN] = "within",
	[STEP_WAITS] = "waits",
	[STEP_ALLOWS] = "allows",
};

static const char *escaped(const char *text, char *room)
{
	struct strbuf line = {.bytes = room, .size = TEXT_SIZE};
	strbuf_add_escaped(&line, text != NULL ? text : "", ESCAPE_TEXT, TEXT_SIZE - 1);
	return strbuf_end(&line);
}

static const char *shown(const struct row *step, char *room)
{
	return escaped(step->value != NULL ? step->value : step->name, room);
}

static int width_of(const struct row *step)
{
	char room[TEXT_SIZE];
	return step->why != NULL ? (int)strlen(shown(step, room)) : 0;
}

void explanation_write_text(const struct rows *steps, const char *subject, FILE *out)
{
	const int column = rows_column(steps, width_of, WHY_COLUMN_MAX);
	char room[TEXT_SIZE];
	fprintf(out, "%s\n", escaped(subject, room));
	for (size_t i = 0; i < steps->count; i++) {
		const struct row *step = &steps->list[i];
		fprintf(out, "  %-*s %-*s", WORD_WIDTH, words[step->kind], step->why != NULL ? column : 0, shown(step, room));
		if (step->why != NULL)
			fprintf(out, "  %s", escaped(step->why, room));
		putc('\n', out);
	}
}

// JSON keeps the former word of STEP_ALLOWS, for scripts that use it.
void explanation_write_json(const struct rows *steps, const char *subject, FILE *out)
{
	struct json json = json_open(out);
	json_text(&json, "name", subject);
	json_begin(&json, "steps", '[');
	for (size_t i = 0; i < steps->count; i++) {
		const struct row *step = &steps->list[i];
		json_begin(&json, NULL, '{');
		json_text(&json, "step", step->kind == STEP_ALLOWS ? "bears" : words[step->kind]);
		json_text(&json, "name", step->name);
		json_text(&json, "types", step->types);
		json_text(&json, "value", step->value);
		json_text(&json, "why", step->why);
		json_end(&json, '}');
	}
	json_end(&json, ']');
	json_close(&json);
}
