// SPDX-License-Identifier: MIT
#include "shim/notice.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/base/error_text.h"
#include "config/base/strbuf.h"
#include "config/config.h"

static struct {
	bool is_open;
	dev_t device;
	ino_t inode;
} first_stderr;

static bool stat_stderr(struct stat *out)
{
	const int saved = errno;
	const bool is_open = fstat(STDERR_FILENO, out) == 0;
	errno = saved;
	return is_open;
}

void notice_begin(void)
{
	struct stat now;
	first_stderr.is_open = stat_stderr(&now);
	if (!first_stderr.is_open)
		return;
	first_stderr.device = now.st_dev;
	first_stderr.inode = now.st_ino;
}

static bool is_first_stderr(void)
{
	struct stat now;
	return first_stderr.is_open && stat_stderr(&now) && now.st_dev == first_stderr.device &&
		now.st_ino == first_stderr.inode;
}

static void tell(struct strbuf *line)
{
	const int saved = errno;
	strbuf_add(line, "\n");
	// Errors of writing to stderr cannot be reported.
	if (write(STDERR_FILENO, line->bytes, line->used) < 0)
		errno = saved;
}

void notice_config(const char *text)
{
	static atomic_flag reported = ATOMIC_FLAG_INIT;
	char bytes[CONFIG_ERROR_SIZE + 16];
	struct strbuf line = {.bytes = bytes, .size = sizeof(bytes)};
	if (atomic_flag_test_and_set(&reported))
		return;
	strbuf_add(&line, "withdns: ");
	strbuf_add(&line, text);
	tell(&line);
}

static bool may_pass(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM || error == EINTR || error == ENXIO;
}

void notice_unwritable(enum notice_file what, const char *path, int error)
{
	static const char *const words[] = {"withdns: log ", "withdns: recording "};
	static atomic_flag reported[NOTICE_FILES] = {ATOMIC_FLAG_INIT, ATOMIC_FLAG_INIT};
	char bytes[CONFIG_ERROR_SIZE];
	struct strbuf line = {.bytes = bytes, .size = sizeof(bytes)};
	if (may_pass(error) || !is_first_stderr() || atomic_flag_test_and_set(&reported[what]))
		return;
	strbuf_add(&line, words[what]);
	strbuf_add_escaped(&line, path, ESCAPE_TEXT, sizeof(bytes) - 80);
	strbuf_add(&line, ": ");
	strbuf_add(&line, error_text(error));
	tell(&line);
}
