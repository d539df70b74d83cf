// SPDX-License-Identifier: MIT
#include "resolver/lookup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/lookup_context.h"
#include "config/sync/frame.h"
#include "resolver/dry_run.h"
#include "resolver/fault_injection.h"
#include "resolver/host_answer.h"
#include "resolver/observe.h"
#include "resolver/resolver.h"
#include "resolver/search.h"
#include "resolver/source/hosts.h"
#include "resolver/source/special.h"

#define FAMILIES_MAX 2

bool lookup_literal(const char *text, struct address *out)
{
	if (address_read_ipv4(text, out))
		return true;
	return strchr(text, ':') && address_read(text, out);
}

// With no-aaaa an AF_UNSPEC lookup queries only A; an AF_INET6 lookup queries AAAA and finds nothing.
static size_t types_of(const struct lookup_context *lookup, sa_family_t family, uint16_t *types)
{
	size_t count = 0;
	if (family != AF_INET6)
		types[count++] = RRTYPE_A;
	if (family == AF_INET6 || (family == AF_UNSPEC && !lookup->options->no_aaaa))
		types[count++] = RRTYPE_AAAA;
	return count;
}

// Returns the answer that determined the combined outcome: its source and error are reported.
static const struct answer *decisive_answer(const struct answer *answers, size_t count, enum outcome verdict)
{
	for (size_t i = 0; i < count; i++)
		if (answers[i].outcome == verdict)
			return &answers[i];
	return &answers[0];
}

// One lookup, by name or by address.
struct host_lookup {
	struct resolver *resolver;
	const struct lookup_context *lookup;
	const char *name;
	sa_family_t family;
	unsigned flags;
	const struct address *address;                                                   // lookup by address; NULL: by name
	const struct name_services *services;                                            // services to ask
	bool skips_dns;                                                                  // do not ask the DNS
	enum outcome (*ask[2])(const struct host_lookup *, sa_family_t, struct host *);  // functions by enum name_service
};

NOINLINE_LARGE_FRAME bool lookup_set_libc_name(const struct resolver *resolver, const struct lookup_context *lookup,
	const char *name, const struct question *question, struct host *host)
{
	char text[SEARCH_TEXT_SIZE];
	const char *libc_name = search_libc_name(resolver, lookup, name, question, text);
	host->error = ENOMEM;
	return libc_name == name || host_set_name(host, libc_name);
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

// If the hosts file is in use and has a special name such as localhost, its entry is complete: the name has no
// addresses of other families. Configured records take precedence.
static enum outcome check_hosts_for_special(const struct host_lookup *host_lookup, struct host *out)
{
	struct name name;
	struct host host = {0};
	if (!does_file_count(host_lookup->services) || !name_read(host_lookup->name, &name) || !special_is_name(&name))
		return OUTCOME_PASS;
	if (resolver_owns(host_lookup->resolver, &name))
		return OUTCOME_PASS;
	enum outcome outcome =
		hosts_find(resolver_hosts(host_lookup->resolver), host_lookup->name, AF_UNSPEC, false, &host);
	out->error = host.error;
	host_clear(&host);
	if (outcome == OUTCOME_FOUND)
		return OUTCOME_NO_NAME;
	return outcome == OUTCOME_ERROR ? OUTCOME_ERROR : OUTCOME_PASS;
}

static enum outcome ask_dns(const struct host_lookup *host_lookup, sa_family_t family, struct host *out)
{
	uint16_t types[FAMILIES_MAX];
	struct question questions[FAMILIES_MAX];
	struct answer answers[FAMILIES_MAX];
	size_t count = types_of(host_lookup->lookup, family, types);
	enum outcome outcome = check_hosts_for_special(host_lookup, out);
	if (outcome != OUTCOME_PASS)
		return outcome;
	if (family != AF_INET && family != AF_INET6 && family != AF_UNSPEC) {
		out->error = EAFNOSUPPORT;
		return OUTCOME_NO_DATA;
	}
	outcome = search_answer(
		host_lookup->resolver, host_lookup->lookup, host_lookup->name, RRCLASS_IN, types, count, questions, answers);
	host_take_source(out, decisive_answer(answers, count, outcome));
	if (outcome == OUTCOME_SYSTEM &&
		!lookup_set_libc_name(host_lookup->resolver, host_lookup->lookup, host_lookup->name, &questions[0], out))
		outcome = OUTCOME_ERROR;
	for (size_t i = 0; i < count; i++) {
		if (outcome == OUTCOME_FOUND && !host_add_answer(out, &answers[i], &questions[i])) {
			out->error = ENOMEM;
			outcome = OUTCOME_ERROR;
		}
		answer_clear(&answers[i]);
	}
	return outcome;
}

// 0: both families.
static uint16_t type_of(sa_family_t family)
{
	return family == AF_INET ? RRTYPE_A : family == AF_INET6 ? RRTYPE_AAAA : 0;
}

static void note_hosts(
	const struct lookup_context *lookup, const char *name, enum outcome outcome, const struct host *host)
{
	const struct dry_run_step step = {
		.kind = DRY_RUN_HOSTS,
		.text = name,
		.host = outcome == OUTCOME_FOUND ? host : NULL,
	};
	dry_run_note(lookup, &step);
}

static enum outcome find_in_hosts(const struct host_lookup *host_lookup, sa_family_t family, struct host *out)
{
	bool is_multi = host_lookup->lookup->config->host_conf.is_multi;
	enum outcome outcome = hosts_find(resolver_hosts(host_lookup->resolver), host_lookup->name, family, is_multi, out);
	if (host_lookup->lookup->observe)
		observe_hosts(host_lookup->lookup, host_lookup->name, type_of(family), outcome, out);
	note_hosts(host_lookup->lookup, host_lookup->name, outcome, out);
	return outcome;
}

// Looks up the families for which no fault supplies the answer.
static enum outcome ask_hosts(const struct host_lookup *host_lookup, sa_family_t family, struct host *out)
{
	static const sa_family_t families[] = {[RRTYPE_A] = AF_INET, [RRTYPE_AAAA] = AF_INET6};
	struct faults *faults = resolver_faults(host_lookup->resolver);
	struct name name;
	uint16_t types[FAMILIES_MAX];
	size_t count = types_of(host_lookup->lookup, family, types);
	if (!host_lookup->lookup->fault_injection || !name_read(host_lookup->name, &name))
		return find_in_hosts(host_lookup, family, out);
	unsigned admitted = fault_injection_hosts_mask(faults, host_lookup->lookup, &name, types, count);
	if (!admitted)
		return OUTCOME_NO_NAME;
	if (admitted != (1u << count) - 1)
		family = families[types[admitted >> 1]];
	enum outcome outcome = find_in_hosts(host_lookup, family, out);
	return outcome == OUTCOME_FOUND ? fault_injection_host(faults, host_lookup->lookup, &name, types, count, out)
									: outcome;
}

// Appends the IPv4 addresses of *host, as IPv4-mapped addresses. Returns false without memory.
static bool add_mapped(struct host *out, const struct host *host)
{
	for (size_t i = 0; i < host->address_count; i++) {
		struct address mapped = lookup_mapped(&host->addresses[i]);
		if (!host_add_address(out, &mapped))
			return false;
	}
	return true;
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
static enum outcome ask_mapped(const struct host_lookup *host_lookup, enum name_service service, struct host *out)
{
	struct lookup_context ipv6_context = lookup_context_share(host_lookup->lookup, 2);
	struct host_lookup ipv6_lookup = *host_lookup;
	ipv6_lookup.lookup = &ipv6_context;
	enum outcome ipv6 = host_lookup->ask[service](&ipv6_lookup, AF_INET6, out);
	if (ipv6 == OUTCOME_FOUND && !(host_lookup->flags & LOOKUP_ALL))
		return drop_mapped(out);
	if (ipv6 == OUTCOME_SYSTEM || ipv6 == OUTCOME_ERROR)
		return ipv6;
	struct host ipv4_host = {0};
	enum outcome ipv4 = host_lookup->ask[service](host_lookup, AF_INET, &ipv4_host);
	if (ipv4 == OUTCOME_FOUND && ipv6 != OUTCOME_FOUND && !host_set_name(out, ipv4_host.name))
		ipv4 = OUTCOME_ERROR;
	if (ipv4 == OUTCOME_FOUND && !add_mapped(out, &ipv4_host))
		ipv4 = OUTCOME_ERROR;
	if (ipv4 == OUTCOME_ERROR)
		out->error = ipv4_host.error ? ipv4_host.error : ENOMEM;
	else if (ipv4 == OUTCOME_FOUND && ipv6 != OUTCOME_FOUND)
		out->source = ipv4_host.source;
	host_clear(&ipv4_host);
	if (ipv4 == OUTCOME_FOUND || ipv4 == OUTCOME_ERROR)
		return ipv4;
	return ipv6 == OUTCOME_FOUND ? ipv6 : both_failed(ipv6, ipv4);
}

// Returns whether glibc's dns service counts as unavailable after a failure: if servers sent nothing; not after other
// errors such as a reset TCP connection, not if the last reply was NXDOMAIN, and never in a lookup by address.
static bool is_unavailable(const struct host *host, bool is_reverse)
{
	bool is_silence = !host->error || host->error == ETIMEDOUT || host->error == ECONNREFUSED;
	return is_silence && host->rcode != RCODE_NXDOMAIN && !host->over_tcp && !is_reverse;
}

// The rules are those of glibc's dns service: an unusable answer is TRY_AGAIN.
unsigned lookup_status(enum outcome outcome, const struct host *host, bool is_reverse)
{
	switch (outcome) {
	case OUTCOME_FOUND:
		return NAME_STATUS_SUCCESS;
	case OUTCOME_TRY_AGAIN:
		if (host->error == ESRCH)
			return NAME_STATUS_TRY_AGAIN;  // no server is configured
		return is_unavailable(host, is_reverse) ? NAME_STATUS_UNAVAILABLE : NAME_STATUS_NOT_FOUND;
	case OUTCOME_UNUSABLE:
		return NAME_STATUS_TRY_AGAIN;
	case OUTCOME_NO_DATA:
		return host->error == EAFNOSUPPORT ? NAME_STATUS_UNAVAILABLE : NAME_STATUS_NOT_FOUND;
	default:
		return NAME_STATUS_NOT_FOUND;
	}
}

static bool is_final(enum outcome outcome)
{
	return outcome == OUTCOME_SYSTEM || outcome == OUTCOME_ERROR;
}

static enum outcome ask_service(const struct host_lookup *host_lookup, enum name_service service, struct host *out)
{
	if (host_lookup->family == AF_INET6 && host_lookup->flags & LOOKUP_MAPPED)
		return ask_mapped(host_lookup, service, out);
	return host_lookup->ask[service](host_lookup, host_lookup->family, out);
}

// The DNS is asked for IPv4-mapped and IPv4-compatible addresses as IPv4, but not for ::1.
static struct address dns_address(const struct address *address)
{
	static const uint8_t zeros[10], loopback[4] = {0, 0, 0, 1};
	const uint8_t *bytes = address->bytes;
	if (address->family != AF_INET6 || memcmp(bytes, zeros, sizeof(zeros)) != 0)
		return *address;
	bool is_mapped = bytes[10] == 0xff && bytes[11] == 0xff;
	bool is_compatible = !bytes[10] && !bytes[11] && memcmp(bytes + 12, loopback, sizeof(loopback)) != 0;
	return is_mapped || is_compatible ? address_from_bytes(AF_INET, bytes + 12) : *address;
}

// Reads the name to ask the DNS for. Returns false for an invalid name.
static bool read_name(const struct host_lookup *host_lookup, struct name *out)
{
	if (!host_lookup->address)
		return name_read(host_lookup->name, out);
	const struct address asked = dns_address(host_lookup->address);
	*out = name_of_address(&asked);
	return true;
}

enum decider {
	DECIDER_NONE,
	DECIDER_RULE,     // a route, RFC 6761, RFC 7686
	DECIDER_RECORDS,  // a `record` line, a zone
	DECIDER_LIBC,     // nothing, but libc may know a service that speaks multicast DNS (RFC 6762)
};

// Returns what decides which source answers for the name, if libc has services of its own that could also be asked.
NOINLINE_LARGE_FRAME static enum decider find_decider(const struct host_lookup *host_lookup)
{
	const struct lookup_context *lookup = host_lookup->lookup;
	struct name name;
	if (!resolver_decides_any(host_lookup->resolver) && !lookup->services->has_others)
		return DECIDER_NONE;
	if (!read_name(host_lookup, &name))
		return DECIDER_NONE;
	if (resolver_owns(host_lookup->resolver, &name))
		return DECIDER_RECORDS;
	if (resolver_decides(host_lookup->resolver, lookup, &name))
		return DECIDER_RULE;
	return lookup->services->has_others && special_is_multicast(&name) ? DECIDER_LIBC : DECIDER_NONE;
}

static const struct name_services *services_of(const struct host_lookup *host_lookup, enum decider decider)
{
	const bool is_decided = decider == DECIDER_RULE || decider == DECIDER_RECORDS;
	return is_decided ? host_lookup->lookup->chosen_services : host_lookup->lookup->services;
}

// Sets the name with a final dot if libc, in its own search, might ask other services for decided names.
static bool set_whole_name(const struct host_lookup *host_lookup, struct host *out)
{
	if (host_lookup->address || !search_meets_decided(host_lookup->resolver, host_lookup->lookup, host_lookup->name))
		return true;
	out->name = malloc(strlen(host_lookup->name) + sizeof("."));
	if (!out->name)
		return false;
	stpcpy(stpcpy(out->name, host_lookup->name), ".");
	return true;
}

// Hands the lookup to libc, for its other services.
static enum outcome leave_to_libc(const struct host_lookup *host_lookup, struct host *out)
{
	host_clear(out);
	out->source = SOURCE_SYSTEM;
	out->error = ENOMEM;
	if (!set_whole_name(host_lookup, out))
		return OUTCOME_ERROR;
	const struct dry_run_step step = {.kind = DRY_RUN_SYSTEM, .text = out->name ? out->name : host_lookup->name};
	out->error = 0;
	dry_run_note(host_lookup->lookup, &step);
	return OUTCOME_SYSTEM;
}

// Returns whether the result of the service at index ends the search. As in glibc, a missing hosts file is unavailable.
static bool is_end(const struct host_lookup *host_lookup, size_t index, enum outcome outcome, const struct host *host)
{
	const unsigned ends_on = host_lookup->services->list[index].ends_on;
	const bool is_file = host_lookup->services->list[index].service == NAME_SERVICE_FILES;
	unsigned status = lookup_status(outcome, host, host_lookup->address);
	if (is_file && status == NAME_STATUS_NOT_FOUND && ends_on & (NAME_STATUS_NOT_FOUND | NAME_STATUS_UNAVAILABLE) &&
		hosts_is_missing(resolver_hosts(host_lookup->resolver)))
		status = NAME_STATUS_UNAVAILABLE;
	return is_final(outcome) || ends_on & status;
}

// Asks the services in their order. As in glibc, without any service the lookup fails with NO_RECOVERY.
static enum outcome ask_services(const struct host_lookup *host_lookup, struct host *out)
{
	const struct name_services *services = host_lookup->services;
	enum outcome outcome = OUTCOME_NO_RECOVERY;
	for (size_t i = 0; i < services->count; i++) {
		if (host_lookup->skips_dns && services->list[i].service == NAME_SERVICE_DNS)
			continue;
		host_clear(out);
		outcome = ask_service(host_lookup, services->list[i].service, out);
		if (is_end(host_lookup, i, outcome, out))
			break;
	}
	return outcome;
}

// Configured records come before all services. libc comes last, and is not asked for decided names.
static enum outcome ask_all(struct host_lookup *host_lookup, struct host *out)
{
	const enum decider decider = find_decider(host_lookup);
	*out = (struct host){0};
	host_lookup->services = services_of(host_lookup, decider);
	host_lookup->skips_dns = decider == DECIDER_LIBC;
	if (decider == DECIDER_RECORDS)
		return ask_service(host_lookup, NAME_SERVICE_DNS, out);
	const enum outcome outcome = ask_services(host_lookup, out);
	if (outcome == OUTCOME_SYSTEM && host_lookup->services->is_empty)
		return OUTCOME_NO_RECOVERY;
	const bool has_fault_answer =
		host_lookup->lookup->fault_injection && host_lookup->lookup->fault_injection->has_fault_answer;
	if (outcome == OUTCOME_FOUND || is_final(outcome) || !host_lookup->services->has_others || has_fault_answer)
		return outcome;
	return leave_to_libc(host_lookup, out);
}

const struct name_services *lookup_services(
	struct resolver *resolver, const struct lookup_context *lookup, const char *name, const struct address *address)
{
	const struct host_lookup host_lookup = {.resolver = resolver, .lookup = lookup, .name = name, .address = address};
	return services_of(&host_lookup, find_decider(&host_lookup));
}

enum outcome lookup_host(struct resolver *resolver, const struct lookup_context *lookup, const char *name,
	sa_family_t family, unsigned flags, struct host *out)
{
	struct fault_injection injection;
	const struct lookup_context with_injection = fault_injection_begin(&injection, lookup);
	struct host_lookup host_lookup = {
		.resolver = resolver,
		.lookup = &with_injection,
		.name = name,
		.family = family,
		.flags = flags,
		.ask = {[NAME_SERVICE_FILES] = ask_hosts, [NAME_SERVICE_DNS] = ask_dns},
	};
	enum outcome outcome = ask_all(&host_lookup, out);
	if (with_injection.fault_injection)
		out->faults_drawn = injection.host;
	return outcome;
}

static enum outcome ask_dns_by_address(const struct host_lookup *host_lookup, sa_family_t family, struct host *out)
{
	(void)family;
	struct address asked = dns_address(host_lookup->address);
	struct question question = {name_of_address(&asked), RRTYPE_PTR, RRCLASS_IN};
	struct answer answer;
	resolver_answer(host_lookup->resolver, host_lookup->lookup, &question, 1, &answer);
	host_take_source(out, &answer);
	enum outcome outcome = host_take_ptr(out, &answer, &question);
	if (outcome == OUTCOME_FOUND && !host_add_address(out, &asked)) {
		out->error = ENOMEM;
		outcome = OUTCOME_ERROR;
	}
	answer_clear(&answer);
	return outcome;
}

static enum outcome ask_hosts_by_address(const struct host_lookup *host_lookup, sa_family_t family, struct host *out)
{
	static const uint16_t type = RRTYPE_PTR;
	struct faults *faults = resolver_faults(host_lookup->resolver);
	struct name name = name_of_address(host_lookup->address);
	char text[ADDRESS_TEXT_SIZE];
	(void)family;
	if (host_lookup->lookup->fault_injection &&
		!fault_injection_hosts_mask(faults, host_lookup->lookup, &name, &type, 1))
		return OUTCOME_NO_NAME;
	enum outcome outcome = hosts_find_address(resolver_hosts(host_lookup->resolver), host_lookup->address, out);
	if (host_lookup->lookup->observe)
		observe_hosts(host_lookup->lookup, address_write(host_lookup->address, text), type, outcome, out);
	note_hosts(host_lookup->lookup, host_lookup->lookup->dry_run ? address_write(host_lookup->address, text) : NULL,
		outcome, out);
	if (!host_lookup->lookup->fault_injection || outcome != OUTCOME_FOUND)
		return outcome;
	return fault_injection_host(faults, host_lookup->lookup, &name, &type, 1, out);
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
	struct fault_injection injection;
	const struct lookup_context with_injection = fault_injection_begin(&injection, lookup);
	struct host_lookup host_lookup = {
		.resolver = resolver,
		.lookup = &with_injection,
		.address = address,
		.ask = {[NAME_SERVICE_FILES] = ask_hosts_by_address, [NAME_SERVICE_DNS] = ask_dns_by_address},
	};
	enum outcome outcome = ask_all(&host_lookup, out);
	if (outcome == OUTCOME_FOUND)
		trim_names(&lookup->config->host_conf, out);
	return outcome;
}

struct address lookup_mapped(const struct address *ipv4)
{
	struct address mapped = {.family = AF_INET6, .bytes = {[10] = 0xff, [11] = 0xff}};
	memcpy(mapped.bytes + 12, ipv4->bytes, 4);
	return mapped;
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

enum outcome lookup_entry(
	struct resolver *resolver, const struct lookup_context *lookup, size_t *position, struct host *out)
{
	if (!is_listing_files(lookup->services))
		return OUTCOME_NO_NAME;
	return hosts_entry(resolver_hosts(resolver), position, out);
}
