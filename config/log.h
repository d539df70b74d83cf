// SPDX-License-Identifier: MIT
// The log: where it goes. Each event is written as one line of text or JSON; to the parent of a run it is sent as pairs
// "KEY=VALUE", each followed by a NUL, of log_member.h and "time" (milliseconds since 1970), "pid", "thread" (0: the
// first of the process) and "program". There, a duration is in microseconds and text is not escaped.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config/log_event.h"
#include "config/run.h"

enum log_target { LOG_OFF, LOG_FILE, LOG_DESCRIPTOR, LOG_RUN };

struct log {
	enum log_target target;
	char *path;              // of LOG_FILE
	struct run_address run;  // of LOG_RUN
	int descriptor;          // of LOG_DESCRIPTOR
	uint64_t device, inode;  // of the file that descriptor referred to; see log_bind
	bool json;               // instead of text
};

// Makes the descriptor the target; the log stays off if it is not open. Lines are written only as long as the number
// refers to the same file, because a program may close it and get the number for its database. 2 (stderr) is exempt.
void log_bind(struct log *log, int descriptor);

// The maximum size of a line: long values are cut and end in "...", JSON stays valid.
#define LOG_LINE_SIZE 2048

// Writes one line (format: withdns.conf(5)) with one write(2), so that lines of processes and threads do not mix.
// A file is opened (O_APPEND, O_CLOEXEC, mode 0666 less the umask) and closed for each line. Control characters, quotes
// and invalid UTF-8 in values are escaped. Returns 0, or the errno with which the file could not be opened; other
// failures are ignored, those of LOG_RUN are counted (run.h). Keeps errno, takes no lock, raises no SIGPIPE.
int log_write(const struct log *log, const struct log_event *event);

static inline bool log_is_on(const struct log *log)
{
	return log->target != LOG_OFF;
}
