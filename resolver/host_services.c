// SPDX-License-Identifier: MIT
#include "resolver/host_services.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/compiler.h"
#include "config/lookup_context.h"
#include "resolver/dry_run.h"
#include "resolver/fault_injection.h"
#include "resolver/resolver.h"
#include "resolver/search.h"
#include "resolver/source/hosts.h"
#include "resolver/source/special.h"

// Returns whether glibc's dns service counts as unavailable after a failure: if servers sent nothing; not after other
// errors such as a reset TCP connection, not if the last reply was NXDOMAIN, and never in a lookup by address.
static bool is_unavailable(const struct host *host, bool is_reverse)
{
	bool is_silence = !host->error || host->error == ETIMEDOUT || host->error == ECONNREFUSED;
	return is_silence && host->rcode != RCODE_NXDOMAIN && !host->over_tcp && !is_reverse;
}

// The rules are those of glibc's dns service: an unusable answer is TRY_AGAIN.
unsigned host_services_status(enum outcome outcome, const struct host *host, bool is_reverse)
{
	if (outcome == OUTCOME_FOUND)
		return NAME_STATUS_SUCCESS;
	switch (outcome) {
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

struct address host_services_dns_address(const struct address *address)
{
	static const uint8_t zeros[12], loopback[4] = {0, 0, 0, 1};
	const uint8_t *bytes = address->bytes;
	const bool is_compatible = address->family == AF_INET6 && memcmp(bytes, zeros, sizeof(zeros)) == 0 &&
		memcmp(bytes + 12, loopback, sizeof(loopback)) != 0;
	return is_compatible || address_is_mapped(address) ? address_from_bytes(AF_INET, bytes + 12) : *address;
}

// Reads the name to ask the DNS for. Returns false for an invalid name.
static bool read_name(const struct host_lookup *wanted, struct name *out)
{
	if (!wanted->address)
		return name_read(wanted->name, out);
	const struct address asked = host_services_dns_address(wanted->address);
	*out = name_of_address(&asked);
	return true;
}

enum decider {
	DECIDER_NONE,
	DECIDER_RULE,     // a route, RFC 6761, RFC 7686
	DECIDER_RECORDS,  // a `record` line, a zone
	DECIDER_LIBC,     // none, but libc may have a service for multicast DNS (RFC 6762)
};

COLD static enum decider find_decider_of_name(const struct host_lookup *wanted)
{
	const struct lookup_context *lookup = wanted->lookup;
	struct name name;
	if (!read_name(wanted, &name))
		return DECIDER_NONE;
	if (resolver_owns(wanted->resolver, &name))
		return DECIDER_RECORDS;
	if (resolver_decides(wanted->resolver, lookup, &name))
		return DECIDER_RULE;
	return lookup->services->has_others && special_is_multicast(&name) ? DECIDER_LIBC : DECIDER_NONE;
}

// Returns what decides which source answers for the name, if libc has services of its own that could also be asked.
static enum decider find_decider(const struct host_lookup *wanted)
{
	const bool is_open = resolver_decides_any(wanted->resolver) || wanted->lookup->services->has_others;
	return is_open ? find_decider_of_name(wanted) : DECIDER_NONE;
}

static const struct name_services *services_for(const struct host_lookup *wanted, enum decider decider)
{
	const bool is_decided = decider == DECIDER_RULE || decider == DECIDER_RECORDS;
	return is_decided ? wanted->lookup->chosen_services : wanted->lookup->services;
}

// Sets the name with a final dot if libc, in its own search, might ask other services for decided names.
static bool set_whole_name(const struct host_lookup *wanted, struct host *out)
{
	if (wanted->address || !search_meets_decided(wanted->resolver, wanted->lookup, wanted->name))
		return true;
	out->name = malloc(strlen(wanted->name) + sizeof("."));
	if (!out->name)
		return false;
	stpcpy(stpcpy(out->name, wanted->name), ".");
	return true;
}

// Hands the lookup to libc, for its other services.
COLD static enum outcome leave_to_libc(const struct host_lookup *wanted, struct host *out)
{
	host_clear(out);
	out->source = SOURCE_SYSTEM;
	out->error = ENOMEM;
	if (!set_whole_name(wanted, out))
		return OUTCOME_ERROR;
	const struct dry_run_step step = {.kind = DRY_RUN_SYSTEM, .text = out->name ? out->name : wanted->name};
	out->error = 0;
	dry_run_note(wanted->lookup, &step);
	return OUTCOME_SYSTEM;
}

// Returns whether the result of the service at index ends the search. As in glibc, a missing hosts file is unavailable.
static bool is_end(const struct host_lookup *wanted, size_t index, enum outcome outcome, const struct host *host)
{
	const unsigned ends_on = wanted->services->list[index].ends_on;
	const bool is_file = wanted->services->list[index].service == NAME_SERVICE_FILES;
	unsigned status = host_services_status(outcome, host, wanted->address);
	if (is_file && status == NAME_STATUS_NOT_FOUND && ends_on & (NAME_STATUS_NOT_FOUND | NAME_STATUS_UNAVAILABLE) &&
		hosts_is_missing(resolver_hosts(wanted->resolver)))
		status = NAME_STATUS_UNAVAILABLE;
	return host_services_is_final(outcome) || ends_on & status;
}

// Asks the services in their order. As in glibc, without any service the lookup fails with NO_RECOVERY.
static enum outcome ask_services(const struct host_lookup *wanted, struct host *out)
{
	const struct name_services *services = wanted->services;
	enum outcome outcome = OUTCOME_NO_RECOVERY;
	for (size_t i = 0; i < services->count; i++) {
		if (wanted->skips_dns && services->list[i].service == NAME_SERVICE_DNS)
			continue;
		if (i > 0)
			host_clear(out);
		outcome = wanted->ask(wanted, services->list[i].service, out);
		if (is_end(wanted, i, outcome, out))
			break;
	}
	return outcome;
}

// Configured records come before all services. libc comes last, and is not asked for decided names.
enum outcome host_services_ask(struct host_lookup *wanted, struct host *out)
{
	const enum decider decider = find_decider(wanted);
	wanted->services = services_for(wanted, decider);
	wanted->skips_dns = decider == DECIDER_LIBC;
	if (decider == DECIDER_RECORDS)
		return wanted->ask(wanted, NAME_SERVICE_DNS, out);
	const enum outcome outcome = ask_services(wanted, out);
	if (outcome == OUTCOME_SYSTEM && wanted->services->is_empty)
		return OUTCOME_NO_RECOVERY;
	const bool has_fault_answer =
		UNLIKELY(wanted->lookup->fault_injection) && wanted->lookup->fault_injection->has_fault_answer;
	if (LIKELY(outcome == OUTCOME_FOUND) || host_services_is_final(outcome) || !wanted->services->has_others ||
		has_fault_answer)
		return outcome;
	return leave_to_libc(wanted, out);
}

const struct name_services *host_services_of(
	struct resolver *resolver, const struct lookup_context *lookup, const char *name, const struct address *address)
{
	const struct host_lookup wanted = {.resolver = resolver, .lookup = lookup, .name = name, .address = address};
	return services_for(&wanted, find_decider(&wanted));
}
