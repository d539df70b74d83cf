// SPDX-License-Identifier: MIT
#include "resolver/lookup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/compiler.h"
#include "config/config.h"
#include "config/lookup_context.h"
#include "resolver/dry_run.h"
#include "resolver/fault_injection.h"
#include "resolver/host_answer.h"
#include "resolver/host_services.h"
#include "resolver/observe.h"
#include "resolver/resolver.h"
#include "resolver/search.h"
#include "resolver/source/hosts.h"
#include "resolver/source/special.h"

bool lookup_literal(const char *text, struct address *out)
{
	return UNLIKELY(strchr(text, ':')) ? address_read(text, out) : address_read_ipv4(text, out);
}

// Sets type and class of QUESTIONS_MAX questions, and returns of how many of them, the first ones, a lookup of the
// family consists. With no-aaaa an AF_UNSPEC lookup queries only A; an AF_INET6 lookup queries AAAA and finds nothing.
static size_t set_questions(const struct lookup_context *lookup, sa_family_t family, struct question *questions)
{
	questions[0].type = family == AF_INET6 ? RRTYPE_AAAA : RRTYPE_A;
	questions[1].type = RRTYPE_AAAA;
	questions[0].class = questions[1].class = RRCLASS_IN;
	return family == AF_UNSPEC && !lookup->options->no_aaaa ? 2 : 1;
}

// Returns the answer that determined the combined outcome: its source and error are reported.
static const struct answer *decisive_answer(const struct answer *answers, size_t count, enum outcome outcome)
{
	for (size_t i = 0; i < count; i++)
		if (LIKELY(answers[i].outcome == outcome))
			return &answers[i];
	return &answers[0];
}

COLD enum outcome lookup_set_libc_name(const struct search *search, const char *name, struct host *host)
{
	char text[SEARCH_TEXT_SIZE];
	const char *libc_name = search_libc_name(search->resolver, search->lookup, name, &search->questions[0], text);
	return libc_name == name || host_set_name(host, libc_name) ? OUTCOME_SYSTEM : host_no_memory(host);
}

// Returns whether the hosts file is asked for a name that no service before it has, and ends the search if it has the
// name.
static bool does_file_count(const struct name_services *services)
{
	for (size_t i = 0; i < services->count; i++) {
		if (services->list[i].service == NAME_SERVICE_FILES && services->list[i].ends_on & NAME_STATUS_SUCCESS)
			return true;
		if (services->list[i].ends_on & NAME_STATUS_NOT_FOUND)
			return false;
	}
	return false;
}

// If the hosts file is in use and has name, a special one such as localhost, its entry is complete: the name has no
// addresses of other families. Configured records take precedence.
COLD static enum outcome check_hosts_for_special(
	const struct host_lookup *wanted, const struct name *name, struct host *out)
{
	if (!does_file_count(wanted->services) || resolver_owns(wanted->resolver, name))
		return OUTCOME_PASS;
	const enum outcome outcome = hosts_find(resolver_hosts(wanted->resolver), wanted->name, AF_UNSPEC, false, out);
	if (outcome != OUTCOME_FOUND)
		return outcome == OUTCOME_ERROR ? OUTCOME_ERROR : OUTCOME_PASS;
	host_clear(out);
	return OUTCOME_NO_NAME;
}

static enum outcome ask_dns(const struct host_lookup *wanted, sa_family_t family, struct host *out)
{
	struct question questions[QUESTIONS_MAX];
	struct answer answers[QUESTIONS_MAX];
	const size_t count = set_questions(wanted->lookup, family, questions);
	const bool wants_names = !(wanted->flags & LOOKUP_NO_NAMES);
	const struct search search = {wanted->resolver, wanted->lookup, questions, answers, count};
	struct name *name = &questions[0].name;
	enum outcome outcome = OUTCOME_PASS;
	if (UNLIKELY(!name_read(wanted->name, name)))
		name->length = 0;
	if (special_is_name(name))
		outcome = check_hosts_for_special(wanted, name, out);
	if (outcome != OUTCOME_PASS)
		return outcome;
	if (UNLIKELY(family != AF_UNSPEC) && family != AF_INET && family != AF_INET6) {
		out->error = EAFNOSUPPORT;
		return OUTCOME_NO_DATA;
	}
	outcome = search_answer(&search, wanted->name);
	host_take_source(out, decisive_answer(answers, count, outcome));
	if (outcome == OUTCOME_SYSTEM)
		outcome = lookup_set_libc_name(&search, wanted->name, out);
	for (size_t i = 0; i < count; i++) {
		if (LIKELY(outcome == OUTCOME_FOUND) &&
			UNLIKELY(!host_add_answer(out, &answers[i], &questions[i], wants_names)))
			outcome = host_no_memory(out);
		answer_clear(&answers[i]);
	}
	return outcome;
}

// 0: both families.
static uint16_t type_of(sa_family_t family)
{
	return family == AF_INET ? RRTYPE_A : family == AF_INET6 ? RRTYPE_AAAA : 0;
}

// text: the name or address that was looked up.
COLD static void note_hosts(
	const struct lookup_context *lookup, const char *text, uint16_t type, enum outcome outcome, const struct host *host)
{
	if (lookup->observe)
		observe_hosts(lookup, text, type, outcome, host);
	dry_run_note_hosts(lookup, text, outcome, host);
}

static enum outcome find_in_hosts(const struct host_lookup *wanted, sa_family_t family, struct host *out)
{
	bool is_multi = wanted->lookup->config->host_conf.is_multi;
	enum outcome outcome = hosts_find(resolver_hosts(wanted->resolver), wanted->name, family, is_multi, out);
	if (wanted->lookup->observe || wanted->lookup->dry_run)
		note_hosts(wanted->lookup, wanted->name, type_of(family), outcome, out);
	return outcome;
}

// Looks up the families for which no fault supplies the answer.
COLD static enum outcome ask_hosts_and_faults(const struct host_lookup *wanted, sa_family_t family, struct host *out)
{
	struct question questions[QUESTIONS_MAX];
	const size_t count = set_questions(wanted->lookup, family, questions);
	if (!name_read(wanted->name, &questions[0].name))
		return find_in_hosts(wanted, family, out);
	questions[count - 1].name = questions[0].name;
	const unsigned admitted = fault_injection_hosts_mask(wanted->lookup, questions, count);
	if (!admitted)
		return OUTCOME_NO_NAME;
	const bool is_ipv6 = questions[admitted >> 1].type == RRTYPE_AAAA;
	const sa_family_t found_family = admitted == (1u << count) - 1 ? family : is_ipv6 ? AF_INET6 : AF_INET;
	const enum outcome outcome = find_in_hosts(wanted, found_family, out);
	return outcome == OUTCOME_FOUND ? fault_injection_host(wanted->lookup, questions, count, admitted, out) : outcome;
}

static enum outcome ask_family(
	const struct host_lookup *wanted, enum name_service service, sa_family_t family, struct host *out)
{
	if (service == NAME_SERVICE_DNS)
		return ask_dns(wanted, family, out);
	if (wanted->lookup->fault_injection)
		return ask_hosts_and_faults(wanted, family, out);
	return find_in_hosts(wanted, family, out);
}

// Appends the IPv4 addresses of *host, as IPv4-mapped addresses. Returns false without memory.
static bool add_mapped(struct host *out, const struct host *host)
{
	for (size_t i = 0; i < host->address_count; i++) {
		struct address mapped = address_mapped(&host->addresses[i]);
		if (!host_add_address(out, &mapped))
			return false;
	}
	return true;
}

static void take_name_and_source(struct host *out, struct host *host)
{
	free(out->name);
	out->name = host->name;
	out->source = host->source;
	host->name = NULL;
}

// As glibc: if there are IPv6 addresses, mapped addresses are removed even if the source gave them as IPv6.
static enum outcome drop_mapped(struct host *host)
{
	size_t kept = 0;
	for (size_t i = 0; i < host->address_count; i++)
		if (!address_is_mapped(&host->addresses[i]))
			host->addresses[kept++] = host->addresses[i];
	host->address_count = kept;
	return kept ? OUTCOME_FOUND : OUTCOME_NO_NAME;
}

// Combines the failures of both families as glibc: NO_NAME unless both are NO_DATA or TRY_AGAIN.
static enum outcome both_failed(enum outcome one, enum outcome other)
{
	bool may_exist = (one == OUTCOME_NO_DATA || one == OUTCOME_TRY_AGAIN) &&
		(other == OUTCOME_NO_DATA || other == OUTCOME_TRY_AGAIN);
	if (!may_exist)
		return OUTCOME_NO_NAME;
	return one == OUTCOME_TRY_AGAIN && other == OUTCOME_TRY_AGAIN ? OUTCOME_TRY_AGAIN : OUTCOME_NO_DATA;
}

// Asks a service for IPv6 addresses, then, if needed, for IPv4 ones. The first may use half of the time.
COLD static enum outcome ask_mapped(const struct host_lookup *wanted, enum name_service service, struct host *out)
{
	struct lookup_context ipv6_context = *wanted->lookup;
	ipv6_context.deadline = lookup_context_share(wanted->lookup, 2);
	struct host_lookup ipv6_lookup = *wanted;
	ipv6_lookup.lookup = &ipv6_context;
	enum outcome ipv6 = ask_family(&ipv6_lookup, service, AF_INET6, out);
	if (ipv6 == OUTCOME_FOUND && !(wanted->flags & LOOKUP_ALL))
		return drop_mapped(out);
	if (ipv6 == OUTCOME_SYSTEM || ipv6 == OUTCOME_ERROR)
		return ipv6;
	struct host ipv4_host = {0};
	enum outcome ipv4 = ask_family(wanted, service, AF_INET, &ipv4_host);
	if (ipv4 == OUTCOME_FOUND && !add_mapped(out, &ipv4_host))
		ipv4 = OUTCOME_ERROR;
	if (ipv4 == OUTCOME_ERROR)
		out->error = ipv4_host.error ? ipv4_host.error : ENOMEM;
	else if (ipv4 == OUTCOME_FOUND && ipv6 != OUTCOME_FOUND)
		take_name_and_source(out, &ipv4_host);
	host_clear(&ipv4_host);
	if (ipv4 == OUTCOME_FOUND || ipv4 == OUTCOME_ERROR)
		return ipv4;
	return ipv6 == OUTCOME_FOUND ? ipv6 : both_failed(ipv6, ipv4);
}

// The member ask of a lookup by name.
static enum outcome ask_by_name(const struct host_lookup *wanted, enum name_service service, struct host *out)
{
	if (wanted->family == AF_INET6 && wanted->flags & LOOKUP_MAPPED)
		return ask_mapped(wanted, service, out);
	return ask_family(wanted, service, wanted->family, out);
}

enum outcome lookup_host(struct resolver *resolver, const struct lookup_context *lookup,
	const struct lookup_request *request, struct host *out)
{
	struct injected_lookup room;
	struct host_lookup wanted = {
		.resolver = resolver,
		.lookup = resolver_begin(resolver, lookup, request->name, &room),
		.name = request->name,
		.family = request->family,
		.flags = request->flags,
		.ask = ask_by_name,
	};
	const enum outcome outcome = host_services_ask(&wanted, out);
	if (UNLIKELY(wanted.lookup->fault_injection))
		out->faults_drawn = room.injection.host;
	return outcome;
}

static enum outcome ask_dns_by_address(const struct host_lookup *wanted, struct host *out)
{
	const struct address asked = host_services_dns_address(wanted->address);
	const struct question question = {name_of_address(&asked), RRTYPE_PTR, RRCLASS_IN};
	struct answer answer;
	resolver_answer(wanted->resolver, wanted->lookup, &question, 1, &answer);
	host_take_source(out, &answer);
	enum outcome outcome = host_take_ptr(out, &answer, &question);
	if (outcome == OUTCOME_FOUND && !host_add_address(out, &asked))
		outcome = host_no_memory(out);
	answer_clear(&answer);
	return outcome;
}

static enum outcome ask_hosts_by_address(const struct host_lookup *wanted, struct host *out)
{
	const struct lookup_context *lookup = wanted->lookup;
	const struct question question = {name_of_address(wanted->address), RRTYPE_PTR, RRCLASS_IN};
	char text[ADDRESS_TEXT_SIZE];
	if (lookup->fault_injection && !fault_injection_hosts_mask(lookup, &question, 1))
		return OUTCOME_NO_NAME;
	const enum outcome outcome = hosts_find_address(resolver_hosts(wanted->resolver), wanted->address, out);
	if (lookup->observe || lookup->dry_run)
		note_hosts(lookup, address_write(wanted->address, text), RRTYPE_PTR, outcome, out);
	if (!lookup->fault_injection || outcome != OUTCOME_FOUND)
		return outcome;
	return fault_injection_host(lookup, &question, 1, 1, out);
}

// The member ask of a lookup by address.
static enum outcome ask_by_address(const struct host_lookup *wanted, enum name_service service, struct host *out)
{
	return service == NAME_SERVICE_DNS ? ask_dns_by_address(wanted, out) : ask_hosts_by_address(wanted, out);
}

static void trim_names(const struct host_conf *host_conf, struct host *host)
{
	host_conf_trim(host_conf, host->name);
	for (size_t i = 0; i < host->alias_count; i++)
		host_conf_trim(host_conf, host->aliases[i]);
}

enum outcome lookup_address(
	struct resolver *resolver, const struct lookup_context *lookup, const struct address *address, struct host *out)
{
	struct injected_lookup room;
	struct host_lookup wanted = {
		.resolver = resolver,
		.lookup = resolver_begin(resolver, lookup, NULL, &room),
		.address = address,
		.ask = ask_by_address,
	};
	enum outcome outcome = host_services_ask(&wanted, out);
	if (outcome == OUTCOME_FOUND)
		trim_names(&lookup->config->host_conf, out);
	return outcome;
}

// Returns whether gethostent(3) reads the hosts file. The dns service cannot list entries: it is unavailable, and the
// actions in nsswitch.conf decide whether the next service is asked.
static bool is_listing_files(const struct name_services *services)
{
	bool is_listing = false;
	for (size_t i = 0; i < services->count; i++) {
		is_listing = services->list[i].service == NAME_SERVICE_FILES;
		if (services->list[i].ends_on & (is_listing ? NAME_STATUS_SUCCESS : NAME_STATUS_UNAVAILABLE))
			break;
	}
	return is_listing;
}

// Is one of the names listed, if names are?
static bool has_listed_name(const struct name_lists *lists, const struct host *host)
{
	bool is_listed = lists->count == 0 || name_lists_have(lists, host->name);
	for (size_t i = 0; !is_listed && i < host->alias_count; i++)
		is_listed = name_lists_have(lists, host->aliases[i]);
	return is_listed;
}

enum outcome lookup_entry(
	struct resolver *resolver, const struct lookup_context *lookup, size_t *position, struct host *out)
{
	if (!is_listing_files(lookup->services))
		return OUTCOME_NO_NAME;
	for (;;) {
		const enum outcome outcome = hosts_entry(resolver_hosts(resolver), position, out);
		if (outcome != OUTCOME_FOUND || has_listed_name(&lookup->config->only, out))
			return outcome;
		host_clear(out);
	}
}
