// SPDX-License-Identifier: MIT
// Reports events of a lookup to its observer (config/lookup_context.h), besides the exchanges and faults that are also
// logged. The context must have an observer.
//
// EVENT_ANSWER: a question was answered, or failed for good. Members: name, type, and
//   source   what answered; SOURCE_UNSET: nothing did
//   result   NOERROR, NODATA, NXDOMAIN or another rcode, also of answers without a server; SYSTEM: libc is to be asked;
//            UNUSABLE or LAME: what is wrong with the reply; TIMEOUT, NO_SERVER, NO_ANSWER or the text of an errno: why
//            there is no reply; NO_HOSTNAME: not asked for; NO_ENTRY: not in the hosts file
//   server, transport, rule, addresses, names (of an address, from the hosts file); microseconds in all, -1: unknown
// EVENT_SHARED: the lookup waited, for microseconds, for another thread's identical query. Members: name, type, and
//   result   ANSWERED; NO_ANSWER: the lookup then sends a query of its own
#pragma once

#include <stdint.h>

#include "config/base/compiler.h"
#include "resolver/dns/message.h"

struct host;
struct lookup_context;

// Reports the answer to a question. begun is the clock_now at which the lookup began. Keeps errno; without memory
// reports nothing.
COLD void observe_answer(
	const struct lookup_context *lookup, const struct question *question, const struct answer *answer, int64_t begun);

// Reports a search in the hosts file, unless the configuration has none. name is a name or, with type RRTYPE_PTR, an
// address; type is 0 for addresses of both families. host is the entry if outcome is OUTCOME_FOUND, else it has the
// error.
COLD void observe_hosts(const struct lookup_context *lookup, const char *name, uint16_t type, enum outcome outcome,
	const struct host *host);

// Reports a name for which no query is sent, since it is not a valid host name.
COLD void observe_no_hostname(const struct lookup_context *lookup, const char *name, uint16_t type);

// Reports the end of the wait for another thread's query, which began at begun.
COLD void observe_shared(
	const struct lookup_context *lookup, const struct question *question, bool is_answered, int64_t begun);
