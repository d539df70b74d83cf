// SPDX-License-Identifier: MIT
// Lookups bent by the faults of the configuration, whoever answers them (withdns.conf(5): fault).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "resolver/dns/host.h"
#include "resolver/dns/message.h"
#include "resolver/source/fault.h"

struct lookup_context;

// One call of the program: what it has drawn so far, and what is left to do to its addresses once they are in their
// order.
struct fault_injection {
	struct fault_draws draws;
	struct host_alteration host;
	uint64_t delayed_name;  // digest of the name that a delay was waited for last
	bool has_fault_answer;  // an answer was: nobody else may be asked for a better one
	bool is_single;         // of questions without a call around them
};

// The same terms for one call whose lookups share their lots; *bend must live as long. Without faults just the same
// terms.
struct lookup_context fault_injection_begin(struct fault_injection *injection, const struct lookup_context *lookup);

// Who answers where no fault does: as resolver_answer, for the same questions or fewer.
struct real_resolver {
	void (*answer)(const void *context, const struct lookup_context *lookup, const struct question *questions,
		size_t count, struct answer *answers);
	const void *context;
};

// As resolver_answer. Waits as long as the faults say, no longer than to the deadline of the terms.
void fault_injection_answer(struct faults *faults, const struct lookup_context *lookup,
	const struct question *questions, size_t count, const struct real_resolver *real, struct answer *answers);

// The hosts file: what it may be asked for the name with these types (count is 1 or 2), one bit each. What a fault
// answers is not the file's.
unsigned fault_injection_hosts_mask(struct faults *faults, const struct lookup_context *lookup, const struct name *name,
	const uint16_t *types, size_t count);

// Bends what it found for them: waits, and notes what is to be done to the addresses. OUTCOME_TRY_AGAIN with *host
// cleared where that takes longer than the deadline allows.
enum outcome fault_injection_host(struct faults *faults, const struct lookup_context *lookup, const struct name *name,
	const uint16_t *types, size_t count, struct host *host);
