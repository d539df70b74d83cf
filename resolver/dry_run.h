// SPDX-License-Identifier: MIT
// A dry run of a lookup: the same code makes the same decisions, but sends no packets and does not wait. Each step is
// reported to a callback; every query to a server counts as NXDOMAIN.
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
	DRY_RUN_HOSTS,    // text is looked up in the hosts file; host: the entry, NULL: none
	DRY_RUN_ALIAS,    // HOSTALIASES replaces the name by text
	DRY_RUN_NAME,     // text is the next name of the search; is_invalid: it is not a host name, no query is sent
	DRY_RUN_FAULT,    // fault may apply to question; is_certain: it does, and no further fault is considered
	DRY_RUN_ANSWER,   // answer is known without a server; line: the `record` or `zone` line it comes from, or NULL
	DRY_RUN_SERVERS,  // question would be sent to the servers of route
	DRY_RUN_SYSTEM,   // libc would be asked for text: nsswitch.conf names services that only libc implements
};

// Members that the comment of the kind does not name are NULL or false. Pointers are borrowed for the call.
struct dry_run_step {
	enum dry_run_kind kind;
	const char *text;
	bool is_invalid;
	bool is_certain;
	const struct host *host;
	const struct fault *fault;
	const struct question *question;
	const struct answer *answer;
	const struct config_line *line;
	const struct route *route;
};

// The dry_run member of struct lookup_context points to it. Embed it as the first member of a struct of your own.
struct dry_run {
	void (*note)(struct dry_run *dry_run, const struct dry_run_step *step);
	int64_t waited;  // microseconds that faults would have delayed the lookup so far; initially 0
};

// Reports a step if the lookup is a dry run.
static inline void dry_run_note(const struct lookup_context *lookup, const struct dry_run_step *step)
{
	if (lookup->dry_run)
		lookup->dry_run->note(lookup->dry_run, step);
}

// Reports the outcome of a search in the hosts file; host is the entry found.
static inline void dry_run_note_hosts(
	const struct lookup_context *lookup, const char *name, enum outcome outcome, const struct host *host)
{
	const struct host *found = outcome == OUTCOME_FOUND ? host : NULL;
	if (lookup->dry_run)
		dry_run_note(lookup, &(struct dry_run_step){.kind = DRY_RUN_HOSTS, .text = name, .host = found});
}

// clock_now() plus the delays that a dry run has skipped. Microseconds.
static inline int64_t dry_run_clock(const struct lookup_context *lookup)
{
	return clock_now() + (lookup->dry_run ? lookup->dry_run->waited : 0);
}
