// SPDX-License-Identifier: MIT
// What DNS answers say of a host.
#pragma once

#include <stdbool.h>

#include "resolver/dns/host.h"

// Adds what an answer to a question for A or AAAA records holds: the addresses at the end of its CNAME chain, and, if
// the host has no name yet, the names along the chain: the last is the canonical one, those before it are aliases.
// What is no host name is left out (glibc bug 12154). Nothing is added from an answer that found nothing. False
// without memory.
bool host_add_answer(struct host *host, const struct answer *answer, const struct question *asked);

// Takes the name from an answer to a question for a PTR record: the first at the end of the chain. A target that is
// no host name is OUTCOME_NO_RECOVERY, as in glibc: nobody should be handed one that looks like another host's
// (CVE-2026-4438).
enum outcome host_take_ptr(struct host *host, const struct answer *answer, const struct question *question);

// Who answered, and how: source, server, transport, rcode, error.
void host_take_source(struct host *host, const struct answer *answer);
