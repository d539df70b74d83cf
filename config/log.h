// SPDX-License-Identifier: MIT
// The log: where it goes. Each event is written as one line of text or JSON.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config/log_event.h"
#include "config/run.h"

enum log_target { LOG_OFF, LOG_FILE, LOG_DESCRIPTOR, LOG_RUN };

struct log {
	enum log_target target;
	char *path;              // of LOG_FILE; owned by the config
	struct run_address run;  // of LOG_RUN; owned by the config
	int descriptor;          // of LOG_DESCRIPTOR
	uint64_t device, inode;  // what the descriptor was; see log_bind
	bool json;
};

// Makes the descriptor the target. Except for 2, which is stderr whatever file that is, the log is written only as
// long as the number still stands for the file that it stands for now: a program may close it and be given the same
// number for its database. A descriptor that is not open now leaves the log off.
void log_bind(struct log *log, int descriptor);

// A line is at most this long: long values are cut and end in "...", and JSON stays whole.
#define LOG_LINE_SIZE 2048

// Writes one line with one write(2), so that lines of many processes and threads never mix, and keeps errno.
// The file is opened for the one line (O_APPEND, O_CLOEXEC, 0666 less the umask) and closed again. What a name may
// smuggle in (controls, quotes, broken UTF-8) is escaped. Failures send no SIGPIPE: a log never breaks its program; what
// cannot be sent to LOG_RUN is told there (run.h). Returns the errno for which a file could not be opened, else 0.
// Takes no lock. The format is in withdns.conf(5).
int log_write(const struct log *log, const struct log_event *event);

static inline bool log_is_on(const struct log *log)
{
	return log->target != LOG_OFF;
}
