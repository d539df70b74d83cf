// SPDX-License-Identifier: MIT
#include "config/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/base/append.h"
#include "config/base/strbuf.h"
#include "config/log_json.h"
#include "config/log_text.h"

static bool is_still_bound(const struct log *log)
{
	struct stat now;
	if (log->descriptor == STDERR_FILENO)
		return true;
	return fstat(log->descriptor, &now) == 0 && now.st_dev == log->device && now.st_ino == log->inode;
}

void log_bind(struct log *log, int descriptor)
{
	struct stat now = {.st_dev = 0};
	const int saved = errno;
	const bool is_open = fstat(descriptor, &now) == 0;
	log->target = is_open || descriptor == STDERR_FILENO ? LOG_DESCRIPTOR : LOG_OFF;
	log->descriptor = descriptor;
	log->device = now.st_dev;
	log->inode = now.st_ino;
	errno = saved;
}

// -1 if there is nothing to write to; with LOG_FILE with errno.
static int open_target(const struct log *log)
{
	if (log->target == LOG_DESCRIPTOR)
		return is_still_bound(log) ? log->descriptor : -1;
	return append_open(log->path, O_CREAT);
}

// The errno for which the file could not be opened, else 0.
static int deliver(const struct log *log, const char *bytes, size_t size)
{
	if (log->target == LOG_RUN) {
		run_send_event(&log->run, bytes, size);
		return 0;
	}
	const int descriptor = open_target(log);
	if (descriptor < 0)
		return log->target == LOG_FILE ? errno : 0;
	append_write(descriptor, bytes, size);
	if (log->target == LOG_FILE)
		close(descriptor);
	return 0;
}

// The line is allocated, because threads with small stacks make lookups. Without memory it is lost.
static int write_line(const struct log *log, const struct log_event *event)
{
	char *bytes = malloc(LOG_LINE_SIZE);
	if (bytes == NULL) {
		if (log->target == LOG_RUN)
			run_note_loss();
		return 0;
	}
	struct strbuf line = {.bytes = bytes, .size = LOG_LINE_SIZE - 1};
	(log->json ? log_json_write : log_text_write)(&line, event);
	bytes[line.used++] = '\n';
	const int failure = deliver(log, bytes, line.used);
	free(bytes);
	return failure;
}

int log_write(const struct log *log, const struct log_event *event)
{
	if (!log_is_on(log))
		return 0;
	const int saved = errno;
	const int failure = write_line(log, event);
	errno = saved;
	return failure;
}
