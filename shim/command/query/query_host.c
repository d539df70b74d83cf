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
#include "shim/command/escape.h"
#include "shim/command/libc_query.h"
#include "shim/command/query/lookup_trace.h"
#include "shim/command/query/query_outcome.h"

#define FIRST_WIDTH 24

enum outcome query_host_find(
	struct resolver *resolver, const struct lookup_context *lookup, const char *name, struct host *host)
{
	struct address literal;
	*host = (struct host){.source = SOURCE_UNSET};
	if (lookup_literal(name, &literal))
		return host_set_literal(host, name, &literal);
	enum outcome outcome = lookup_host(resolver, lookup, &(struct lookup_request){name, AF_UNSPEC, 0}, host);
	if (outcome == OUTCOME_SYSTEM)
		return libc_query_host(name, host);
	if (outcome == OUTCOME_FOUND) {
		address_order_sort(host->addresses, host->address_count);
		host_alter(host);
	}
	return outcome;
}

static enum outcome find_name(
	struct resolver *resolver, const struct lookup_context *lookup, const struct address *address, struct host *host)
{
	*host = (struct host){.source = SOURCE_UNSET};
	const enum outcome outcome = lookup_address(resolver, lookup, address, host);
	return outcome == OUTCOME_SYSTEM ? libc_query_address(address, host) : outcome;
}

// The question and its result.
struct found {
	const struct query *query;
	const char *asked;
	bool is_reverse;
	enum outcome outcome;
	struct host host;
	struct lookup_trace trace;
};

// The source of an address: that of the answer for its family; of the whole lookup if address is NULL.
static struct lookup_trace_answerer answerer_of(const struct found *found, const struct address *address)
{
	const struct lookup_trace *trace = &found->trace;
	const struct lookup_trace_answerer *known = address == NULL ? &trace->last
		: address->family == AF_INET                            ? &trace->ipv4
																: &trace->ipv6;
	const enum answer_source source = found->host.source;
	if (known->source != SOURCE_UNSET && source != SOURCE_SYSTEM && source != SOURCE_LITERAL)
		return *known;
	return (struct lookup_trace_answerer){.source = source};
}

// An address, or the name of an address, with its source.
static void write_one(const struct found *found, const char *what, const struct address *address)
{
	const struct colours *colours = found->query->options->colours;
	const struct lookup_trace_answerer answerer = answerer_of(found, address);
	char text[LOOKUP_TRACE_TEXT_SIZE];
	size_t length = strlen(what);
	FILE *out = found->query->out;
	fputs("  ", out);
	escape_write(what, out);
	fprintf(out, "%*s %s%s%s\n", length < FIRST_WIDTH ? (int)(FIRST_WIDTH - length) : 0, "", colours->faint,
		lookup_trace_write_answerer(&answerer, text), colours->plain);
}

static void write_name(const char *what, const char *name, FILE *out)
{
	fprintf(out, "  %s ", what);
	escape_write(name, out);
	fputc('\n', out);
}

// The reason of a failure; "" if it is unknown.
static const char *why(const struct found *found, char *text)
{
	const char *reasons = reasons_write(&found->trace.reasons, found->asked, text);
	if (reasons != NULL)
		return reasons;
	return found->host.error != 0 ? error_text(found->host.error) : "";
}

static void write_outcome(const struct found *found)
{
	const bool is_good = found->outcome == OUTCOME_FOUND;
	const struct colours *colours = found->query->options->colours;
	char text[REASONS_TEXT_SIZE];
	const char *reason = is_good ? "" : why(found, text);
	FILE *out = found->query->out;
	fputs(colours->name, out);
	escape_write(found->asked, out);
	fprintf(out, "%s: %s%s%s%s%s, %.2f ms\n", colours->plain, is_good ? colours->good : colours->bad,
		query_outcome_word(found->outcome), colours->plain, *reason != '\0' ? ": " : "", reason,
		lookup_trace_milliseconds(&found->trace));
}

// The reason why the other address family has no addresses.
static void write_lost(const struct found *found)
{
	const struct colours *colours = found->query->options->colours;
	char text[REASONS_TEXT_SIZE];
	const char *reasons = reasons_write(&found->trace.reasons, found->asked, text);
	const char *type = lookup_trace_unanswered(&found->trace);
	if (type != NULL && reasons != NULL)
		fprintf(found->query->out, "  %sno usable answer%s for %s: %s\n", colours->bad, colours->plain, type, reasons);
}

static void write_text(const struct found *found)
{
	const struct host *host = &found->host;
	FILE *out = found->query->out;
	char text[ADDRESS_TEXT_SIZE];
	lookup_trace_write(&found->trace, out);
	write_outcome(found);
	if (found->outcome != OUTCOME_FOUND)
		return;
	if (found->is_reverse)
		write_one(found, host->name, NULL);
	else if (strcmp(host->name, found->asked) != 0)
		write_name("canonical name", host->name, out);
	for (size_t i = 0; i < host->alias_count; i++)
		write_name("alias", host->aliases[i], out);
	for (size_t i = 0; i < host->address_count && !found->is_reverse; i++)
		write_one(found, address_write(&host->addresses[i], text), &host->addresses[i]);
	write_lost(found);
}

static void write_answerer_json(const struct found *found, const struct address *address, struct json *json)
{
	const struct lookup_trace_answerer answerer = answerer_of(found, address);
	lookup_trace_write_answerer_json(&answerer, json);
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
	const struct host *host = &found->host;
	const char *lost = lookup_trace_unanswered(&found->trace);
	struct json json = json_open(found->query->out);
	char reasons[REASONS_TEXT_SIZE];
	json_text(&json, found->is_reverse ? "address" : "name", found->asked);
	json_text(&json, "outcome", query_outcome_word(found->outcome));
	json_text(&json, "error", host->error != 0 ? error_text(host->error) : NULL);
	if (found->outcome == OUTCOME_FOUND)
		json_text(&json, "lost", lost);
	if (found->outcome != OUTCOME_FOUND || lost != NULL)
		json_text(&json, "reason", reasons_write(&found->trace.reasons, found->asked, reasons));
	json_milliseconds(&json, "milliseconds", found->trace.ended - found->trace.begun);
	json_text(&json, found->is_reverse ? "hostname" : "canonical", host->name);
	if (found->is_reverse)
		write_answerer_json(found, NULL, &json);
	json_begin(&json, "aliases", '[');
	for (size_t i = 0; i < host->alias_count; i++)
		json_text(&json, NULL, host->aliases[i]);
	json_end(&json, ']');
	write_addresses_json(found, &json);
	lookup_trace_write_json(&found->trace, &json);
	json_close(&json);
}

static void write_values(const struct found *found)
{
	const struct host *host = &found->host;
	char text[ADDRESS_TEXT_SIZE], reasons[REASONS_TEXT_SIZE];
	FILE *out = found->query->out;
	if (found->outcome != OUTCOME_FOUND) {
		query_outcome_print_failure(found->asked, NULL, found->outcome, why(found, reasons));
		return;
	}
	if (found->is_reverse) {
		escape_write(host->name, out);
		fputc('\n', out);
	}
	for (size_t i = 0; i < host->address_count && !found->is_reverse; i++)
		fprintf(out, "%s\n", address_write(&host->addresses[i], text));
}

int query_host(const struct query *query, const char *asked, const struct address *address)
{
	struct found found = {.query = query, .asked = asked, .is_reverse = address != NULL};
	struct options room;
	struct lookup_context lookup = query_outcome_context(query, &room);
	lookup_trace_begin(&found.trace, query->options, &lookup);
	if (address == NULL)
		found.outcome = query_host_find(query->resolver, &lookup, asked, &found.host);
	else
		found.outcome = find_name(query->resolver, &lookup, address, &found.host);
	lookup_trace_end(&found.trace);
	(query->options->json ? write_json : query->options->is_short ? write_values : write_text)(&found);
	host_clear(&found.host);
	lookup_trace_clear(&found.trace);
	return query_outcome_status(found.outcome);
}
