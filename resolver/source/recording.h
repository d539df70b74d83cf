// SPDX-License-Identifier: MIT
// Records the servers' answers in a file, and replays them (withdns.conf(5): recording).
#pragma once

#include <stdbool.h>

#include "config/base/compiler.h"
#include "resolver/dns/message.h"

struct config;
struct config_error;
struct lookup_context;
struct recording;

// Reads the recording that the configuration, which must outlive the result, names. NULL with *error filled.
struct recording *recording_open(const struct config *config, struct config_error *error);
void recording_close(struct recording *recording);  // accepts NULL

// The errno of an answer that is not in a recording that is only replayed.
#define RECORDING_UNKNOWN ENODATA

// Fills *out with the recorded answer to the question, as a server gave it; the caller clears it. Answers are those
// that the file had in recording_open (NULL: there is none). Failures without a reply, such as timeouts, come at once.
// OUTCOME_PASS: the servers are to be asked; with RECORDING_ONLY instead OUTCOME_TRY_AGAIN with RECORDING_UNKNOWN.
// Thread-safe.
COLD enum outcome recording_answer(
	const struct recording *recording, const struct question *question, struct answer *out);

// Logs that the question has no recorded answer. Keeps errno.
void recording_log_unknown(const struct recording *recording, const struct question *question);

// Adds the servers' answers to the questions whose bits are set in wanted, as recording_file_add; nothing more once
// others have kept the file locked. questions and answers have at most QUESTIONS_MAX elements. Keeps errno; logs the
// first failure. Thread-safe.
void recording_add(
	struct recording *recording, const struct question *questions, unsigned wanted, const struct answer *answers);

// Returns the errno of the first failure to write the file; 0: none, also for a recording that is NULL.
int recording_failure(const struct recording *recording);
