// SPDX-License-Identifier: MIT
// Answers DNS questions from the sources in their order (zones, special names, servers) and follows CNAME chains.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/file_stamp.h"
#include "resolver/dns/message.h"

struct bounded_lock;
struct channel;
struct config;
struct config_error;
struct environment;
struct injected_lookup;
struct inflight_query;
struct hosts;
struct lookup_context;
struct resolver;

// Loads the configuration and opens the sources. If it replaces a resolver, older, it takes over the server state, and
// fails if a file that older read no longer exists. Returns NULL with *error filled if the configuration is invalid or
// without memory. All functions except resolver_close are thread-safe.
struct resolver *resolver_open(
	const struct environment *environment, const struct resolver *older, struct config_error *error);
void resolver_close(struct resolver *resolver);

// Returns the current stamps of the files that the configuration was read from. One stat(2) per file.
struct file_stamp_sum resolver_files(const struct resolver *resolver);

// Returns whether a `record` line or a zone answers for the name.
bool resolver_owns(const struct resolver *resolver, const struct name *name);

// Returns whether it is decided which source answers for the name: by a route of a domain, a `record` line, a zone, or
// RFC 6761 and RFC 7686. No other service may then be asked for it. resolver_decides_any: whether the configuration
// has such a rule for some names.
bool resolver_decides(const struct resolver *resolver, const struct lookup_context *lookup, const struct name *name);
bool resolver_decides_any(const struct resolver *resolver);

// Returns the errno of the first failure to record answers (recording.h); 0: none.
int resolver_recording_failure(const struct resolver *resolver);

// The results live as long as the resolver.
const struct config *resolver_config(const struct resolver *resolver);
struct hosts *resolver_hosts(struct resolver *resolver);

// Begins an API call: returns a copy of *lookup in *room, which must outlive it, with its fault_injection, and with
// is_listed as `only` has the name (NULL: as it is). If no faults are configured, returns lookup, and does not
// initialize *room.
const struct lookup_context *resolver_begin(const struct resolver *resolver, const struct lookup_context *lookup,
	const char *name, struct injected_lookup *room);

// Answers count questions (1 to QUESTIONS_MAX, all of the same name); servers are asked for all of them together. Fills
// every answers[i], which the caller clears. No outcome is OUTCOME_PASS; OUTCOME_SYSTEM means that libc is to be asked.
// Returns at the latest at lookup->deadline. With lookup->as_packets a server's reply is returned as received, without
// following its CNAME chain. A lookup->program_query is sent unchanged if no source other than the servers answers.
void resolver_answer(struct resolver *resolver, const struct lookup_context *lookup, const struct question *questions,
	size_t count, struct answer *answers);

// For lookups that are left by siglongjmp(3): resolver_abandon releases what this thread acquired since resolver_mark
// returned *mark: descriptors, in-flight queries that others wait for, the lock of the cache. The memory of the lookup
// is leaked. Async-signal-safe.
struct resolver_mark {
	const struct channel *channel;
	const struct inflight_query *inflight_query;
	const struct bounded_lock *lock;
	int run;
};
struct resolver_mark resolver_mark(void);
void resolver_abandon(const struct resolver_mark *mark);
