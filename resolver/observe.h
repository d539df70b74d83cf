// SPDX-License-Identifier: MIT
// What a lookup's observer (config/lookup_context.h) is told besides the exchanges and faults, which the log holds too.
// "answer": a question is settled. It has name, type and
//   source  who knew: special, record, zone, hosts, cache, server, system, none, fault; NULL: nobody
//   result  NOERROR, NODATA, NXDOMAIN, SERVFAIL .. as a server said it or would have; system: libc is to be asked;
//           timeout, connection refused ..: why nobody gave any; lame, unusable answer: what is wrong with it;
//           no hostname: such a name is not asked for; no entry: the hosts file does not hold it
//   server, transport, rule, addresses, names (of hosts, for an address), microseconds (all that it took; -1: unknown)
// "shared": another thread was asking the same: it was waited for, microseconds long, instead; result is answered,
// or no answer: the question is then asked after all.
#pragma once

#include <stdint.h>

#include "resolver/dns/message.h"

struct host;
struct lookup_context;

// All of these are for terms with an observer. begun is clock_now.
void observe_answer(
	const struct lookup_context *lookup, const struct question *question, const struct answer *answer, int64_t begun);

// The hosts file's answer to a name or an address (RRTYPE_PTR); type is 0 for both families of addresses.
void observe_hosts(const struct lookup_context *lookup, const char *name, uint16_t type, enum outcome outcome,
	const struct host *host);

// A name that is not asked for, since none could have it.
void observe_no_hostname(const struct lookup_context *lookup, const char *name, uint16_t type);

void observe_shared(
	const struct lookup_context *lookup, const struct question *question, bool is_answered, int64_t begun);
