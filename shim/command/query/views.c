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

static void write_verdict(const struct targets_verdict *verdict, FILE *out)
{
	bool has_reasons = verdict->reasons[0] != '\0';

	if (verdict->outcome != OUTCOME_FOUND)
		fprintf(out, "(%s%s%s)", query_outcome_word(verdict->outcome), has_reasons ? ": " : "", verdict->reasons);
}

// On a line of its own.
static void write_list_verdict(const struct targets_verdict *verdict, FILE *out)
{
	if (verdict->outcome == OUTCOME_FOUND)
		return;
	fputs("    ", out);
	write_verdict(verdict, out);
	fputc('\n', out);
}

static void write_addresses(const struct host *host, const struct targets_verdict *verdict, FILE *out)
{
	char text[ADDRESS_TEXT_SIZE];

	fputc(' ', out);
	write_verdict(verdict, out);
	for (size_t i = 0; i < host->address_count && verdict->outcome == OUTCOME_FOUND; i++)
		fprintf(out, "%s%s", i > 0 ? " " : "", address_write(&host->addresses[i], text));
}

static void write_members(const struct targets_kind *kind, const struct targets *targets, FILE *out)
{
	fprintf(out, "  %s\n", kind->title);
	write_list_verdict(&targets->verdict, out);
	for (size_t i = 0; i < targets->count; i++) {
		const struct member *member = &targets->list[i];

		fprintf(out, "    ");
		for (size_t j = 0; j < kind->number_count; j++)
			fprintf(out, "%-5u ", member->numbers[j]);
		fprintf(out, "%s", member->name);
		write_addresses(&member->host, &member->verdict, out);
		fputc('\n', out);
	}
}

static void write_verdict_json(const struct targets_verdict *verdict, struct json *json)
{
	json_text(json, "outcome", query_outcome_word(verdict->outcome));
	json_text(json, "reason", verdict->reasons[0] != '\0' ? verdict->reasons : NULL);
}

static void write_addresses_json(const struct host *host, struct json *json)
{
	char text[ADDRESS_TEXT_SIZE];

	json_begin(json, "addresses", '[');
	for (size_t i = 0; i < host->address_count; i++)
		json_text(json, NULL, address_write(&host->addresses[i], text));
	json_end(json, ']');
}

static void write_member_json(const struct targets_kind *kind, const struct member *member, struct json *json)
{
	json_begin(json, NULL, '{');
	for (size_t i = 0; i < kind->number_count; i++)
		json_number(json, kind->numbers[i], member->numbers[i]);
	json_text(json, "host", member->name);
	write_verdict_json(&member->verdict, json);
	write_addresses_json(&member->host, json);
	json_end(json, '}');
}

static void write_list_json(const struct targets_kind *kind, const struct targets *targets, struct json *json)
{
	json_begin(json, kind->key, '[');
	for (size_t i = 0; i < targets->count; i++)
		write_member_json(kind, &targets->list[i], json);
	json_end(json, ']');
}

// The list and the outcome of its lookup: "mail_exchangers", "mail_exchangers_lookup".
static void write_members_json(const struct targets_kind *kind, const struct targets *targets, struct json *json)
{
	json_begin(json, kind->lookup_key, '{');
	write_verdict_json(&targets->verdict, json);
	json_end(json, '}');
	write_list_json(kind, targets, json);
}

static void write_title(const char *name, const struct query_options *options, FILE *out)
{
	fputs(colour(options->is_coloured, COLOUR_NAME), out);
	escape_write(name, out);
	fprintf(out, "%s\n", colour(options->is_coloured, COLOUR_PLAIN));
}

struct summary_view {
	struct targets_verdict verdict;  // of the addresses
	struct host host;
	struct targets mail, name_servers;
};

static void write_summary(
	const char *domain, const struct summary_view *view, const struct query_options *options, FILE *out)
{
	char text[ADDRESS_TEXT_SIZE];

	write_title(domain, options, out);
	fprintf(out, "  addresses\n");
	write_list_verdict(&view->verdict, out);
	for (size_t i = 0; i < view->host.address_count; i++)
		fprintf(out, "    %s\n", address_write(&view->host.addresses[i], text));
	write_members(&targets_mail, &view->mail, out);
	write_members(&targets_name_servers, &view->name_servers, out);
}

static void write_summary_json(const char *domain, const struct summary_view *view, FILE *out)
{
	struct json json = {.out = out, .is_first = true};

	json_begin(&json, NULL, '{');
	json_text(&json, "name", domain);
	write_verdict_json(&view->verdict, &json);
	write_addresses_json(&view->host, &json);
	write_members_json(&targets_mail, &view->mail, &json);
	write_members_json(&targets_name_servers, &view->name_servers, &json);
	json_end(&json, '}');
	fputc('\n', out);
}

// The status: found if any lookup found something, else the worst.
static int status_of(const struct summary_view *view)
{
	const int all[] = {query_outcome_status(view->verdict.outcome), query_outcome_status(view->mail.verdict.outcome),
		query_outcome_status(view->name_servers.verdict.outcome)};
	int worst = QUERY_FOUND;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i] == QUERY_FOUND)
			return QUERY_FOUND;
		worst = all[i] > worst ? all[i] : worst;
	}
	return worst;
}

int view_summary(struct resolver *resolver, const struct query_options *options, const char *domain, FILE *out)
{
	struct summary_view view;

	targets_find_host(resolver, options, domain, &view.verdict, &view.host);
	targets_find(resolver, options, &targets_mail, domain, &view.mail);
	targets_find(resolver, options, &targets_name_servers, domain, &view.name_servers);
	targets_sort(&view.mail);
	targets_sort(&view.name_servers);
	targets_find_hosts(resolver, options, &view.mail);
	targets_find_hosts(resolver, options, &view.name_servers);
	if (options->json)
		write_summary_json(domain, &view, out);
	else
		write_summary(domain, &view, options, out);
	int status = status_of(&view);
	host_clear(&view.host);
	targets_clear(&view.mail);
	targets_clear(&view.name_servers);
	return status;
}

int view_srv(struct resolver *resolver, const struct query_options *options, const char *name, FILE *out)
{
	struct targets targets;
	struct json json = {.out = out, .is_first = true};

	targets_find(resolver, options, &targets_services, name, &targets);
	targets_draw_order(&targets, resolver_config(resolver));
	targets_find_hosts(resolver, options, &targets);
	if (options->json) {
		json_begin(&json, NULL, '{');
		json_text(&json, "name", name);
		write_members_json(&targets_services, &targets, &json);
		json_end(&json, '}');
		fputc('\n', out);
	} else {
		write_title(name, options, out);
		write_members(&targets_services, &targets, out);
	}
	int status = query_outcome_status(targets.verdict.outcome);
	targets_clear(&targets);
	return status;
}
