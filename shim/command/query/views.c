// SPDX-License-Identifier: MIT
#include "shim/command/query/views.h"

#include "config/base/address.h"
#include "resolver/resolver.h"
#include "shim/command/colour.h"
#include "shim/command/command_line.h"
#include "shim/command/escape.h"
#include "shim/command/json.h"
#include "shim/command/query/query_outcome.h"
#include "shim/command/query/targets.h"

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
	escape_write(name, query->out);
	fprintf(query->out, "%s\n", colours->plain);
}

struct summary {
	struct targets_result result;  // of the addresses
	struct host host;
	struct targets mail, name_servers;
};

static void write_summary(const struct query *query, const char *domain, const struct summary *summary)
{
	char text[ADDRESS_TEXT_SIZE];
	write_title(query, domain);
	fprintf(query->out, "  addresses\n");
	write_list_failure(&summary->result, query->out);
	for (size_t i = 0; i < summary->host.address_count; i++)
		fprintf(query->out, "    %s\n", address_write(&summary->host.addresses[i], text));
	write_targets(&targets_mail, &summary->mail, query->out);
	write_targets(&targets_name_servers, &summary->name_servers, query->out);
}

static void write_summary_json(const struct query *query, const char *domain, const struct summary *summary)
{
	struct json json = json_open(query->out);
	json_text(&json, "name", domain);
	write_result_json(&summary->result, &json);
	write_addresses_json(&summary->host, &json);
	write_targets_json(&targets_mail, &summary->mail, &json);
	write_targets_json(&targets_name_servers, &summary->name_servers, &json);
	json_close(&json);
}

// Found if any lookup found something, else the largest.
static int status_of(const struct summary *summary)
{
	const enum query_status all[] = {query_outcome_status(summary->result.outcome),
		query_outcome_status(summary->mail.result.outcome), query_outcome_status(summary->name_servers.result.outcome)};
	enum query_status largest = QUERY_FOUND;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i] == QUERY_FOUND)
			return QUERY_FOUND;
		largest = all[i] > largest ? all[i] : largest;
	}
	return largest;
}

static void find_sorted(
	const struct query *query, const struct targets_kind *kind, const char *domain, struct targets *out)
{
	targets_find(query, kind, domain, out);
	targets_sort(out);
	targets_find_hosts(query, out);
}

int view_summary(const struct query *query, const char *domain)
{
	struct summary summary;
	targets_find_host(query, domain, &summary.result, &summary.host);
	find_sorted(query, &targets_mail, domain, &summary.mail);
	find_sorted(query, &targets_name_servers, domain, &summary.name_servers);
	(query->options->json ? write_summary_json : write_summary)(query, domain, &summary);
	int status = status_of(&summary);
	host_clear(&summary.host);
	targets_clear(&summary.mail);
	targets_clear(&summary.name_servers);
	return status;
}

int view_srv(const struct query *query, const char *name)
{
	struct targets targets;
	targets_find(query, &targets_services, name, &targets);
	targets_draw_order(&targets, resolver_config(query->resolver));
	targets_find_hosts(query, &targets);
	if (query->options->json) {
		struct json json = json_open(query->out);
		json_text(&json, "name", name);
		write_targets_json(&targets_services, &targets, &json);
		json_close(&json);
	} else {
		write_title(query, name);
		write_targets(&targets_services, &targets, query->out);
	}
	int status = query_outcome_status(targets.result.outcome);
	targets_clear(&targets);
	return status;
}
