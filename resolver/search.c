// SPDX-License-Identifier: MIT
#include "resolver/search.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/compiler.h"
#include "config/config.h"
#include "config/lookup_context.h"
#include "resolver/dry_run.h"
#include "resolver/observe.h"
#include "resolver/resolver.h"
#include "resolver/source/special.h"

static bool has_dots(const char *name, unsigned count)
{
	for (; count > 0 && (name = strchr(name, '.')); count--)
		name++;
	return count == 0;
}

static bool ends_in_dot(const char *name)
{
	size_t length = strlen(name);
	return length > 1 && name[length - 1] == '.';
}

static bool is_negative(enum outcome outcome)
{
	return outcome == OUTCOME_NO_NAME || outcome == OUTCOME_NO_DATA;
}

// The outcome for one name: of those of its questions the one with the highest rank. As in glibc, a negative answer to
// one question does not count if the first question timed out.
static enum outcome combined_outcome(const struct answer *answers, size_t count)
{
	static const uint8_t ranks[] = {[OUTCOME_SYSTEM] = 7,
		[OUTCOME_FOUND] = 6,
		[OUTCOME_ERROR] = 5,
		[OUTCOME_UNUSABLE] = 4,
		[OUTCOME_NO_NAME] = 3,
		[OUTCOME_NO_DATA] = 2,
		[OUTCOME_NO_RECOVERY] = 1};
	enum outcome best = answers[0].outcome;
	const bool is_half_unknown = best == OUTCOME_TRY_AGAIN && answer_has_no_reply(&answers[0]);
	for (size_t i = 1; i < count; i++)
		if (UNLIKELY(ranks[answers[i].outcome] > ranks[best]) && !(is_half_unknown && is_negative(answers[i].outcome)))
			best = answers[i].outcome;
	return best;
}

// Invalid host names are not queried (glibc res_hnok), except for programs that parse messages.
static bool is_allowed_name(const struct search *search, const struct name *name)
{
	return UNLIKELY(search->lookup->as_packets) || UNLIKELY(search->lookup->options->no_check_names) ||
		LIKELY(name_is_hostname(name));
}

static void clear_answers(const struct search *search)
{
	for (size_t i = 0; i < search->count; i++)
		answer_clear(&search->answers[i]);
}

COLD static enum outcome refuse_name(const struct search *search, const char *text, bool is_name)
{
	for (size_t i = 0; i < search->count; i++) {
		search->answers[i] = (struct answer){.outcome = OUTCOME_NO_NAME, .error = is_name ? 0 : EMSGSIZE};
		if (search->lookup->observe)
			observe_no_hostname(search->lookup, text, search->questions[i].type);
	}
	return OUTCOME_NO_NAME;
}

COLD static void note_name(const struct search *search, const char *text, bool is_asked)
{
	dry_run_note(search->lookup, &(struct dry_run_step){.kind = DRY_RUN_NAME, .text = text, .is_invalid = !is_asked});
}

// Asks for the name of the first question, which is text. is_name: it could be read. The answers are empty, except for
// a program that parses messages: it keeps the last reply instead of an invalid name.
static enum outcome try_name(const struct search *search, const char *text, bool is_name)
{
	const struct name *name = &search->questions[0].name;
	const bool is_asked = LIKELY(is_name && is_allowed_name(search, name));
	if (UNLIKELY(search->lookup->dry_run))
		note_name(search, text, is_asked);
	if (UNLIKELY(!is_asked))
		return search->lookup->as_packets ? OUTCOME_NO_RECOVERY : refuse_name(search, text, is_name);
	for (size_t i = 1; i < search->count; i++)
		name_copy(name, &search->questions[i].name);
	resolver_answer(search->resolver, search->lookup, search->questions, search->count, search->answers);
	return combined_outcome(search->answers, search->count);
}

// The same for a name after the first.
static enum outcome try_next_name(const struct search *search, const char *text)
{
	const bool is_name = name_read(text, &search->questions[0].name);
	if (is_name || !search->lookup->as_packets)
		clear_answers(search);
	return try_name(search, text, is_name);
}

// A search domain without a leading dot; "" for the root.
static const char *domain_at(const struct lookup_context *lookup, size_t index)
{
	return lookup->search[index] + (lookup->search[index][0] == '.');
}

// Returns "name.domain", or NULL without memory.
static char *joined(const char *name, const char *domain)
{
	char *text = malloc(strlen(name) + strlen(domain) + sizeof("."));
	if (text)
		stpcpy(stpcpy(stpcpy(text, name), "."), domain);
	return text;
}

static enum outcome try_in_domain(const struct search *search, const char *name, const char *domain)
{
	char *text = joined(name, domain);
	if (!text) {
		clear_answers(search);
		search->answers[0] = (struct answer){.outcome = OUTCOME_ERROR, .error = ENOMEM};
		return OUTCOME_ERROR;
	}
	enum outcome outcome = try_next_name(search, text);
	free(text);
	// In glibc a domain with which the name is too long or malformed ends the search.
	return outcome == OUTCOME_NO_NAME && search->answers[0].error == EMSGSIZE ? OUTCOME_NO_RECOVERY : outcome;
}

static bool has_rcode(const struct search *search, uint16_t rcode)
{
	for (size_t i = 0; i < search->count; i++)
		if (search->answers[i].rcode == rcode)
			return true;
	return false;
}

static bool is_refused(const struct search *search)
{
	return search->answers[0].outcome == OUTCOME_TRY_AGAIN && search->answers[0].error == ECONNREFUSED;
}

// The name is an alias of another host, even if that has no address. The search ends: a host of the same name in
// another domain is a different one. glibc continues.
static bool has_alias(const struct search *search)
{
	for (size_t i = 0; i < search->count; i++)
		if (answer_has_data(&search->answers[i], &search->questions[i].name, RRTYPE_CNAME))
			return true;
	return false;
}

static bool is_final(const struct search *search, enum outcome outcome)
{
	return LIKELY(outcome == OUTCOME_FOUND) || outcome == OUTCOME_UNUSABLE || outcome == OUTCOME_SYSTEM ||
		outcome == OUTCOME_ERROR || has_alias(search);
}

// Returns whether the search list applies to the name (res_search(3): RES_DEFNAMES, RES_DNSRCH).
static bool may_search(const struct options *options, const char *name)
{
	return has_dots(name, 1) ? !options->no_search : !options->no_default_names;
}

// Without a search list (no-search) a short name gets only the default domain, the first one.
static size_t domain_count(const struct lookup_context *lookup, const char *name)
{
	if (!may_search(lookup->options, name))
		return 0;
	return lookup->search_count > 1 && lookup->options->no_search ? 1 : lookup->search_count;
}

// The failures of a search, from which glibc's res_search derives its outcome.
struct failures {
	enum outcome as_is;      // of the name as it is, if it is tried first; else OUTCOME_PASS
	enum outcome last;       // of the last name tried
	bool no_data, servfail;  // of any name with a domain
	bool has_root;           // the root was among the domains tried
};

static enum outcome combined_failure(const struct failures *failures)
{
	if (failures->as_is != OUTCOME_PASS)
		return failures->as_is;
	if (failures->no_data)
		return OUTCOME_NO_DATA;
	return failures->servfail ? OUTCOME_TRY_AGAIN : failures->last;
}

// As glibc, tries the next domain after a negative answer and after SERVFAIL; another failure ends the list, and a
// refused connection the whole search. Returns OUTCOME_PASS if the search is to continue with the name as it is.
static enum outcome try_domains(const struct search *search, const char *name, size_t count, struct failures *failures)
{
	for (size_t i = 0; i < count; i++) {
		const char *domain = domain_at(search->lookup, i);
		const enum outcome outcome = try_in_domain(search, name, domain);
		failures->last = outcome;
		failures->has_root |= !*domain;
		if (is_final(search, outcome))
			return outcome;
		if (is_refused(search))
			return OUTCOME_TRY_AGAIN;
		const bool is_servfail = outcome == OUTCOME_TRY_AGAIN && has_rcode(search, RCODE_SERVFAIL);
		failures->no_data |= outcome == OUTCOME_NO_DATA;
		failures->servfail |= is_servfail;
		if (!is_negative(outcome) && !is_servfail)
			break;
	}
	return OUTCOME_PASS;
}

// Tries the name with the domains, then as it is unless that was tried first.
COLD static enum outcome try_search_list(const struct search *search, const char *name, struct failures *failures)
{
	const size_t domains = domain_count(search->lookup, name);
	const enum outcome outcome = try_domains(search, name, domains, failures);
	if (outcome != OUTCOME_PASS)
		return outcome;
	const bool is_allowed = has_dots(name, 1) || !domains || !search->lookup->options->no_tld_query;
	if (failures->as_is == OUTCOME_PASS && !failures->has_root && is_allowed) {
		failures->last = try_next_name(search, name);
		if (is_final(search, failures->last))
			return failures->last;
	}
	return combined_failure(failures);
}

// Is the name of the first question one to which no domain of the search list is added?
static bool is_whole(const struct search *search)
{
	const struct name *name = &search->questions[0].name;
	if (!name->length)
		return !search->lookup->as_packets;
	return special_is_name(name) || resolver_owns(search->resolver, name);
}

// Tries the names in the order of glibc's res_search: a name with enough dots (ndots) as it is before the domains, else
// after them. name: that of the first question.
static enum outcome search_name(const struct search *search, const char *name)
{
	const bool as_is_first = has_dots(name, search->lookup->options->ndots) || ends_in_dot(name) || is_whole(search);
	struct failures failures = {.as_is = OUTCOME_PASS, .last = OUTCOME_NO_NAME};
	if (as_is_first) {
		failures.as_is = try_name(search, name, search->questions[0].name.length > 0);
		if (LIKELY(is_final(search, failures.as_is)) || ends_in_dot(name) || is_whole(search))
			return failures.as_is;
	}
	return try_search_list(search, name, &failures);
}

// ---- aliases, and libc ----

// Parses "ALIAS NAME".
static bool is_alias_line(char *line, const char *alias, char **name)
{
	char *rest = NULL;
	const char *first = strtok_r(line, " \t\r\n", &rest);
	*name = strtok_r(NULL, " \t\r\n", &rest);
	return first && *name && strcasecmp(first, alias) == 0;
}

COLD static char *find_alias_in(const char *path, const char *alias)
{
	FILE *file = fopen(path, "rce");
	if (!file)
		return NULL;
	char *line = NULL, *name, *found = NULL;
	size_t capacity = 0;
	while (!found && getline(&line, &capacity, file) >= 0)
		if (is_alias_line(line, alias, &name))
			found = strdup(name);
	free(line);
	fclose(file);
	return found;
}

// Returns the name that the alias stands for, allocated; NULL if there is none, and without memory.
static char *find_alias(const char *alias)
{
	const char *path = has_dots(alias, 1) ? NULL : secure_getenv("HOSTALIASES");
	return path ? find_alias_in(path, alias) : NULL;
}

// Returns true without memory.
NOINLINE_LARGE_FRAME static bool is_decided_in(
	const struct resolver *resolver, const struct lookup_context *lookup, const char *text, const char *domain)
{
	struct name name;
	char *whole = joined(text, domain);
	if (!whole)
		return true;
	const bool is_decided = name_read(whole, &name) && resolver_decides(resolver, lookup, &name);
	free(whole);
	return is_decided;
}

// libc searches with the same list unless the user configured another, and also reads HOSTALIASES.
bool search_meets_decided(const struct resolver *resolver, const struct lookup_context *lookup, const char *name)
{
	if (ends_in_dot(name))
		return false;
	char *alias = find_alias(name);
	const bool is_unknown = alias || lookup->config->search_chosen;
	free(alias);
	if (is_unknown && resolver_decides_any(resolver))
		return true;
	for (size_t i = 0; i < lookup->search_count; i++)
		if (is_decided_in(resolver, lookup, name, domain_at(lookup, i)))
			return true;
	return false;
}

const char *search_libc_name(const struct resolver *resolver, const struct lookup_context *lookup, const char *name,
	const struct question *question, char *text)
{
	if (lookup->default_route->servers[0].kind == SERVER_SYSTEM && !search_meets_decided(resolver, lookup, name))
		return name;
	name_write(&question->name, text);
	return ends_in_dot(text) ? text : strcat(text, ".");
}

// As in glibc: for a host lookup, an alias of the alias is followed once, else the target is searched for; for
// res_search the target is used as it is. Frees the alias.
COLD static enum outcome search_alias(const struct search *search, char *alias)
{
	char *second = search->lookup->as_packets ? NULL : find_alias(alias);
	const char *target = second ? second : alias;
	const struct dry_run_step step = {.kind = DRY_RUN_ALIAS, .text = target};
	const bool is_whole = search->lookup->as_packets || second;
	enum outcome outcome = OUTCOME_NO_RECOVERY;
	if (name_read(target, &search->questions[0].name)) {
		dry_run_note(search->lookup, &step);
		outcome = is_whole ? try_name(search, target, true) : search_name(search, target);
	}
	free(second);
	free(alias);
	return outcome;
}

enum outcome search_answer(const struct search *search, const char *name)
{
	for (size_t i = 0; i < search->count; i++)
		search->answers[i] = (struct answer){0};
	char *alias = find_alias(name);
	return alias ? search_alias(search, alias) : search_name(search, name);
}
