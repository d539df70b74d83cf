// SPDX-License-Identifier: MIT
// Result of a host lookup: canonical name, aliases, addresses, and the source that answered.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "resolver/dns/message.h"

// Changes that fault injection makes to the sorted addresses. 0 in a member: no change.
struct host_alteration {
	uint64_t shuffle;    // seed of a random order
	uint32_t most;       // the largest number of addresses to keep
	uint32_t most_ipv4;  // of which IPv4, IPv4-mapped included
	uint32_t most_ipv6;
};

// {0} is a valid empty host. Owns its strings and arrays; host_clear frees them.
struct host {
	char *name;  // canonical name; after OUTCOME_SYSTEM see lookup_host
	char **aliases;
	size_t alias_count;
	struct address *addresses;  // port 0
	size_t address_count;
	enum answer_source source;
	struct address server;  // of SOURCE_SERVER, as over_tcp
	bool over_tcp;
	uint16_t rcode;                       // of the last reply
	int error;                            // errno of OUTCOME_ERROR, or of the last failure of OUTCOME_TRY_AGAIN
	struct host_alteration faults_drawn;  // applied by host_alter()
};

// Frees what host owns and sets it to {0}.
void host_clear(struct host *host);

// These copy their argument. False if out of memory; host is then unchanged.
bool host_set_name(struct host *host, const char *name);
bool host_add_alias(struct host *host, const char *alias);
bool host_add_address(struct host *host, const struct address *address);

// For the caller that is out of memory: returns OUTCOME_ERROR, with ENOMEM in host->error.
static inline enum outcome host_no_memory(struct host *host)
{
	host->error = ENOMEM;
	return OUTCOME_ERROR;
}

// For a name that is an address literal: sets source, name and address. OUTCOME_FOUND, or OUTCOME_ERROR with ENOMEM.
enum outcome host_set_literal(struct host *host, const char *name, const struct address *address);

// Applies host->faults_drawn: shuffles the addresses, then drops those beyond the limits. Call it after sorting.
void host_alter(struct host *host);
