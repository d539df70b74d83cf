// SPDX-License-Identifier: MIT
// Answers bent on purpose: which fault is for a question, and what it gives in place of an answer.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct config;
struct fault;
struct faults;

// config is borrowed. The counts behind shares and first=N go on from those of older (NULL: none) for lines that are
// the same. NULL without memory.
struct faults *faults_open(const struct config *config, const struct faults *older);
void faults_close(struct faults *faults);  // accepts NULL

// The lots that one call of the program has drawn: its questions for one name share them. Beyond so many, they are
// drawn anew. count 0 is an empty one.
#define FAULT_DRAWS_MAX 16
struct fault_draws {
	size_t count;
	struct fault_draw {
		uint64_t name;           // digest
		uint64_t number;         // drawn; 0: this fault lets the lookup alone
		uint32_t match;          // ordinal of the lookup among those that match the fault, from 1; 0: not counted
		uint32_t location : 31;  // of the fault in the configuration
		uint32_t is_of_run : 1;  // counted over the whole run, else by this process
	} list[FAULT_DRAWS_MAX];
};

#define FAULT_NUMBER_BIT (UINT64_C(1) << 63)  // of all numbers that are not 0

// 0 to 99, what was drawn for the fault's share.
static inline unsigned fault_draw_percent(const struct fault_draw *draw)
{
	return (unsigned)((draw->number & ~FAULT_NUMBER_BIT) % 100);
}

// The first fault that is for the question and does not let it alone, or NULL. *lot is what it has drawn for this
// lookup: by the seed of the configuration, the fault's place, the name and the type of the question that is asked
// first, and how many lookups of that name and type there were in the run. Where the fault is counted over the run
// (config/fault.h) and has a counter, the counter is asked, which may take two seconds (config/run.h); else this
// process counts by itself. Without a seed the number cannot be predicted. Takes no lock.
const struct fault *faults_find(
	struct faults *faults, struct fault_draws *draws, const struct question *question, struct fault_draw *draw);

// Must the log say that faults are counted by process? True once, with *reason the errno of the failure to ask the
// run's counter, 0 where there is no counter.
bool faults_take_notice(struct faults *faults, int *reason);

// Tells see of the faults that may be for the question, in their order, up to the first that is for certain: that one
// is returned, or NULL. Nothing is drawn.
const struct fault *faults_find_possible(const struct faults *faults, const struct question *question,
	void (*see)(const struct fault *fault, bool is_certain, void *context), void *context);

// The milliseconds that the fault makes this lookup wait.
uint32_t fault_delay(const struct fault *fault, uint64_t number);

// What the fault says in place of an answer; out must be empty before, and is the caller's to clear. OUTCOME_PASS, with
// *out untouched, where it leaves that to others. A timeout is OUTCOME_TRY_AGAIN at once: who waits is the caller.
enum outcome fault_answer(const struct fault *fault, const struct question *question, struct answer *out);
