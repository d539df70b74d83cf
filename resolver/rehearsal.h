// SPDX-License-Identifier: MIT
// A lookup that is gone through without asking anybody or waiting for anything: wherever one in earnest would do so,
// it is told what that would be, and goes on as if it had brought nothing. It is the same code that decides.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/clock.h"
#include "config/lookup_context.h"
#include "resolver/dns/message.h"

struct config_line;
struct fault;
struct host;

enum rehearsal_kind {
	REHEARSAL_HOSTS,   // text is looked for in the hosts file; host: what it has, NULL: nothing
	REHEARSAL_ALIAS,   // HOSTALIASES puts text in the place of the name
	REHEARSAL_NAME,    // text is tried next; unasked: such a name is never asked for
	REHEARSAL_FAULT,   // fault may bend what becomes of question; is_certain: it will, and no further one is looked at
	REHEARSAL_ANSWER,  // answer is known here; of a `record` line or a zone: line, where that stands
	REHEARSAL_SERVERS, // the servers of route would be asked question
	REHEARSAL_SYSTEM,  // libc would be asked for text, for the services that it alone can ask
};

// Members that a kind does not name are NULL or false. All is borrowed for the call.
struct rehearsal_step {
	enum rehearsal_kind kind;
	const char *text;
	bool unasked;
	bool is_certain;
	const struct host *host;
	const struct fault *fault;
	const struct question *question;
	const struct answer *answer;
	const struct config_line *line;
	const struct route *route;
};

// What the terms of such a lookup point to; its owner's struct begins with it.
struct rehearsal {
	void (*note)(struct rehearsal *rehearsal, const struct rehearsal_step *step);
	int64_t waited;  // microseconds that the lookup would have waited so far because of faults; 0 at first
};

static inline void rehearsal_note(const struct lookup_context *lookup, const struct rehearsal_step *step)
{
	if (lookup->rehearsal)
		lookup->rehearsal->note(lookup->rehearsal, step);
}

// clock_now, as it would be by then.
static inline int64_t rehearsal_clock(const struct lookup_context *lookup)
{
	return clock_now() + (lookup->rehearsal ? lookup->rehearsal->waited : 0);
}
