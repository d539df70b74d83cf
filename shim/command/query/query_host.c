// SPDX-License-Identifier: MIT
#include "shim/command/query/query_host.h"

#include <string.h>
#include <sys/socket.h>

#include "config/base/address.h"
#include "config/base/error_text.h"
#include "config/config.h"
#include "resolver/address_order.h"
#include "resolver/lookup.h"
#include "shim/command/colour.h"
#include "shim/command/command_line.h"
#include "shim/command/libc_query.h"
#include "shim/command/query/query_lookup.h"
#include "shim/command/query/query_outcome.h"
#include "shim/command/text.h"

#define FIRST_WIDTH 24

static enum outcome find_address(struct query_lookup *lookup, struct host *host)
{
	struct resolver *resolver = lookup->query->resolver;
	struct address literal;
	if (lookup_literal(lookup->asked, &literal))
		return host_set_literal(host, lookup->asked, &literal);
	const struct lookup_request request = {lookup->asked, AF_UNSPEC, 0};
	enum outcome outcome = lookup_host(resolver, &lookup->context, &request, host);
	if (outcome == OUTCOME_SYSTEM)
		return libc_query_host(lookup->asked, host);
	if (outcome == OUTCOME_FOUND) {
		address_order_sort(host->addresses, host->address_count, lookup->context.begun);
		host_alter(host);
	}
	return outcome;
}

static enum outcome find_name(struct query_lookup *lookup, const struct address *address, struct host *host)
{
	const enum outcome outcome = lookup_address(lookup->query->resolver, &lookup->context, address, host);
	return outcome == OUTCOME_SYSTEM ? libc_query_address(address, host) : outcome;
}

void query_host_find(struct query_lookup *lookup, const struct address *address, struct host *host)
{
	*host = (struct host){.source = SOURCE_UNSET};
	enum outcome outcome = address == NULL ? find_address(lookup, host) : find_name(lookup, address, host);
	query_lookup_end(lookup, outcome, host->error);
}

// The question and its result.
struct found {
	struct query_lookup lookup;
	bool is_reverse;
	struct host host;
};

// The source of an address: that of the answer for its family; of the whole lookup if address is NULL.
static struct query_lookup_answerer answerer_of(const struct found *found, const struct address *address)
{
	const struct query_lookup *lookup = &found->lookup;
	const struct query_lookup_answerer *known = address == NULL ? &lookup->last
		: address->family == AF_INET                            ? &lookup->ipv4
																: &lookup->ipv6;
	const enum answer_source source = found->host.source;
	if (known->source != SOURCE_UNSET && source != SOURCE_SYSTEM && source != SOURCE_LITERAL)
		return *known;
	return (struct query_lookup_answerer){.source = source};
}

// An address, or the name of an address, with its source.
static void write_one(const struct found *found, const char *what, const struct address *address)
{
	const struct colours *colours = found->lookup.query->options->colours;
	const struct query_lookup_answerer answerer = answerer_of(found, address);
	char text[QUERY_LOOKUP_TEXT_SIZE];
	size_t length = strlen(what);
	FILE *out = found->lookup.query->out;
	fputs("  ", out);
	text_escape(what, out);
	fprintf(out, "%*s %s%s%s\n", length < FIRST_WIDTH ? (int)(FIRST_WIDTH - length) : 0, "", colours->faint,
		query_lookup_write_answerer(&answerer, text), colours->plain);
}

static void write_name(const char *what, const char *name, FILE *out)
{
	fprintf(out, "  %s ", what);
	text_escape(name, out);
	fputc('\n', out);
}

static void write_outcome(const struct query_lookup *lookup)
{
	const bool is_good = lookup->outcome == OUTCOME_FOUND;
	const struct colours *colours = lookup->query->options->colours;
	const char *reason = is_good ? "" : query_lookup_why(lookup);
	FILE *out = lookup->query->out;
	fputs(colours->name, out);
	text_escape(lookup->asked, out);
	fprintf(out, "%s: %s%s%s%s%s, %.2f ms\n", colours->plain, is_good ? colours->good : colours->bad,
		query_outcome_word(lookup->outcome), colours->plain, *reason != '\0' ? ": " : "", reason,
		query_lookup_milliseconds(lookup));
}

// The reason why the other address family has no addresses.
static void write_lost(const struct query_lookup *lookup)
{
	const struct colours *colours = lookup->query->options->colours;
	const char *type = query_lookup_unanswered(lookup);
	if (type != NULL && lookup->reasons != NULL)
		fprintf(lookup->query->out, "  %sno usable answer%s for %s: %s\n", colours->bad, colours->plain, type,
			lookup->reasons);
}

static void write_text(const struct found *found)
{
	const struct host *host = &found->host;
	FILE *out = found->lookup.query->out;
	char text[ADDRESS_TEXT_SIZE];
	query_lookup_write(&found->lookup);
	write_outcome(&found->lookup);
	if (found->lookup.outcome != OUTCOME_FOUND)
		return;
	if (found->is_reverse)
		write_one(found, host->name, NULL);
	else if (strcmp(host->name, found->lookup.asked) != 0)
		write_name("canonical name", host->name, out);
	for (size_t i = 0; i < host->alias_count; i++)
		write_name("alias", host->aliases[i], out);
	for (size_t i = 0; i < host->address_count && !found->is_reverse; i++)
		write_one(found, address_write(&host->addresses[i], text), &host->addresses[i]);
	write_lost(&found->lookup);
}

static void write_answerer_json(const struct found *found, const struct address *address, struct json *json)
{
	const struct query_lookup_answerer answerer = answerer_of(found, address);
	query_lookup_write_answerer_json(&answerer, json);
}

static void write_addresses_json(const struct found *found, struct json *json)
{
	const struct host *host = &found->host;
	char text[ADDRESS_TEXT_SIZE];
	json_begin(json, "addresses", '[');
	for (size_t i = 0; i < host->address_count && !found->is_reverse; i++) {
		json_begin(json, NULL, '{');
		json_text(json, "address", address_write(&host->addresses[i], text));
		write_answerer_json(found, &host->addresses[i], json);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void write_json(const struct found *found)
{
	const struct query_lookup *lookup = &found->lookup;
	const struct host *host = &found->host;
	const char *lost = query_lookup_unanswered(lookup);
	struct json json = json_open(lookup->query->out);
	json_text(&json, found->is_reverse ? "address" : "name", lookup->asked);
	json_text(&json, "outcome", query_outcome_word(lookup->outcome));
	json_text(&json, "error", lookup->error != 0 ? error_text(lookup->error) : NULL);
	if (lookup->outcome == OUTCOME_FOUND)
		json_text(&json, "lost", lost);
	if (lookup->outcome != OUTCOME_FOUND || lost != NULL)
		json_text(&json, "reason", lookup->reasons);
	json_milliseconds(&json, "milliseconds", lookup->ended - lookup->begun);
	json_text(&json, found->is_reverse ? "hostname" : "canonical", host->name);
	if (found->is_reverse)
		write_answerer_json(found, NULL, &json);
	json_begin(&json, "aliases", '[');
	for (size_t i = 0; i < host->alias_count; i++)
		json_text(&json, NULL, host->aliases[i]);
	json_end(&json, ']');
	write_addresses_json(found, &json);
	query_lookup_write_json(lookup, &json);
	json_close(&json);
}

static void write_values(const struct found *found)
{
	const struct host *host = &found->host;
	const struct query_lookup *lookup = &found->lookup;
	char text[ADDRESS_TEXT_SIZE];
	FILE *out = lookup->query->out;
	if (lookup->outcome != OUTCOME_FOUND) {
		query_outcome_print_failure(lookup->asked, NULL, lookup->outcome, query_lookup_why(lookup));
		return;
	}
	if (found->is_reverse) {
		text_escape(host->name, out);
		fputc('\n', out);
	}
	for (size_t i = 0; i < host->address_count && !found->is_reverse; i++)
		fprintf(out, "%s\n", address_write(&host->addresses[i], text));
}

int query_host(const struct query *query, const char *asked, const struct address *address)
{
	struct found found = {.is_reverse = address != NULL};
	query_lookup_begin(&found.lookup, query, asked);
	query_host_find(&found.lookup, address, &found.host);
	(query->options->json ? write_json : query->options->is_short ? write_values : write_text)(&found);
	host_clear(&found.host);
	query_lookup_clear(&found.lookup);
	return query_outcome_status(found.lookup.outcome);
}
