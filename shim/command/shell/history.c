// SPDX-License-Identifier: MIT
#include "shim/command/shell/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/base/append.h"
#include "config/base/file.h"
#include "shim/command/text.h"

// A larger file is not a history file.
#define FILE_MAX (4 * 1024 * 1024)

static char *path_below(const char *directory, const char *rest)
{
	return directory != NULL && directory[0] == '/' ? text_format("%s%s", directory, rest) : NULL;
}

// Creates missing directories with mode 0700 (XDG base directory specification).
static void make_directories(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
}

static int open_own(const char *path, int flags)
{
	return open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags, 0600);
}

// Rewrites the file in place, so that another shell that appends loses at most one line.
static void replace(const char *path, const char *bytes, size_t size)
{
	char *next = text_format("%s.%ld", path, (long)getpid());
	if (next == NULL)
		return;
	const int file = open_own(next, O_EXCL);
	if (file >= 0) {
		const bool is_whole = write(file, bytes, size) == (ssize_t)size;
		if (close(file) != 0 || !is_whole || rename(next, path) != 0)
			unlink(next);
	}
	free(next);
}

// The offset of the last HISTORY_MAX lines.
static char *last_lines(char *bytes, size_t size)
{
	char *at = bytes + size;
	for (unsigned count = 0; at > bytes; at--)
		if (at[-1] == '\n' && at < bytes + size && ++count == HISTORY_MAX)
			break;
	return at;
}

static void keep_last(struct history *history, const char *line)
{
	free(history->last);
	history->last = strdup(line);
}

// take: NULL for none.
static void load(struct history *history, void (*take)(const char *line))
{
	char *bytes;
	size_t size;
	if (history->path == NULL)
		return;
	if (file_read(history->path, FILE_MAX, &bytes, &size) != 0) {
		if (errno == EFBIG)
			replace(history->path, "", 0);
		return;
	}
	char *line = last_lines(bytes, size);
	if (line > bytes)
		replace(history->path, line, size - (size_t)(line - bytes));
	for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		if (take != NULL)
			take(line);
		if (end[1] == '\0')
			keep_last(history, line);
	}
	free(bytes);
}

void history_open(struct history *history, const char *home, void (*take)(const char *line))
{
	*history = (struct history){.path = path_below(getenv("XDG_STATE_HOME"), "/withdns/history")};
	if (history->path == NULL)
		history->path = path_below(home, "/.local/state/withdns/history");
	load(history, take);
}

static void append(char *path, const char *line)
{
	make_directories(path);
	const int file = open_own(path, O_APPEND);
	if (file < 0)
		return;
	char *text = text_format("%s\n", line);
	if (text != NULL)
		append_write(file, text, strlen(text));
	free(text);
	close(file);
}

bool history_add(struct history *history, const char *line)
{
	if (line[0] == '\0' || line[0] == ' ' || line[0] == '\t')
		return false;
	if (history->last != NULL && strcmp(history->last, line) == 0)
		return false;
	keep_last(history, line);
	if (history->path != NULL)
		append(history->path, line);
	return true;
}

void history_close(struct history *history)
{
	load(history, NULL);
	free(history->path);
	free(history->last);
	*history = (struct history){.path = NULL};
}
