// SPDX-License-Identifier: MIT
#include "shim/command/query/views.h"

#include <stdlib.h>
#include <string.h>

#include "config/address.h"
#include "config/array.h"
#include "config/chance.h"
#include "config/config.h"
#include "config/reasons.h"
#include "config/rrtype.h"
#include "config/terms.h"
#include "resolver/dns/host.h"
#include "resolver/dns/listing.h"
#include "resolver/dns/message.h"
#include "resolver/resolver.h"
#include "resolver/search.h"
#include "shim/command/ink.h"
#include "shim/command/json.h"
#include "shim/command/options.h"
#include "shim/command/query/query.h"
#include "shim/command/query/query_host.h"
#include "shim/command/query/query_message.h"
#include "shim/command/shown.h"

#define NUMBERS_MAX 3

// How one of the lookups ended, and why if it failed.
struct verdict {
	enum outcome outcome;
	char reasons[REASONS_TEXT_SIZE];  // "" for none
};

// A record whose data are some numbers and a host's name, and what that host is.
struct member {
	uint16_t numbers[NUMBERS_MAX];
	char name[NAME_TEXT_SIZE + 1];  // with its final dot
	struct verdict verdict;
	struct host host;
};

struct members {
	struct verdict verdict;  // of the question for the records
	struct member *list;
	size_t count;
};

// What one type of record is made of, and what it is called.
struct kind {
	uint16_t type;
	size_t number_count;
	const char *title, *key, *lookup_key;
	const char *numbers[NUMBERS_MAX];
};

static const struct kind mail = {
	RRTYPE_MX, 1, "mail exchangers", "mail_exchangers", "mail_exchangers_lookup", {"preference"},
};
static const struct kind name_servers = {
	RRTYPE_NS, 0, "name servers", "name_servers", "name_servers_lookup", {NULL},
};
static const struct kind services = {
	RRTYPE_SRV, 3, "servers", "servers", "servers_lookup", {"priority", "weight", "port"},
};

static void put_name(const struct name *name, struct member *out)
{
	name_write(name, out->name);
	if (strcmp(out->name, ".") != 0)
		strcat(out->name, ".");
}

static bool read_member(const struct kind *kind, const struct answer *answer, const struct record *record,
	struct member *out)
{
	const uint8_t *data = answer_data(answer, record);
	size_t numbers = 2 * kind->number_count;
	struct name name;

	if (record->type != kind->type || record->data_length < numbers)
		return false;
	if (!name_from_wire(data + numbers, record->data_length - (unsigned)numbers, &name))
		return false;
	for (size_t i = 0; i < kind->number_count; i++)
		out->numbers[i] = (uint16_t)(data[2 * i] << 8 | data[2 * i + 1]);
	put_name(&name, out);
	return true;
}

// The same from its text, "10 mail.example.": libc's messages have no other form here.
static bool read_listed_member(const struct kind *kind, const struct listed_record *record, struct member *out)
{
	const char *text = record->data;
	char *end;
	struct name name;

	if (record->section != LISTING_ANSWER || record->type != kind->type)
		return false;
	for (size_t i = 0; i < kind->number_count; i++, text = end + (*end == ' '))
		out->numbers[i] = (uint16_t)strtoul(text, &end, 10);
	if (!name_read(text, &name))
		return false;
	put_name(&name, out);
	return true;
}

static bool add_member(struct members *members, const struct member *member)
{
	struct member *list = array_grown(members->list, members->count, 1, sizeof(*list));

	if (list == NULL)
		return false;
	members->list = list;
	list[members->count++] = *member;
	return true;
}

// "." says that there is no such service, or no mail (RFC 2782, RFC 7505).
static void drop_denials(struct members *members)
{
	size_t kept = 0;

	for (size_t i = 0; i < members->count; i++)
		if (strcmp(members->list[i].name, ".") != 0)
			members->list[kept++] = members->list[i];
	if (members->count > 0 && kept == 0) {
		members->verdict.outcome = OUTCOME_NO_DATA;
		strcpy(members->verdict.reasons, "the record there says that there is none");
	}
	members->count = kept;
}

// Between these two lies a lookup whose reasons are kept.
static void verdict_begin(struct verdict *verdict, struct reasons *reasons, struct terms *terms)
{
	*verdict = (struct verdict){.outcome = OUTCOME_PASS};
	reasons_begin(reasons);
	terms->observe = reasons_note;
	terms->observer = reasons;
}

static void verdict_end(struct verdict *verdict, const struct reasons *reasons, const char *name, enum outcome outcome)
{
	verdict->outcome = outcome;
	if (outcome == OUTCOME_FOUND || reasons_write(reasons, name, verdict->reasons) == NULL)
		verdict->reasons[0] = '\0';
}

static void find_host(struct resolver *resolver, const struct query_options *options, const char *name,
	struct verdict *verdict, struct host *host)
{
	struct options room;
	struct terms terms = query_terms(resolver, options, &room);
	struct reasons reasons;

	verdict_begin(verdict, &reasons, &terms);
	verdict_end(verdict, &reasons, name, query_host_find(resolver, &terms, name, host));
}

static bool add_members(struct members *members, const struct kind *kind, const struct answer *answer)
{
	for (size_t i = 0; i < answer->record_count; i++) {
		struct member member = {.verdict.outcome = OUTCOME_PASS};

		if (read_member(kind, answer, &answer->records[i], &member) && !add_member(members, &member))
			return false;
	}
	return true;
}

static bool add_listed_members(struct members *members, const struct kind *kind, const uint8_t *bytes, size_t size)
{
	struct listing listing;
	bool is_whole = listing_read(bytes, size, &listing);

	for (size_t i = 0; is_whole && i < listing.record_count; i++) {
		struct member member = {.verdict.outcome = OUTCOME_PASS};

		is_whole = !read_listed_member(kind, &listing.records[i], &member) || add_member(members, &member);
	}
	listing_clear(&listing);
	return is_whole;
}

// A name that the configuration hands to libc.
static enum outcome ask_libc(struct members *members, const struct kind *kind, const char *name)
{
	enum outcome outcome;
	size_t size;
	uint8_t *message = query_message_of_libc(name, RRCLASS_IN, kind->type, &size, &outcome);

	if (message != NULL && !add_listed_members(members, kind, message, size))
		outcome = OUTCOME_ERROR;
	free(message);
	return outcome == OUTCOME_FOUND && members->count == 0 ? OUTCOME_NO_DATA : outcome;
}

static void members_find(struct resolver *resolver, const struct query_options *options, const struct kind *kind,
	const char *name, struct members *out)
{
	struct options room;
	struct terms terms = query_terms(resolver, options, &room);
	struct reasons reasons;
	struct question question;
	struct answer answer;

	*out = (struct members){.count = 0};
	verdict_begin(&out->verdict, &reasons, &terms);
	enum outcome outcome = search_answer(resolver, &terms, name, RRCLASS_IN, &kind->type, 1, &question, &answer);
	if (outcome == OUTCOME_FOUND && !add_members(out, kind, &answer))
		outcome = OUTCOME_ERROR;
	else if (outcome == OUTCOME_SYSTEM)
		outcome = ask_libc(out, kind, name);
	verdict_end(&out->verdict, &reasons, name, outcome);
	answer_clear(&answer);
	drop_denials(out);
}

static void members_find_hosts(struct resolver *resolver, const struct query_options *options, struct members *members)
{
	for (size_t i = 0; i < members->count; i++)
		find_host(resolver, options, members->list[i].name, &members->list[i].verdict, &members->list[i].host);
}

static void members_clear(struct members *members)
{
	for (size_t i = 0; i < members->count; i++)
		host_clear(&members->list[i].host);
	free(members->list);
}

static int compare_members(const void *one, const void *other)
{
	const struct member *first = one, *second = other;

	if (first->numbers[0] != second->numbers[0])
		return first->numbers[0] < second->numbers[0] ? -1 : 1;
	return strcmp(first->name, second->name);
}

static void members_sort(struct members *members)
{
	if (members->count > 1)
		qsort(members->list, members->count, sizeof(*members->list), compare_members);
}

// Writing

static void write_verdict(const struct verdict *verdict, FILE *out)
{
	bool has_reasons = verdict->reasons[0] != '\0';

	if (verdict->outcome != OUTCOME_FOUND)
		fprintf(out, "(%s%s%s)", query_word_of(verdict->outcome), has_reasons ? ": " : "", verdict->reasons);
}

// On a line of its own.
static void write_list_verdict(const struct verdict *verdict, FILE *out)
{
	if (verdict->outcome == OUTCOME_FOUND)
		return;
	fputs("    ", out);
	write_verdict(verdict, out);
	fputc('\n', out);
}

static void write_addresses(const struct host *host, const struct verdict *verdict, FILE *out)
{
	char text[ADDRESS_TEXT_SIZE];

	fputc(' ', out);
	write_verdict(verdict, out);
	for (size_t i = 0; i < host->address_count && verdict->outcome == OUTCOME_FOUND; i++)
		fprintf(out, "%s%s", i > 0 ? " " : "", address_write(&host->addresses[i], text));
}

static void write_members(const struct kind *kind, const struct members *members, FILE *out)
{
	fprintf(out, "  %s\n", kind->title);
	write_list_verdict(&members->verdict, out);
	for (size_t i = 0; i < members->count; i++) {
		const struct member *member = &members->list[i];

		fprintf(out, "    ");
		for (size_t j = 0; j < kind->number_count; j++)
			fprintf(out, "%-5u ", member->numbers[j]);
		fprintf(out, "%s", member->name);
		write_addresses(&member->host, &member->verdict, out);
		fputc('\n', out);
	}
}

static void write_verdict_json(const struct verdict *verdict, struct json *json)
{
	json_text(json, "outcome", query_word_of(verdict->outcome));
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

static void write_member_json(const struct kind *kind, const struct member *member, struct json *json)
{
	json_begin(json, NULL, '{');
	for (size_t i = 0; i < kind->number_count; i++)
		json_number(json, kind->numbers[i], member->numbers[i]);
	json_text(json, "host", member->name);
	write_verdict_json(&member->verdict, json);
	write_addresses_json(&member->host, json);
	json_end(json, '}');
}

static void write_list_json(const struct kind *kind, const struct members *members, struct json *json)
{
	json_begin(json, kind->key, '[');
	for (size_t i = 0; i < members->count; i++)
		write_member_json(kind, &members->list[i], json);
	json_end(json, ']');
}

// The list, and how the question for it ended beside it: "mail_exchangers", "mail_exchangers_lookup".
static void write_members_json(const struct kind *kind, const struct members *members, struct json *json)
{
	json_begin(json, kind->lookup_key, '{');
	write_verdict_json(&members->verdict, json);
	json_end(json, '}');
	write_list_json(kind, members, json);
}

static void write_title(const char *name, const struct query_options *options, FILE *out)
{
	fputs(ink(options->is_coloured, INK_NAME), out);
	shown_write(name, out);
	fprintf(out, "%s\n", ink(options->is_coloured, INK_PLAIN));
}

// The summary

struct summary_view {
	struct verdict verdict;  // of the addresses
	struct host host;
	struct members mail, name_servers;
};

static void write_summary(const char *domain, const struct summary_view *view, const struct query_options *options,
	FILE *out)
{
	char text[ADDRESS_TEXT_SIZE];

	write_title(domain, options, out);
	fprintf(out, "  addresses\n");
	write_list_verdict(&view->verdict, out);
	for (size_t i = 0; i < view->host.address_count; i++)
		fprintf(out, "    %s\n", address_write(&view->host.addresses[i], text));
	write_members(&mail, &view->mail, out);
	write_members(&name_servers, &view->name_servers, out);
}

static void write_summary_json(const char *domain, const struct summary_view *view, FILE *out)
{
	struct json json = {.out = out, .is_first = true};

	json_begin(&json, NULL, '{');
	json_text(&json, "name", domain);
	write_verdict_json(&view->verdict, &json);
	write_addresses_json(&view->host, &json);
	write_members_json(&mail, &view->mail, &json);
	write_members_json(&name_servers, &view->name_servers, &json);
	json_end(&json, '}');
	fputc('\n', out);
}

// Something was found, or else why nothing was.
static int status_of(const struct summary_view *view)
{
	const int all[] = {query_status_of(view->verdict.outcome),
		query_status_of(view->mail.verdict.outcome), query_status_of(view->name_servers.verdict.outcome)};
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

	find_host(resolver, options, domain, &view.verdict, &view.host);
	members_find(resolver, options, &mail, domain, &view.mail);
	members_find(resolver, options, &name_servers, domain, &view.name_servers);
	members_sort(&view.mail);
	members_sort(&view.name_servers);
	members_find_hosts(resolver, options, &view.mail);
	members_find_hosts(resolver, options, &view.name_servers);
	if (options->json)
		write_summary_json(domain, &view, out);
	else
		write_summary(domain, &view, options, out);
	int status = status_of(&view);
	host_clear(&view.host);
	members_clear(&view.mail);
	members_clear(&view.name_servers);
	return status;
}

// The servers of a service

static uint64_t draw_seed(const struct config *config)
{
	uint64_t seed = config->seed;

	if (!config->has_seed && !chance_draw(&seed, sizeof(seed)))
		seed = 0;
	return seed;
}

// RFC 2782: of those of one priority, each is next with a probability that is its share of the weights that are left;
// those without weight stand first, so that a draw of 0 takes them.
static size_t draw_next(const struct members *members, size_t from, size_t end, uint64_t number)
{
	uint64_t sum = 0;

	for (size_t i = from; i < end; i++)
		sum += members->list[i].numbers[1];
	uint64_t lot = number % (sum + 1), running = 0;
	for (size_t i = from; i < end; i++) {
		running += members->list[i].numbers[1];
		if (running >= lot)
			return i;
	}
	return from;
}

static int compare_weights(const void *one, const void *other)
{
	const struct member *first = one, *second = other;

	if (first->numbers[0] != second->numbers[0] || first->numbers[1] == second->numbers[1])
		return compare_members(one, other);
	return first->numbers[1] < second->numbers[1] ? -1 : 1;
}

// Moves one forward; those that it passes keep their order.
static void move_to(struct members *members, size_t from, size_t to)
{
	struct member member = members->list[from];

	memmove(&members->list[to + 1], &members->list[to], (from - to) * sizeof(member));
	members->list[to] = member;
}

static void draw_order(struct members *members, uint64_t seed)
{
	if (members->count == 0)
		return;
	qsort(members->list, members->count, sizeof(*members->list), compare_weights);
	for (size_t at = 0; at < members->count; at++) {
		size_t end = at;

		while (end < members->count && members->list[end].numbers[0] == members->list[at].numbers[0])
			end++;
		seed = chance_next(seed);
		move_to(members, draw_next(members, at, end, seed), at);
	}
}

int view_srv(struct resolver *resolver, const struct query_options *options, const char *name, FILE *out)
{
	struct members members;
	struct json json = {.out = out, .is_first = true};

	members_find(resolver, options, &services, name, &members);
	draw_order(&members, draw_seed(resolver_config(resolver)));
	members_find_hosts(resolver, options, &members);
	if (options->json) {
		json_begin(&json, NULL, '{');
		json_text(&json, "name", name);
		write_members_json(&services, &members, &json);
		json_end(&json, '}');
		fputc('\n', out);
	} else {
		write_title(name, options, out);
		write_members(&services, &members, out);
	}
	int status = query_status_of(members.verdict.outcome);
	members_clear(&members);
	return status;
}
