// SPDX-License-Identifier: MIT
#include "shim/command/query/query_host.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include "config/base/address.h"
#include "config/base/error_text.h"
#include "config/config.h"
#include "resolver/address_order.h"
#include "resolver/lookup.h"
#include "resolver/resolver.h"
#include "shim/command/colour.h"
#include "shim/command/command_line.h"
#include "shim/command/escape.h"
#include "shim/command/query/libc_own.h"
#include "shim/command/query/lookup_trace.h"
#include "shim/command/query/query_outcome.h"

#define FIRST_WIDTH 24

static enum outcome outcome_of_eai(int code)
{
	switch (code) {
	case 0:
		return OUTCOME_FOUND;
	case EAI_NONAME:
		return OUTCOME_NO_NAME;
	case EAI_NODATA:
	case EAI_ADDRFAMILY:
		return OUTCOME_NO_DATA;
	case EAI_AGAIN:
		return OUTCOME_TRY_AGAIN;
	case EAI_MEMORY:
	case EAI_SYSTEM:
		return OUTCOME_ERROR;
	default:
		return OUTCOME_NO_RECOVERY;
	}
}

static bool add_node(struct host *host, const struct addrinfo *node)
{
	struct sockaddr_storage storage = {.ss_family = AF_UNSPEC};
	struct address address;

	memcpy(&storage, node->ai_addr, node->ai_addrlen);
	return !address_from_sockaddr(&storage, &address) || host_add_address(host, &address);
}

// A name whose source is libc.
static enum outcome ask_libc(const char *name, struct host *host)
{
	__typeof__(getaddrinfo) *ask = libc_own("getaddrinfo", getaddrinfo);
	struct addrinfo *list = NULL, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_CANONNAME};
	const char *asked = host->name != NULL ? host->name : name;
	int code = ask(asked, NULL, &hints, &list);
	bool is_whole = code != 0 || host_set_name(host, list->ai_canonname != NULL ? list->ai_canonname : asked);

	for (const struct addrinfo *node = list; node != NULL && is_whole; node = node->ai_next)
		is_whole = add_node(host, node);
	if (list != NULL)
		freeaddrinfo(list);
	host->source = SOURCE_SYSTEM;
	host->error = is_whole ? 0 : ENOMEM;
	return is_whole ? outcome_of_eai(code) : OUTCOME_ERROR;
}

enum outcome query_host_find(
	struct resolver *resolver, const struct lookup_context *lookup, const char *name, struct host *host)
{
	struct address literal;

	*host = (struct host){.source = SOURCE_NOBODY};
	if (lookup_literal(name, &literal))
		return host_set_literal(host, name, &literal);
	enum outcome outcome = lookup_host(resolver, lookup, &(struct lookup_request){name, AF_UNSPEC, 0}, host);
	if (outcome == OUTCOME_SYSTEM)
		return ask_libc(name, host);
	if (outcome == OUTCOME_FOUND) {
		address_order_sort(host->addresses, host->address_count);
		host_alteration(host);
	}
	return outcome;
}

static enum outcome ask_libc_back(const struct address *address, struct host *host)
{
	__typeof__(getnameinfo) *ask = libc_own("getnameinfo", getnameinfo);
	struct sockaddr_storage storage;
	socklen_t length = address_to_sockaddr(address, &storage);
	char name[NI_MAXHOST];
	int code = ask((struct sockaddr *)&storage, length, name, sizeof(name), NULL, 0, NI_NAMEREQD);

	host->source = SOURCE_SYSTEM;
	if (code == 0 && host_set_name(host, name))
		return OUTCOME_FOUND;
	host->error = code == 0 ? ENOMEM : 0;
	return code == 0 ? OUTCOME_ERROR : outcome_of_eai(code);
}

// The source of an address: that of the answer for its family, else that of the whole lookup.
static struct lookup_trace_answerer answerer_of(
	const struct lookup_trace *trace, const struct host *host, const struct address *address)
{
	struct lookup_trace_answerer answerer = {.source = host->source};
	const struct lookup_trace_answerer *told = address == NULL ? &trace->last
		: address->family == AF_INET                           ? &trace->ipv4
															   : &trace->ipv6;

	if (told->source != SOURCE_NOBODY && host->source != SOURCE_SYSTEM && host->source != SOURCE_LITERAL)
		return *told;
	return answerer;
}

static void write_one(const char *what, const struct lookup_trace_answerer *answerer, bool is_coloured, FILE *out)
{
	char text[LOOKUP_TRACE_TEXT_SIZE];
	size_t length = strlen(what);

	fputs("  ", out);
	escape_write(what, out);
	fprintf(out, "%*s %s%s%s\n", length < FIRST_WIDTH ? (int)(FIRST_WIDTH - length) : 0, "",
		colour(is_coloured, COLOUR_FAINT), lookup_trace_write_answerer(answerer, text),
		colour(is_coloured, COLOUR_PLAIN));
}

static void write_name(const char *what, const char *name, FILE *out)
{
	fprintf(out, "  %s ", what);
	escape_write(name, out);
	fputc('\n', out);
}

// The question and the outcome.
struct found {
	const char *asked;
	enum outcome outcome;
	const struct host *host;
	struct lookup_trace *trace;
	bool is_reverse;
};

static void write_verdict(const struct found *found, bool is_coloured, FILE *out)
{
	const bool is_good = found->outcome == OUTCOME_FOUND;
	char text[REASONS_TEXT_SIZE];
	const char *reasons = is_good ? NULL : reasons_write(&found->trace->reasons, found->asked, text);

	fputs(colour(is_coloured, COLOUR_NAME), out);
	escape_write(found->asked, out);
	fprintf(out, "%s: %s%s%s", colour(is_coloured, COLOUR_PLAIN),
		colour(is_coloured, is_good ? COLOUR_GOOD : COLOUR_BAD), query_outcome_word(found->outcome),
		colour(is_coloured, COLOUR_PLAIN));
	if (reasons != NULL)
		fprintf(out, ": %s", reasons);
	else if (found->host->error != 0)
		fprintf(out, ": %s", error_text(found->host->error));
	fprintf(out, ", %.2f ms\n", (double)(found->trace->ended - found->trace->begun) / 1000);
}

// The reason why the other address family has no addresses.
static void write_lost(const struct found *found, bool is_coloured, FILE *out)
{
	char text[REASONS_TEXT_SIZE];
	const char *reasons = reasons_write(&found->trace->reasons, found->asked, text);
	const char *type = found->trace->ipv4_lost ? "A" : found->trace->ipv6_lost ? "AAAA" : NULL;

	if (type != NULL && reasons != NULL)
		fprintf(out, "  %sno usable answer%s for %s: %s\n", colour(is_coloured, COLOUR_BAD),
			colour(is_coloured, COLOUR_PLAIN), type, reasons);
}

static void write_text(const struct found *found, const struct query_options *options, FILE *out)
{
	char text[ADDRESS_TEXT_SIZE];
	const struct host *host = found->host;

	lookup_trace_write(found->trace, out);
	write_verdict(found, options->is_coloured, out);
	if (found->outcome != OUTCOME_FOUND)
		return;
	struct lookup_trace_answerer answerer = answerer_of(found->trace, host, NULL);
	if (found->is_reverse)
		write_one(host->name, &answerer, options->is_coloured, out);
	else if (strcmp(host->name, found->asked) != 0)
		write_name("canonical name", host->name, out);
	for (size_t i = 0; i < host->alias_count; i++)
		write_name("alias", host->aliases[i], out);
	for (size_t i = 0; i < host->address_count && !found->is_reverse; i++) {
		answerer = answerer_of(found->trace, host, &host->addresses[i]);
		write_one(address_write(&host->addresses[i], text), &answerer, options->is_coloured, out);
	}
	write_lost(found, options->is_coloured, out);
}

static void write_addresses_json(const struct found *found, struct json *json)
{
	const struct host *host = found->host;
	char text[ADDRESS_TEXT_SIZE];

	json_begin(json, "addresses", '[');
	for (size_t i = 0; i < host->address_count && !found->is_reverse; i++) {
		struct lookup_trace_answerer answerer = answerer_of(found->trace, host, &host->addresses[i]);
		json_begin(json, NULL, '{');
		json_text(json, "address", address_write(&host->addresses[i], text));
		lookup_trace_write_answerer_json(&answerer, json);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void write_json(const struct found *found, FILE *out)
{
	char reasons[REASONS_TEXT_SIZE];
	const struct host *host = found->host;
	struct json json = {.out = out, .is_first = true};
	struct lookup_trace_answerer answerer = answerer_of(found->trace, host, NULL);

	json_begin(&json, NULL, '{');
	json_text(&json, found->is_reverse ? "address" : "name", found->asked);
	json_text(&json, "outcome", query_outcome_word(found->outcome));
	json_text(&json, "error", host->error != 0 ? error_text(host->error) : NULL);
	if (found->outcome == OUTCOME_FOUND)
		json_text(&json, "lost", found->trace->ipv4_lost ? "A" : found->trace->ipv6_lost ? "AAAA" : NULL);
	if (found->outcome != OUTCOME_FOUND || found->trace->ipv4_lost || found->trace->ipv6_lost)
		json_text(&json, "reason", reasons_write(&found->trace->reasons, found->asked, reasons));
	json_milliseconds(&json, "milliseconds", found->trace->ended - found->trace->begun);
	json_text(&json, found->is_reverse ? "hostname" : "canonical", host->name);
	if (found->is_reverse)
		lookup_trace_write_answerer_json(&answerer, &json);
	json_begin(&json, "aliases", '[');
	for (size_t i = 0; i < host->alias_count; i++)
		json_text(&json, NULL, host->aliases[i]);
	json_end(&json, ']');
	write_addresses_json(found, &json);
	lookup_trace_write_json(found->trace, &json);
	json_end(&json, '}');
	fputc('\n', out);
}

static int tell(struct found *found, const struct query_options *options, FILE *out)
{
	lookup_trace_end(found->trace);
	if (options->json)
		write_json(found, out);
	else
		write_text(found, options, out);
	return query_outcome_status(found->outcome);
}

int query_host(struct resolver *resolver, const struct query_options *options, const char *name, FILE *out)
{
	struct options room;
	struct lookup_context lookup = query_outcome_context(resolver, options, &room);
	struct host host;
	struct lookup_trace trace;

	lookup_trace_begin(&trace, options, &lookup);
	struct found found = {.asked = name, .host = &host, .trace = &trace};
	found.outcome = query_host_find(resolver, &lookup, name, &host);
	int status = tell(&found, options, out);
	host_clear(&host);
	lookup_trace_clear(&trace);
	return status;
}

int query_host_reverse(struct resolver *resolver, const struct query_options *options, const char *text,
	const struct address *address, FILE *out)
{
	struct options room;
	struct lookup_context lookup = query_outcome_context(resolver, options, &room);
	struct host host = {.source = SOURCE_NOBODY};
	struct lookup_trace trace;

	lookup_trace_begin(&trace, options, &lookup);
	struct found found = {.asked = text, .host = &host, .trace = &trace, .is_reverse = true};
	found.outcome = lookup_address(resolver, &lookup, address, &host);
	if (found.outcome == OUTCOME_SYSTEM)
		found.outcome = ask_libc_back(address, &host);
	int status = tell(&found, options, out);
	host_clear(&host);
	lookup_trace_clear(&trace);
	return status;
}
