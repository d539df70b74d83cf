// SPDX-License-Identifier: MIT
// Questions answered: through the sources in their order, CNAME chains followed.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/file_stamp.h"
#include "resolver/dns/message.h"

struct cache;
struct channel;
struct config;
struct config_error;
struct environment;
struct faults;
struct inflight_query;
struct hosts;
struct resolver;
struct lookup_context;

// Loads the configuration and makes the sources; what older (NULL: none), which it is to replace, has learned of the
// servers goes on, and the files that it was made of must still be there. NULL with *error filled where the configuration
// is wrong or memory is short.
struct resolver *resolver_open(
	const struct environment *environment, const struct resolver *older, struct config_error *error);
void resolver_close(struct resolver *resolver);

// Has a file that the resolver was made of changed since? Some stat(2)s.
bool resolver_is_stale(const struct resolver *resolver);

// What these files look like now, to tell a version of them that could not be read, or was not whole.
struct file_stamp_sum resolver_files(const struct resolver *resolver);

// Can what the configuration names be read: its records and zones? Else false with *error filled.
bool resolver_check(const struct config *config, struct config_error *error);

// Do the records and zones answer for that name?
bool resolver_owns(const struct resolver *resolver, const struct name *name);

// Is it decided who answers for that name: by a route of its domain, a record, a zone, or RFC 6761 and RFC 7686? Nobody
// else is then to be asked for it. resolver_decides_any: does the configuration decide that for any name but not for
// all?
bool resolver_decides(const struct resolver *resolver, const struct lookup_context *lookup, const struct name *name);
bool resolver_decides_any(const struct resolver *resolver);

// The errno for which what servers answered could not be saved; 0: it could, or nobody asked for it.
int resolver_save_failure(const struct resolver *resolver);

// All live as long as the resolver.
const struct config *resolver_config(const struct resolver *resolver);
struct faults *resolver_faults(struct resolver *resolver);
struct hosts *resolver_hosts(struct resolver *resolver);

// Answers all the questions (1 to QUESTIONS_MAX, of one name), asking the servers for them together. Every
// answers[i] is filled and the caller's to clear: no outcome is OUTCOME_PASS; OUTCOME_SYSTEM where libc is to be asked.
// Safe in many threads. Where the terms want packets, no CNAME chain is followed: the reply is handed on as it came.
void resolver_answer(struct resolver *resolver, const struct lookup_context *lookup, const struct question *questions,
	size_t count, struct answer *answers);

// The same for a query that a program wrote itself (size bytes), as packet_read_query read it.
void resolver_send(struct resolver *resolver, const struct lookup_context *lookup, const uint8_t *query, size_t size,
	unsigned opcode, const struct question *question, struct answer *answer);

// For a lookup that this thread leaves by a jump (siglongjmp(3)): resolver_abandon closes the descriptors that were
// opened since resolver_mark, and lets nobody wait for its answer. It may be called in a signal handler; the memory of
// that lookup stays lost.
struct resolver_mark {
	const struct channel *channel;
	const struct inflight_query *inflight_query;
	const struct cache *cache;
	int run;
};
struct resolver_mark resolver_mark(void);
void resolver_abandon(const struct resolver_mark *mark);
