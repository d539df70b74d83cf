// SPDX-License-Identifier: MIT
// Configured faults: which one applies to a question, and the answer that it supplies.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/fault.h"
#include "resolver/dns/host.h"
#include "resolver/dns/message.h"
#include "resolver/dns/packet_write.h"

struct config;
struct faults;

// config must outlive the result. Takes over the counters and the seed of older (NULL: none) for equal lines, so that
// percentages and first=N continue, unless a file that faults come from has changed. Returns NULL without memory. All below except faults_close is thread-safe.
struct faults *faults_open(const struct config *config, const struct faults *older);
void faults_close(struct faults *faults);  // accepts NULL

// The draws of one API call: its questions for one name share them. Beyond FAULT_DRAWS_MAX each question has a draw of
// its own. count 0 is empty; the list then needs no initialization.
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
	bool has_fault_answer;        // a fault supplied an answer: no further source may be asked
	bool truncates;               // a `truncate` fault applied: a reply by UDP has TC set
	bool sends_replies;           // to a client, which itself rejects a FAULT_REPLY
	const struct fault *spoils;   // the fault whose FAULT_REPLY applied; NULL: none
	bool is_single;               // created for one fault_injection_answer, not by fault_injection_begin
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

// What a fault may apply to.
struct fault_subject {
	const struct question *question;
	const char *program;           // the name of the program that asks
	const struct address *server;  // a query to this server; NULL: the lookup
	bool is_listed;                // the name as the program spells it
};

// Returns what `only` demands, else the first fault that matches the subject and passes its draw, with *draw filled; NULL
// if there is none. A
// draw depends on the seed of the configuration, the position of the fault, the name, the type of the call's first
// question for it, and the number of earlier lookups of that name and type. A fault that is counted over the run
// (config/fault.h) asks the counter of the run, which may block for two seconds (config/run.h); otherwise, and on
// failure, this process counts. Without a seed draws are unpredictable. Lock-free.
const struct fault *faults_find(
	struct faults *faults, struct fault_draws *draws, const struct fault_subject *subject, struct fault_draw *draw);

// Returns true once if faults that should be counted over the run are counted by process, which is to be logged;
// *reason is then the errno of the failed request to the run's counter, 0 if there is no counter.
bool faults_take_notice(struct faults *faults, int *reason);

// Calls see for each fault that may apply to the subject, in order, up to the first that applies in any case
// (is_certain), which it returns; else NULL. Makes no draws and counts nothing. Programs and servers are not compared.
const struct fault *faults_find_possible(const struct faults *faults, const struct fault_subject *subject,
	void (*see)(const struct fault *fault, bool is_certain, void *context), void *context);

// Returns the delay of the fault in milliseconds, for the number of its draw; 0: no delay.
uint32_t fault_delay(const struct fault *fault, uint64_t number);

// Fills *out, which must be empty, with the answer that the fault supplies, number being that of its draw; the caller
// clears it. Returns its outcome, or OUTCOME_PASS with *out unchanged if the fault supplies none. Does not wait: a
// timeout is OUTCOME_TRY_AGAIN at once. The message of FAULT_REPLY is an unusable answer.
enum outcome fault_answer(
	const struct fault *fault, uint64_t number, const struct question *question, struct answer *out);

// Writes the message of FAULT_REPLY, as if in reply to a query with that id, into out. Returns its length.
#define FAULT_REPLY_SIZE (PACKET_QUERY_MAX + 32)
size_t fault_write_reply(const struct fault *fault, const struct question *question, uint16_t id, uint8_t *out);
