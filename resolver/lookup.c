// SPDX-License-Identifier: MIT
#include "resolver/lookup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "config/config.h"
#include "config/terms.h"
#include "resolver/resolver.h"
#include "resolver/search.h"
#include "resolver/source/hosts.h"

#define FAMILIES_MAX 2

bool lookup_literal(const char *text, struct address *out)
{
	struct in_addr ipv4;
	// inet_aton(3) stops at white space and takes anything behind it (CVE-2016-10739).
	if (!text[strcspn(text, " \t\n\v\f\r")] && inet_aton(text, &ipv4)) {
		*out = address_from_bytes(AF_INET, &ipv4);
		return true;
	}
	return strchr(text, ':') && address_read(text, out);
}

static size_t types_of(sa_family_t family, uint16_t *types)
{
	size_t count = 0;
	if (family != AF_INET6)
		types[count++] = RRTYPE_A;
	if (family != AF_INET)
		types[count++] = RRTYPE_AAAA;
	return count;
}

static bool add_addresses(struct host *host, const struct answer *answer, const struct name *owner, uint16_t type)
{
	for (size_t i = 0; i < answer->record_count; i++) {
		const struct record *record = &answer->records[i];
		if (record->type != type)
			continue;
		struct name at = answer_owner(answer, record);
		if (!name_equal(&at, owner))
			continue;
		struct address address = address_from_bytes(type == RRTYPE_A ? AF_INET : AF_INET6, answer_data(answer, record));
		if (!host_add_address(host, &address))
			return false;
	}
	return true;
}

static bool add_name(struct host *host, const struct name *name)
{
	char text[NAME_TEXT_SIZE];
	if (!name_is_hostname(name))
		return true;
	return (!host->name || host_add_alias(host, host->name)) && host_set_name(host, name_write(name, text));
}

// The names along the chain: the last is the canonical one, those before it are aliases. What is no host name is left out (glibc
// bug 12154).
static bool add_names(struct host *host, const struct answer *answer, const struct question *question)
{
	struct name at = question->name;
	if (!add_name(host, &at))
		return false;
	for (size_t i = 0; i < answer->record_count; i++) {
		const struct record *record = &answer->records[i];
		struct name owner = answer_owner(answer, record);
		if (record->type != RRTYPE_CNAME || !name_equal(&owner, &at))
			continue;
		if (!answer_target(answer, record, &at) || !add_name(host, &at))
			return false;
	}
	return true;
}

static bool add_answer(struct host *host, const struct answer *answer, const struct question *question)
{
	struct name end;
	if (answer->outcome != OUTCOME_FOUND || !answer_chain_end(answer, question, &end))
		return true;
	if (!host->name && !add_names(host, answer, question))
		return false;
	return add_addresses(host, answer, &end, question->type);
}

// Who is to be named as the answerer: the first that found something, else the first that said anything.
static const struct answer *telling_answer(const struct answer *answers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (answers[i].outcome == OUTCOME_FOUND)
			return &answers[i];
	return count > 1 && answers[0].source == SOURCE_NOBODY ? &answers[1] : &answers[0];
}

static enum outcome fill_host(struct host *host, enum outcome outcome, const struct question *questions,
                              const struct answer *answers, size_t count)
{
	const struct answer *telling = telling_answer(answers, count);
	host->source = telling->source;
	host->server = telling->server;
	host->over_tcp = telling->over_tcp;
	host->rcode = telling->rcode;
	host->error = telling->error;
	for (size_t i = 0; outcome == OUTCOME_FOUND && i < count; i++) {
		if (!add_answer(host, &answers[i], &questions[i])) {
			host->error = ENOMEM;
			outcome = OUTCOME_ERROR;
		}
	}
	return outcome;
}

// glibc never asks a server for what cannot be a host name.
static bool may_be_asked(const struct terms *terms, const char *name)
{
	struct name read;
	return terms->options->no_check_names || !name_read(name, &read) || name_is_hostname(&read);
}

static enum outcome ask_dns(struct resolver *resolver, const struct terms *terms, const char *name, sa_family_t family,
                            struct host *out)
{
	uint16_t types[FAMILIES_MAX];
	struct question questions[FAMILIES_MAX];
	struct answer answers[FAMILIES_MAX];
	size_t count = types_of(family, types);
	if (!may_be_asked(terms, name))
		return OUTCOME_NO_NAME;
	enum outcome outcome = search_answer(resolver, terms, name, RRCLASS_IN, types, count, questions, answers);
	outcome = fill_host(out, outcome, questions, answers, count);
	for (size_t i = 0; i < count; i++)
		answer_clear(&answers[i]);
	return outcome;
}

static enum outcome ask_hosts(struct resolver *resolver, const struct terms *terms, const char *name, sa_family_t family,
                              struct host *out)
{
	(void)terms;
	if (!hosts_find(resolver_hosts(resolver), name, family, out))
		return OUTCOME_PASS;
	out->source = SOURCE_HOSTS;
	return OUTCOME_FOUND;
}

// The IPv6 addresses of one source, then, if they are wanted, its IPv4 ones mapped.
static enum outcome ask_mapped(enum outcome (*ask)(struct resolver *, const struct terms *, const char *, sa_family_t,
                                                   struct host *),
                               struct resolver *resolver, const struct terms *terms, const char *name, unsigned flags,
                               struct host *out)
{
	enum outcome ipv6 = ask(resolver, terms, name, AF_INET6, out);
	if (ipv6 == OUTCOME_SYSTEM || (ipv6 == OUTCOME_FOUND && !(flags & LOOKUP_ALL)))
		return ipv6;
	struct host host = { 0 };
	enum outcome ipv4 = ask(resolver, terms, name, AF_INET, &host);
	bool stored = true;
	for (size_t i = 0; ipv4 == OUTCOME_FOUND && i < host.address_count; i++)
		host.addresses[i] = lookup_mapped(&host.addresses[i]);
	if (ipv4 == OUTCOME_FOUND && ipv6 == OUTCOME_FOUND) {
		for (size_t i = 0; i < host.address_count && stored; i++)
			stored = host_add_address(out, &host.addresses[i]);
	} else if (ipv4 == OUTCOME_FOUND || ipv6 == OUTCOME_PASS) {
		host_clear(out);
		*out = host;
		return ipv4;
	}
	host_clear(&host);
	if (stored)
		return ipv6;
	out->error = ENOMEM;
	return OUTCOME_ERROR;
}

enum outcome lookup_host(struct resolver *resolver, const struct terms *terms, const char *name, sa_family_t family,
                         unsigned flags, struct host *out)
{
	static enum outcome (*const sources[])(struct resolver *, const struct terms *, const char *, sa_family_t,
	                                       struct host *) = { ask_hosts, ask_dns };
	enum outcome outcome = OUTCOME_PASS;
	*out = (struct host){ 0 };
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]) && outcome == OUTCOME_PASS; i++) {
		if (family == AF_INET6 && flags & LOOKUP_MAPPED)
			outcome = ask_mapped(sources[i], resolver, terms, name, flags, out);
		else
			outcome = sources[i](resolver, terms, name, family, out);
	}
	return outcome;
}

// The first PTR record at the end of the chain. A target that is no host name ends the lookup, as in glibc: nobody should be
// handed one that looks like another host's (CVE-2026-4438).
static enum outcome read_ptr(const struct answer *answer, const struct question *question, struct host *out)
{
	struct name end, target;
	char text[NAME_TEXT_SIZE];
	if (answer->outcome != OUTCOME_FOUND || !answer_chain_end(answer, question, &end))
		return answer->outcome;
	for (size_t i = 0; i < answer->record_count; i++) {
		const struct record *record = &answer->records[i];
		struct name owner = answer_owner(answer, record);
		if (record->type != RRTYPE_PTR || !name_equal(&owner, &end))
			continue;
		if (!answer_target(answer, record, &target) || !name_is_hostname(&target))
			return OUTCOME_NO_RECOVERY;
		return host_set_name(out, name_write(&target, text)) ? OUTCOME_FOUND : OUTCOME_ERROR;
	}
	return OUTCOME_UNUSABLE;
}

// ::ffff:192.0.2.1 and ::192.0.2.1 are IPv4 to the DNS; ::1 is not.
static struct address dns_address(const struct address *address)
{
	static const uint8_t zeros[10], loopback[4] = { 0, 0, 0, 1 };
	const uint8_t *bytes = address->bytes;
	if (address->family != AF_INET6 || memcmp(bytes, zeros, sizeof(zeros)) != 0)
		return *address;
	bool is_mapped = bytes[10] == 0xff && bytes[11] == 0xff;
	bool is_compatible = !bytes[10] && !bytes[11] && memcmp(bytes + 12, loopback, sizeof(loopback)) != 0;
	return is_mapped || is_compatible ? address_from_bytes(AF_INET, bytes + 12) : *address;
}

enum outcome lookup_address(struct resolver *resolver, const struct terms *terms, const struct address *address,
                            struct host *out)
{
	*out = (struct host){ 0 };
	if (hosts_find_address(resolver_hosts(resolver), address, out))
		return OUTCOME_FOUND;
	struct address asked = dns_address(address);
	struct question question = { name_of_address(&asked), RRTYPE_PTR, RRCLASS_IN };
	struct answer answer;
	resolver_answer(resolver, terms, &question, 1, &answer);
	fill_host(out, OUTCOME_PASS, &question, &answer, 1);
	enum outcome outcome = read_ptr(&answer, &question, out);
	if (outcome == OUTCOME_FOUND && !host_add_address(out, &asked))
		outcome = OUTCOME_ERROR;
	if (outcome == OUTCOME_ERROR && !out->error)
		out->error = ENOMEM;
	answer_clear(&answer);
	return outcome;
}

struct address lookup_mapped(const struct address *ipv4)
{
	struct address mapped = { .family = AF_INET6, .bytes = { [10] = 0xff, [11] = 0xff } };
	memcpy(mapped.bytes + 12, ipv4->bytes, 4);
	return mapped;
}

bool lookup_entry(struct resolver *resolver, size_t number, struct host *out)
{
	return hosts_entry(resolver_hosts(resolver), number, out);
}
