// SPDX-License-Identifier: MIT
#include "shim/command/watch/afterwards.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shim/command/option_rows.h"
#include "shim/command/options.h"
#include "shim/command/problem.h"
#include "shim/command/watch/report.h"
#include "shim/command/watch/summary.h"
#include "shim/command/watch/watch.h"

static bool open_report(const char *path, int *out, struct problem *problem)
{
	*out = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	return *out >= 0 || problem_set(problem, EXIT_OWN_ERROR, "%s: expected a file that can be written: %m", path);
}

bool afterwards_prepare(struct command_line *line, struct afterwards *out, struct problem *problem)
{
	*out = (struct afterwards){.report = -1, .journal.descriptor = -1};
	if (!line->summary && line->report == NULL && line->expect == NULL)
		return true;
	out->line = line;
	if (line->expect != NULL && !expectations_read(line->expect, &out->expectations, problem))
		return false;
	if (line->report != NULL && !open_report(line->report, &out->report, problem))
		return false;
	const char *option = line->summary ? "--summary" : line->report != NULL ? "--report" : "--expect";
	return journal_file_make(&out->journal, problem) &&
		option_row_add_path(line, option, "journal ", out->journal.path, problem);
}

static bool write_whole(int descriptor, const char *bytes, size_t size)
{
	while (size > 0) {
		const ssize_t count = write(descriptor, bytes, size);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return false;
		bytes += count;
		size -= (size_t)count;
	}
	return true;
}

// A page that was there before may be longer, and may be no file.
static bool write_report(const struct afterwards *afterwards, const struct journal *journal)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool done = out != NULL && report_write(journal, (const char *const *)afterwards->line->program, out);
	if (out != NULL && fclose(out) != 0)
		done = false;
	if (done && ftruncate(afterwards->report, 0) != 0 && errno != EINVAL)
		done = false;
	done = done && write_whole(afterwards->report, text, size);
	free(text);
	return done;
}

// Writes to said what is to be told; the status to end with.
static int evaluate(const struct afterwards *afterwards, int status, FILE *said)
{
	const struct command_line *line = afterwards->line;
	struct journal journal;
	if (!journal_file_read(&afterwards->journal, &journal)) {
		fprintf(said, "withdns: the lookups could not be read: %m\n");
		return W_EXITCODE(EXIT_OWN_ERROR, 0);
	}
	if (line->summary && !summary_write(&journal, said))
		fprintf(said, "withdns: summary: %m\n");
	if (line->report != NULL && !write_report(afterwards, &journal)) {
		fprintf(said, "withdns: %s: %m\n", line->report);
		status = WIFSIGNALED(status) ? status : W_EXITCODE(EXIT_OWN_ERROR, 0);
	}
	if (line->expect != NULL && expectations_tell(&afterwards->expectations, &journal, said) > 0 &&
	    !WIFSIGNALED(status))
		status = W_EXITCODE(EXIT_UNEXPECTED, 0);
	journal_clear(&journal);
	return status;
}

_Noreturn static void wait_and_end(struct afterwards *afterwards, struct watch *watch)
{
	char *text = NULL;
	size_t size;
	int status = watch_wait(watch, afterwards->journal.descriptor, afterwards->report);
	FILE *said = open_memstream(&text, &size);
	if (said != NULL) {
		status = evaluate(afterwards, status, said);
		if (fclose(said) == 0)
			write_whole(STDERR_FILENO, text, size);
	}
	journal_file_remove(&afterwards->journal);
	watch_end(status);
}

bool afterwards_fork(struct afterwards *afterwards, struct problem *problem)
{
	struct watch watch;
	if (afterwards->line == NULL)
		return true;
	if (!watch_fork(&watch))
		return problem_set(problem, EXIT_OWN_ERROR, "fork: %m");
	if (watch.child > 0)
		wait_and_end(afterwards, &watch);
	journal_file_forget(&afterwards->journal);
	return true;
}

void afterwards_clear(struct afterwards *afterwards)
{
	expectations_clear(&afterwards->expectations);
	journal_file_remove(&afterwards->journal);
	if (afterwards->report >= 0)
		close(afterwards->report);
}
