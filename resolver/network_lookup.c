// SPDX-License-Identifier: MIT
#include "resolver/network_lookup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "config/base/ascii.h"
#include "config/config.h"
#include "config/lookup_context.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/dns/host.h"
#include "resolver/fault_injection.h"
#include "resolver/host_answer.h"
#include "resolver/host_services.h"
#include "resolver/lookup.h"
#include "resolver/resolver.h"
#include "resolver/search.h"

struct network_lookup {
	struct resolver *resolver;
	const struct lookup_context *lookup;
	const struct network_query *query;
};

// Appends the zero host part to a short number: 10.1 (0x0a01) is queried as 10.1.0.0.
static uint32_t padded(uint32_t number)
{
	while (number && !(number >> 24))
		number <<= 8;
	return number;
}

// Removes the zero host part, as glibc does for numbers from the DNS.
static uint32_t stripped(uint32_t number)
{
	while (number && !(number & 0xff))
		number >>= 8;
	return number;
}

static struct address address_of(uint32_t number)
{
	const uint32_t bytes = htonl(number);
	return address_from_bytes(AF_INET, &bytes);
}

static bool set_number(struct host *network, uint32_t number)
{
	const struct address address = address_of(number);
	return host_add_address(network, &address);
}

// Parses "2.10.in-addr.arpa" as 10.2: up to four numbers in reverse order.
static bool read_reverse_name(const char *text, uint32_t *number)
{
	*number = 0;
	for (unsigned part = 0; part < 4; part++) {
		uint32_t value = 0;
		const char *digits = text;
		for (; ascii_is_digit(*text) && value <= UINT16_MAX; text++)
			value = value * 10 + (uint32_t)(*text - '0');
		if (text == digits || *text != '.')
			return false;
		text++;
		*number |= value << 8 * part;
		if (ascii_equal(text, "in-addr.arpa"))
			return true;
	}
	return false;
}

// Adds the targets of the PTR records at the end of the answer's chain as aliases.
static bool add_targets(const struct answer *answer, const struct question *question, struct host *network)
{
	char text[NAME_TEXT_SIZE];
	struct name room, target;
	const struct name *end = answer_chain_end(answer, question, &room);
	if (!end)
		return true;
	for (size_t i = 0; i < answer->record_count; i++) {
		const struct record *record = &answer->records[i];
		if (record->type != RRTYPE_PTR || !answer_owner_is(answer, record, end))
			continue;
		if (answer_target(answer, record, &target) && !host_add_alias(network, name_write(&target, text)))
			return false;
	}
	return true;
}

// For a lookup by name the PTR targets are numbers: takes the first valid one.
static enum outcome take_number(const struct question *question, struct host *network)
{
	char text[NAME_TEXT_SIZE];
	uint32_t number;
	for (size_t i = 0; i < network->alias_count; i++) {
		if (!read_reverse_name(network->aliases[i], &number))
			continue;
		if (!host_set_name(network, name_write(&question->name, text)) || !set_number(network, number))
			return host_no_memory(network);
		return OUTCOME_FOUND;
	}
	return OUTCOME_UNUSABLE;
}

// For a lookup by number the PTR targets are names: takes the first as the name, the others as aliases.
static enum outcome take_name(const struct network_lookup *wanted, struct host *network)
{
	if (!network->alias_count)
		return OUTCOME_UNUSABLE;
	network->name = network->aliases[0];
	network->alias_count--;
	memmove(network->aliases, network->aliases + 1, network->alias_count * sizeof(network->aliases[0]));
	return set_number(network, stripped(wanted->query->number)) ? OUTCOME_FOUND : host_no_memory(network);
}

static enum outcome ask_dns(const struct network_lookup *wanted, struct host *out)
{
	struct question question = {.type = RRTYPE_PTR, .class = RRCLASS_IN};
	struct answer answer = {0};
	const struct search search = {wanted->resolver, wanted->lookup, &question, &answer, 1};
	enum outcome outcome;
	if (wanted->query->name) {
		name_read(wanted->query->name, &question.name);
		outcome = search_answer(&search, wanted->query->name);
	} else if (wanted->query->family == AF_INET) {
		const struct address address = address_of(padded(wanted->query->number));
		question.name = name_of_address(&address);
		resolver_answer(wanted->resolver, wanted->lookup, &question, 1, &answer);
		outcome = answer.outcome;
	} else {
		return OUTCOME_NO_NAME;
	}
	host_take_source(out, &answer);
	if (outcome == OUTCOME_SYSTEM && wanted->query->name)
		outcome = lookup_set_libc_name(&search, wanted->query->name, out);
	if (outcome == OUTCOME_FOUND && !add_targets(&answer, &question, out))
		outcome = host_no_memory(out);
	answer_clear(&answer);
	if (outcome != OUTCOME_FOUND)
		return outcome;
	return wanted->query->name ? take_number(&question, out) : take_name(wanted, out);
}

static enum outcome ask_file(const struct network_lookup *wanted, struct host *out)
{
	const int family = wanted->query->family;
	if (!wanted->query->name && family != AF_INET && family != AF_UNSPEC)
		return OUTCOME_NO_NAME;
	return networks_find("/etc/networks", wanted->query, out);
}

// In glibc the result of the files service, "not found", replaces any failure of the DNS. Without that service the
// failure of the DNS is returned; an unusable answer is TRY_AGAIN.
static enum outcome failure(enum outcome outcome, bool has_file)
{
	if (has_file)
		return OUTCOME_NO_NAME;
	return outcome == OUTCOME_UNUSABLE ? OUTCOME_TRY_AGAIN : outcome;
}

static enum outcome ask_services(const struct network_lookup *wanted, struct host *out)
{
	const struct config *config = wanted->lookup->config;
	const struct name_services *services = wanted->lookup->network_services;
	enum outcome outcome = OUTCOME_NO_NAME;
	bool has_file = false;
	if (!nsswitch_has_service(services, NAME_SERVICE_DNS) && !config->servers_chosen)
		return services->is_empty ? OUTCOME_NO_RECOVERY : OUTCOME_SYSTEM;
	for (size_t i = 0; i < services->count; i++) {
		const bool is_dns = services->list[i].service == NAME_SERVICE_DNS;
		has_file = has_file || !is_dns;
		host_clear(out);
		outcome = is_dns ? ask_dns(wanted, out) : ask_file(wanted, out);
		if (host_services_is_final(outcome) ||
			services->list[i].ends_on & host_services_status(outcome, out, !wanted->query->name))
			break;
	}
	return outcome == OUTCOME_FOUND || host_services_is_final(outcome) ? outcome : failure(outcome, has_file);
}

enum outcome network_lookup(
	struct resolver *resolver, const struct lookup_context *lookup, const struct network_query *query, struct host *out)
{
	struct injected_lookup room;
	const struct lookup_context *own = resolver_begin(resolver, lookup, NULL, &room);
	return ask_services(&(struct network_lookup){resolver, own, query}, out);
}
