// SPDX-License-Identifier: MIT
#include "shim/command/watch/afterwards.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shim/command/command_line.h"
#include "shim/command/option_rows.h"
#include "shim/command/problem.h"
#include "shim/command/watch/journal.h"
#include "shim/command/watch/report.h"
#include "shim/command/watch/summary.h"
#include "shim/command/watch/watch.h"

static bool open_report(const char *path, struct afterwards *out, struct problem *problem)
{
	const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY;
	out->report = open(path, flags | O_EXCL, 0666);
	out->made_report = out->report >= 0 ? path : NULL;
	if (out->report < 0)
		out->report = open(path, flags, 0666);
	return out->report >= 0 ||
		problem_set(problem, EXIT_OWN_ERROR, "%s: expected a file that can be written: %m", path);
}

static bool open_server(struct command_line *line, struct afterwards *afterwards, struct problem *problem)
{
	if (afterwards->line != NULL)
		return true;
	afterwards->line = line;
	return run_server_open(&afterwards->server, problem);
}

bool afterwards_prepare(struct command_line *line, struct afterwards *out, struct problem *problem)
{
	*out = (struct afterwards){.report = -1};
	if (!line->summary && line->report == NULL && line->expect == NULL)
		return true;
	if (line->expect != NULL && !expectations_read(line->expect, &out->expectations, problem))
		return false;
	if (line->report != NULL && !open_report(line->report, out, problem))
		return false;
	const char *option = line->summary ? "--summary" : line->report != NULL ? "--report" : "--expect";
	return open_server(line, out, problem) &&
		option_row_add_run(line, option, "journal ", &out->server.address, problem);
}

bool afterwards_count(struct command_line *line, struct afterwards *afterwards, struct problem *problem)
{
	return open_server(line, afterwards, problem) &&
		option_row_add_run(line, "--fault", "counter ", &afterwards->server.address, problem);
}

// An existing report may be longer, and may not be a regular file.
static bool write_report(struct afterwards *afterwards, const struct journal *journal)
{
	if (ftruncate(afterwards->report, 0) != 0 && errno != EINVAL)
		return false;
	FILE *out = fdopen(afterwards->report, "w");
	if (out == NULL)
		return false;
	afterwards->report = -1;
	const bool done = report_write(journal, (const char *const *)afterwards->line->program, out);
	return fclose(out) == 0 && done;
}

// Calls that failed because there was no configuration: their names are not in the journal.
static size_t count_missing(const struct journal *journal)
{
	size_t count = 0;
	for (size_t i = 0; i < journal->count; i++) {
		const struct journal_event *event = &journal->events[i];
		count += event->logged.kind == EVENT_CONFIG && event->logged.name != NULL &&
			strcmp(event->logged.name, LOG_MISSING) == 0;
	}
	return count;
}

// Without unexpected names, the run passes only if all lookups were recorded.
static int check_expectations(
	const struct afterwards *afterwards, const struct journal *journal, int status, FILE *said)
{
	const uint64_t unknown = journal->lost + journal->unreadable + count_missing(journal);
	const bool is_unexpected = expectations_write(&afterwards->expectations, journal, said) > 0;
	if (unknown > 0)
		fprintf(said, "withdns: --expect: lookups or questions that could not be recorded: %llu\n",
			(unsigned long long)unknown);
	if (WIFSIGNALED(status) || (!is_unexpected && unknown == 0))
		return status;
	return W_EXITCODE(is_unexpected ? EXIT_UNEXPECTED : EXIT_OWN_ERROR, 0);
}

static bool read_journal(struct run_server *server, struct journal *out)
{
	char *text = server->journal != NULL ? server->journal : malloc(1);
	server->journal = NULL;
	if (text == NULL || !journal_parse(text, server->journal_size, out))
		return false;
	out->lost = server->lost;
	return true;
}

// Writes the messages to said; returns the exit status.
static int evaluate(struct afterwards *afterwards, int status, FILE *said)
{
	const struct command_line *line = afterwards->line;
	struct journal journal;
	if (!read_journal(&afterwards->server, &journal)) {
		fprintf(said, "withdns: the lookups could not be read: %m\n");
		return W_EXITCODE(EXIT_OWN_ERROR, 0);
	}
	if (line->summary && !summary_write(&journal, said))
		fprintf(said, "withdns: summary: %m\n");
	if (line->report != NULL && !write_report(afterwards, &journal)) {
		fprintf(said, "withdns: %s: %m\n", line->report);
		status = WIFSIGNALED(status) ? status : W_EXITCODE(EXIT_OWN_ERROR, 0);
	}
	if (line->expect != NULL)
		status = check_expectations(afterwards, &journal, status, said);
	journal_clear(&journal);
	return status;
}

_Noreturn static void wait_and_end(struct afterwards *afterwards, struct watch *watch)
{
	char *text = NULL;
	size_t size;
	if (!run_server_start(&afterwards->server))
		afterwards->server.lost++;  // no event will be received
	int status = watch_wait(watch, &afterwards->server, afterwards->report);
	FILE *said = open_memstream(&text, &size);
	if (said != NULL) {
		status = evaluate(afterwards, status, said);
		if (fclose(said) == 0)
			fputs(text, stderr);
	} else if (!WIFSIGNALED(status)) {
		status = W_EXITCODE(EXIT_OWN_ERROR, 0);
	}
	run_server_close(&afterwards->server);
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
	run_server_forget(&afterwards->server);
	afterwards->made_report = NULL;
	return true;
}

void afterwards_clear(struct afterwards *afterwards)
{
	expectations_clear(&afterwards->expectations);
	run_server_close(&afterwards->server);
	if (afterwards->report >= 0)
		close(afterwards->report);
	if (afterwards->made_report != NULL)
		unlink(afterwards->made_report);
}
