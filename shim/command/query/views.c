// SPDX-License-Identifier: MIT
#include "shim/command/query/views.h"

#include "config/base/address.h"
#include "shim/command/colour.h"
#include "shim/command/command_line.h"
#include "shim/command/json.h"
#include "shim/command/query/query_outcome.h"
#include "shim/command/query/targets.h"
#include "shim/command/text.h"

#define KINDS_MAX 2

// Writes why a lookup found nothing.
static void write_failure(const struct targets_result *result, FILE *out)
{
	bool has_reasons = result->reasons[0] != '\0';
	if (result->outcome != OUTCOME_FOUND)
		fprintf(out, "(%s%s%s)", query_outcome_word(result->outcome), has_reasons ? ": " : "", result->reasons);
}

// On a line of its own.
static void write_list_failure(const struct targets_result *result, FILE *out)
{
	if (result->outcome == OUTCOME_FOUND)
		return;
	fputs("    ", out);
	write_failure(result, out);
	fputc('\n', out);
}

static void write_target(const struct targets_kind *kind, const struct target *target, FILE *out)
{
	char text[ADDRESS_TEXT_SIZE];
	fputs("    ", out);
	for (size_t i = 0; i < kind->number_count; i++)
		fprintf(out, "%-5u ", target->numbers[i]);
	fprintf(out, "%s ", target->name);
	write_failure(&target->result, out);
	for (size_t i = 0; i < target->host.address_count && target->result.outcome == OUTCOME_FOUND; i++)
		fprintf(out, "%s%s", i > 0 ? " " : "", address_write(&target->host.addresses[i], text));
	fputc('\n', out);
}

static void write_targets(const struct targets_kind *kind, const struct targets *targets, FILE *out)
{
	fprintf(out, "  %s\n", kind->title);
	write_list_failure(&targets->result, out);
	for (size_t i = 0; i < targets->count; i++)
		write_target(kind, &targets->list[i], out);
}

static void write_result_json(const struct targets_result *result, struct json *json)
{
	json_text(json, "outcome", query_outcome_word(result->outcome));
	json_text(json, "reason", result->reasons[0] != '\0' ? result->reasons : NULL);
}

static void write_addresses_json(const struct host *host, struct json *json)
{
	char text[ADDRESS_TEXT_SIZE];
	json_begin(json, "addresses", '[');
	for (size_t i = 0; i < host->address_count; i++)
		json_text(json, NULL, address_write(&host->addresses[i], text));
	json_end(json, ']');
}

static void write_target_json(const struct targets_kind *kind, const struct target *target, struct json *json)
{
	json_begin(json, NULL, '{');
	for (size_t i = 0; i < kind->number_count; i++)
		json_number(json, kind->numbers[i], target->numbers[i]);
	json_text(json, "host", target->name);
	write_result_json(&target->result, json);
	write_addresses_json(&target->host, json);
	json_end(json, '}');
}

// The outcome of the lookup and the list: "mail_exchangers_lookup", "mail_exchangers".
static void write_targets_json(const struct targets_kind *kind, const struct targets *targets, struct json *json)
{
	json_begin(json, kind->lookup_key, '{');
	write_result_json(&targets->result, json);
	json_end(json, '}');
	json_begin(json, kind->key, '[');
	for (size_t i = 0; i < targets->count; i++)
		write_target_json(kind, &targets->list[i], json);
	json_end(json, ']');
}

static void write_title(const struct query *query, const char *name)
{
	const struct colours *colours = query->options->colours;
	fputs(colours->name, query->out);
	text_escape(name, query->out);
	fprintf(query->out, "%s\n", colours->plain);
}

// What a view has: the addresses of the name itself, and the hosts of its records.
struct view {
	bool has_host;
	const struct targets_kind *kinds[KINDS_MAX];
	struct targets_result result;  // of the addresses
	struct host host;
	struct targets targets[KINDS_MAX];  // of the kinds
};

static void write_text(const struct query *query, const char *name, const struct view *view)
{
	char text[ADDRESS_TEXT_SIZE];
	write_title(query, name);
	if (view->has_host) {
		fprintf(query->out, "  addresses\n");
		write_list_failure(&view->result, query->out);
	}
	for (size_t i = 0; i < view->host.address_count; i++)
		fprintf(query->out, "    %s\n", address_write(&view->host.addresses[i], text));
	for (size_t i = 0; i < KINDS_MAX && view->kinds[i] != NULL; i++)
		write_targets(view->kinds[i], &view->targets[i], query->out);
}

static void write_json(const struct query *query, const char *name, const struct view *view)
{
	struct json json = json_open(query->out);
	json_text(&json, "name", name);
	if (view->has_host) {
		write_result_json(&view->result, &json);
		write_addresses_json(&view->host, &json);
	}
	for (size_t i = 0; i < KINDS_MAX && view->kinds[i] != NULL; i++)
		write_targets_json(view->kinds[i], &view->targets[i], &json);
	json_close(&json);
}

// Found if any lookup found something, else the largest.
static int status_of(const struct view *view)
{
	const enum outcome first = view->has_host ? view->result.outcome : view->targets[0].result.outcome;
	enum query_status status = query_outcome_status(first);
	for (size_t i = 0; i < KINDS_MAX && view->kinds[i] != NULL; i++) {
		const enum query_status other = query_outcome_status(view->targets[i].result.outcome);
		if (other == QUERY_FOUND || (status != QUERY_FOUND && other > status))
			status = other;
	}
	return status;
}

int view_write(const struct query *query, const char *name)
{
	static const struct view service = {.kinds = {&targets_services}};
	static const struct view summary = {.has_host = true, .kinds = {&targets_mail, &targets_name_servers}};
	struct view view = query->options->view == VIEW_SRV ? service : summary;
	if (view.has_host)
		targets_find_host(query, name, &view.result, &view.host);
	for (size_t i = 0; i < KINDS_MAX && view.kinds[i] != NULL; i++)
		targets_find(query, view.kinds[i], name, &view.targets[i]);
	(query->options->json ? write_json : write_text)(query, name, &view);
	host_clear(&view.host);
	for (size_t i = 0; i < KINDS_MAX; i++)
		targets_clear(&view.targets[i]);
	return status_of(&view);
}
