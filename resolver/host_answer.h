// SPDX-License-Identifier: MIT
// Converts DNS answers into hosts: names, aliases and addresses.
#pragma once

#include <stdbool.h>

#include "resolver/dns/host.h"

// Adds an answer to the question asked, of type A or AAAA: the addresses at the end of its CNAME chain, and, if they
// are wanted and the host has no name yet, the names of the chain: the last is the canonical name, the others are
// aliases. Omits names that are not valid host names (glibc bug 12154). Adds nothing if the outcome is not
// OUTCOME_FOUND. Returns false without memory.
bool host_add_answer(struct host *host, const struct answer *answer, const struct question *asked, bool wants_names);

// Sets the host's name to the target of the first PTR record at the end of the answer's CNAME chain. Returns
// OUTCOME_FOUND; the outcome of an answer without data; OUTCOME_UNUSABLE if there is no such record;
// OUTCOME_NO_RECOVERY, as glibc, if the target is not a valid host name (CVE-2026-4438); OUTCOME_ERROR with ENOMEM in
// host->error.
enum outcome host_take_ptr(struct host *host, const struct answer *answer, const struct question *question);

// Copies source, server, transport, rcode and error from the answer.
void host_take_source(struct host *host, const struct answer *answer);
