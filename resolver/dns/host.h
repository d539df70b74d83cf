// SPDX-License-Identifier: MIT
// A host: a canonical name, its aliases, its addresses, and who knew it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "resolver/dns/message.h"

// What is done to the addresses on purpose, once they are in their order; all zero is nothing.
struct host_alteration {
	uint64_t shuffle;    // the number to draw another order by
	uint32_t most;       // addresses that are left
	uint32_t most_ipv4;  // of these; an IPv4-mapped one is one
	uint32_t most_ipv6;
};

// All zero is a valid empty one.
struct host {
	char *name;  // canonical; owned, as are the arrays. After OUTCOME_SYSTEM: see lookup_host
	char **aliases;
	size_t alias_count;
	struct address *addresses;  // port 0
	size_t address_count;
	enum answer_source source;  // who knew it, and for SOURCE_SERVER which server over what
	struct address server;
	bool over_tcp;
	uint16_t rcode;                       // of the last reply
	int error;                            // errno of OUTCOME_ERROR, or of the failure behind OUTCOME_TRY_AGAIN
	struct host_alteration faults_drawn;  // what faults ask for: see host_alteration
};

void host_clear(struct host *host);
bool host_set_name(struct host *host, const char *name);  // these copy; false without memory
bool host_add_alias(struct host *host, const char *alias);
bool host_add_address(struct host *host, const struct address *address);

// Reorders the addresses and leaves some away, as host->bend says: for whoever has sorted them.
void host_alteration(struct host *host);
