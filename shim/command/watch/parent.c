// SPDX-License-Identifier: MIT
#include "shim/command/watch/parent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "shim/command/command_line.h"
#include "shim/command/option_rows.h"
#include "shim/command/problem.h"
#include "shim/command/watch/journal.h"
#include "shim/command/watch/replay.h"
#include "shim/command/watch/report.h"
#include "shim/command/watch/summary.h"
#include "shim/command/watch/watch.h"

// *made receives path if the file was created. -1 with *problem filled.
static int open_output(const char *path, const char **made, struct problem *problem)
{
	const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY;
	int descriptor = open(path, flags | O_EXCL, 0666);
	*made = descriptor >= 0 ? path : NULL;
	if (descriptor < 0)
		descriptor = open(path, flags, 0666);
	if (descriptor < 0)
		problem_set(problem, EXIT_OWN_ERROR, "%s: expected a file that can be written: %m", path);
	return descriptor;
}

static bool open_report(const char *path, struct parent *out, struct problem *problem)
{
	out->report = open_output(path, &out->made_report, problem);
	return out->report >= 0;
}

// The list is written by its path after the end of the program.
static bool check_list(const char *path, struct parent *out, struct problem *problem)
{
	const int descriptor = open_output(path, &out->made_list, problem);
	if (descriptor >= 0)
		close(descriptor);
	return descriptor >= 0;
}

static bool open_server(struct command_line *line, struct parent *parent, struct problem *problem)
{
	if (parent->line != NULL)
		return true;
	parent->line = line;
	return run_server_open(&parent->server, problem);
}

static bool open_journal(struct command_line *line, const char *option, struct parent *parent, struct problem *problem)
{
	parent->has_journal = true;
	return open_server(line, parent, problem) &&
		option_row_add_run(line, option, "journal ", &parent->server.address, problem);
}

bool parent_prepare(struct command_line *line, struct parent *out, struct problem *problem)
{
	*out = (struct parent){.report = -1};
	const char *const expect = line->expect != NULL ? "--expect" : "--expect-write";
	if (!line->summary && line->report == NULL && line->expect == NULL && line->expect_write == NULL)
		return true;
	if (line->expect != NULL && !expectations_read(line->expect, &out->expectations, problem))
		return false;
	if (line->report != NULL && !open_report(line->report, out, problem))
		return false;
	if (line->expect_write != NULL && !check_list(line->expect_write, out, problem))
		return false;
	const char *option = line->summary ? "--summary" : line->report != NULL ? "--report" : expect;
	return open_journal(line, option, out, problem);
}

bool parent_count(struct command_line *line, struct parent *parent, struct problem *problem)
{
	return open_server(line, parent, problem) &&
		option_row_add_run(line, "--fault", "counter ", &parent->server.address, problem);
}

bool parent_record(struct command_line *line, const char *mode, struct parent *parent, struct problem *problem)
{
	parent->is_replay = strcmp(mode, "none") == 0 && line->action == ACTION_RUN;
	return option_row_add_recording_mode(line, mode, problem) &&
		(!parent->is_replay || parent->has_journal || open_journal(line, "--record", parent, problem));
}

// An existing report may be longer, and may not be a regular file.
static bool write_report(struct parent *parent, const struct journal *journal)
{
	if (ftruncate(parent->report, 0) != 0 && errno != EINVAL)
		return false;
	FILE *out = fdopen(parent->report, "w");
	if (out == NULL)
		return false;
	parent->report = -1;
	const struct report report = {
		.journal = journal,
		.processes = &parent->server.processes,
		.program = (const char *const *)parent->line->program,
		.began = parent->began,
		.settings = parent->settings,
		.is_supervised = parent->line->reach == REACH_ASKED,
	};
	const bool done = report_write(&report, out);
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
static int check_expectations(const struct parent *parent, const struct journal *journal, int status, FILE *messages)
{
	const struct command_line *line = parent->line;
	const struct expectations *expectations = &parent->expectations;
	const uint64_t unknown = journal->lost + journal->unreadable + count_missing(journal);
	const bool is_unexpected = line->expect != NULL && expectations_write(expectations, journal, messages) > 0;
	const bool is_unused = line->expect_used && expectations_write_unused(expectations, journal, messages) > 0;
	if (unknown > 0)
		fprintf(messages, "withdns: %s: lookups or questions that could not be recorded: %llu\n",
			line->expect != NULL ? "--expect" : "--expect-write", (unsigned long long)unknown);
	if (WIFSIGNALED(status) || (!is_unexpected && !is_unused && unknown == 0))
		return status;
	return W_EXITCODE(is_unexpected || unknown == 0 ? EXIT_UNEXPECTED : EXIT_OWN_ERROR, 0);
}

static bool write_list(const char *path, const struct journal *journal)
{
	FILE *out = fopen(path, "we");
	const bool is_written = out != NULL && expectations_write_file(journal, out);
	return out != NULL && fclose(out) == 0 && is_written;
}

static int fail_output(const char *path, int status, FILE *messages)
{
	fprintf(messages, "withdns: %s: %m\n", path);
	return WIFSIGNALED(status) ? status : W_EXITCODE(EXIT_OWN_ERROR, 0);
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

// Evaluates the lookups. Returns the exit status.
static int evaluate(struct parent *parent, int status, FILE *messages)
{
	const struct command_line *line = parent->line;
	struct journal journal;
	if (!read_journal(&parent->server, &journal)) {
		fprintf(messages, "withdns: the lookups could not be read: %m\n");
		return W_EXITCODE(EXIT_OWN_ERROR, 0);
	}
	if (line->summary && !summary_write(&journal, line->summary_is_json, messages))
		fprintf(messages, "withdns: summary: %m\n");
	if (line->report != NULL && !write_report(parent, &journal))
		status = fail_output(line->report, status, messages);
	if (line->expect_write != NULL && !write_list(line->expect_write, &journal))
		status = fail_output(line->expect_write, status, messages);
	if (line->expect != NULL || line->expect_write != NULL)
		status = check_expectations(parent, &journal, status, messages);
	if (parent->is_replay && replay_write_unknown(&journal, messages) > 0 && !WIFSIGNALED(status))
		status = W_EXITCODE(EXIT_UNEXPECTED, 0);
	journal_clear(&journal);
	return status;
}

_Noreturn static void wait_and_end(struct parent *parent, struct watch *watch)
{
	char *text = NULL;
	size_t size;
	if (!run_server_start(&parent->server))
		parent->server.lost++;  // no event will be received
	int status = watch_wait(watch, &parent->server, parent->report);
	FILE *messages = open_memstream(&text, &size);
	if (messages != NULL) {
		status = evaluate(parent, status, messages);
		if (fclose(messages) == 0)
			fputs(text, stderr);
	} else if (!WIFSIGNALED(status)) {
		status = W_EXITCODE(EXIT_OWN_ERROR, 0);
	}
	run_server_close(&parent->server);
	watch_end(status);
}

bool parent_fork(struct parent *parent, struct problem *problem)
{
	struct watch watch;
	if (parent->line == NULL)
		return true;
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	parent->began = now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
	if (!watch_fork(&watch))
		return problem_set(problem, EXIT_OWN_ERROR, "fork: %m");
	if (watch.child > 0)
		wait_and_end(parent, &watch);
	run_server_forget(&parent->server);
	parent->made_report = parent->made_list = NULL;
	return true;
}

void parent_clear(struct parent *parent)
{
	expectations_clear(&parent->expectations);
	free(parent->settings);
	run_server_close(&parent->server);
	if (parent->report >= 0)
		close(parent->report);
	if (parent->made_report != NULL)
		unlink(parent->made_report);
	if (parent->made_list != NULL)
		unlink(parent->made_list);
}
