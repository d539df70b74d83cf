// SPDX-License-Identifier: MIT
// Configured faults: which one applies to a question, and the answer that it supplies.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/fault.h"
#include "config/log_event.h"
#include "resolver/dns/host.h"
#include "resolver/dns/message.h"
#include "resolver/dns/packet_write.h"

struct config;
struct faults;
struct lookup_context;

// config must outlive the result. Takes over the counters and the seed of older (NULL: none) for equal lines, so that
// percentages and first=N continue, unless a file that faults come from has changed. Returns NULL without memory. All
// below except faults_close is thread-safe.
struct faults *faults_open(const struct config *config, const struct faults *older);
void faults_close(struct faults *faults);  // accepts NULL

// The draws of one API call: its questions for one name share them. Beyond FAULT_DRAWS_MAX each question has a draw of
// its own.
#define FAULT_DRAWS_MAX 16
struct fault_draws {
	size_t count;
	struct fault_draw {
		uint64_t name;           // hash
		uint64_t number;         // random; 0: this fault does not apply to the lookup
		uint32_t match;          // number of the lookup among those that match the fault, from 1; 0: not counted
		uint32_t position : 31;  // index of the fault in the configuration
		uint32_t is_of_run : 1;  // counted over the whole run (config/run.h), else by this process
	} list[FAULT_DRAWS_MAX];
};

#define FAULT_NUMBER_BIT (UINT64_C(1) << 63)  // set in every number that is not 0

// Fault state of one API call, so that its A and AAAA queries share draws and are delayed only once.
struct fault_injection {
	struct faults *faults;
	struct fault_draws draws;
	struct host_alteration host;  // to be applied to the host's addresses after they are sorted
	uint64_t delayed_name;        // hash of the last name that a delay was applied to
	bool hits_server;             // a fault applied to a query of the last upstream request: a failure may come of it
	bool has_fault_answer;        // a fault supplied an answer: no further source may be asked
	bool truncates;               // a `truncate` fault applied: a reply by UDP has TC set
	bool sends_replies;           // to a client, which itself rejects a FAULT_REPLY
	const struct fault *spoils;   // the fault whose FAULT_REPLY applied; NULL: none
	bool is_single;               // created for one fault_injection_answer, not by resolver_begin
};

// A fault and its draw for one question.
struct fault_plan {
	const struct fault *fault;  // NULL: none; borrowed from the configuration
	struct fault_draw draw;
	int64_t begun, due;  // dry_run_clock of the plan, and that from which the answer may be returned
};

// Returns whether a fault applies that has any of the actions (enum fault_bit).
static inline bool fault_plan_has(const struct fault_plan *plan, unsigned actions)
{
	return plan->fault && plan->fault->parts & actions;
}

// The draw as a percentage, 0 to 99: the fault applies if it is below the percentage of the fault.
static inline unsigned fault_draw_percent(const struct fault_draw *draw)
{
	return (unsigned)((draw->number & ~FAULT_NUMBER_BIT) % 100);
}

// Returns the fault that applies to a query for the question that is sent to this server, NULL: to the lookup; begun at
// this time. What `only` demands, else the first fault that matches and passes its draw. Requires
// lookup->fault_injection. due is not set.
//
// A draw depends on the seed of the configuration, the position of the fault, the name, the type of the call's first
// question for it, and the number of earlier lookups of that name and type. A fault that is counted over the run
// (config/fault.h) asks the counter of the run, which may block for two seconds (config/run.h); otherwise, and on
// failure, this process counts, which is logged once. Without a seed draws are unpredictable. Lock-free.
struct fault_plan faults_plan(
	const struct lookup_context *lookup, const struct question *question, const struct address *server);

// Iterates over the faults that match the question of a query to this server, NULL: of a lookup: returns the next at or
// after *position (initially 0) and advances it; NULL at the end. Makes no draws, and compares no programs and servers.
const struct fault *faults_next(const struct lookup_context *lookup, const struct question *question,
	const struct address *server, size_t *position);

// Returns whether a stub resolver awaits a reply in vain: there is none, or it ignores it, because it is without a
// question or has another id.
bool fault_plan_is_silent(const struct fault_plan *plan);

// Returns the delay of the fault in microseconds; 0: none.
int64_t fault_plan_delay(const struct fault_plan *plan);

// Fills *out, which must be empty, with the answer that the fault supplies; the caller clears it. Returns its outcome,
// or OUTCOME_PASS with *out unchanged if it supplies none. Does not wait: a timeout is OUTCOME_TRY_AGAIN at once. The
// message of FAULT_REPLY is an unusable answer.
enum outcome fault_answer(const struct fault_plan *plan, const struct question *question, struct answer *out);

// Writes the message of FAULT_REPLY, as if in reply to a query with that id, into out. Returns its length.
#define FAULT_REPLY_SIZE (PACKET_QUERY_MAX + 32)
size_t fault_write_reply(const struct fault *fault, const struct question *question, uint16_t id, uint8_t *out);

// Logs that the fault of the plan, which must not be NULL, was applied to the question; result: how it changed the
// lookup; without a word for a fault of a server, whose exchange has the result.
void fault_log(const struct lookup_context *lookup, const struct fault_plan *plan, const struct question *question,
	struct log_result result);
