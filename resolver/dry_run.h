// SPDX-License-Identifier: MIT
// A lookup that is gone through without asking anybody or waiting for anything: wherever one in earnest would do so,
// it is told what that would be, and goes on as if it had brought nothing. It is the same code that decides.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/clock.h"
#include "config/lookup_context.h"
#include "resolver/dns/message.h"

struct config_line;
struct fault;
struct host;

enum dry_run_kind {
	DRY_RUN_HOSTS,    // text is looked for in the hosts file; host: what it has, NULL: nothing
	DRY_RUN_ALIAS,    // HOSTALIASES puts text in the place of the name
	DRY_RUN_NAME,     // text is tried next; unasked: such a name is never asked for
	DRY_RUN_FAULT,    // fault may bend what becomes of question; is_certain: it will, and no further one is looked at
	DRY_RUN_ANSWER,   // answer is known here; of a `record` line or a zone: line, where that stands
	DRY_RUN_SERVERS,  // the servers of route would be asked question
	DRY_RUN_SYSTEM,   // libc would be asked for text, for the services that it alone can ask
};

// Members that a kind does not name are NULL or false. All is borrowed for the call.
struct dry_run_step {
	enum dry_run_kind kind;
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
struct dry_run {
	void (*note)(struct dry_run *dry_run, const struct dry_run_step *step);
	int64_t waited;  // microseconds that the lookup would have waited so far because of faults; 0 at first
};

static inline void dry_run_note(const struct lookup_context *lookup, const struct dry_run_step *step)
{
	if (lookup->dry_run)
		lookup->dry_run->note(lookup->dry_run, step);
}

// clock_now, as it would be by then.
static inline int64_t dry_run_clock(const struct lookup_context *lookup)
{
	return clock_now() + (lookup->dry_run ? lookup->dry_run->waited : 0);
}
