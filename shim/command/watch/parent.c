// SPDX-License-Identifier: MIT
#include "shim/command/watch/parent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "config/base/file.h"
#include "config/config_error.h"
#include "shim/command/command_line.h"
#include "shim/command/problem.h"
#include "shim/command/settings.h"
#include "shim/command/text.h"
#include "shim/command/tls/tls_forwarder.h"
#include "shim/command/watch/expect.h"
#include "shim/command/watch/lookups.h"
#include "shim/command/watch/report.h"
#include "shim/command/watch/watch.h"

static bool output_open(const char *path, struct parent_output *out, struct problem *problem)
{
	const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY;
	if (path == NULL)
		return true;
	int descriptor = file_open_output(path, flags | O_EXCL);
	const bool is_made = descriptor >= 0;
	if (descriptor < 0)
		descriptor = file_open_output(path, flags);
	if (descriptor < 0)
		return problem_set(problem, "%s: expected a file that can be written: %m", path);
	*out = (struct parent_output){path, descriptor, is_made};
	return true;
}

static void output_clear(struct parent_output *output)
{
	if (output->path != NULL)
		close(output->descriptor);
	if (output->is_made)
		unlink(output->path);
}

static bool open_server(const struct command_line *line, struct parent *parent, struct problem *problem)
{
	if (parent->line != NULL)
		return true;
	parent->line = line;
	return run_server_open(&parent->server, problem);
}

// Adds "counter ADDRESS" or "journal ADDRESS", in front since a counter must precede the faults that it counts.
static bool add_address(struct command_line *line, const char *word, struct parent *parent, struct problem *problem)
{
	if (!open_server(line, parent, problem))
		return false;
	char *address = run_socket_write(&parent->server.socket.address);
	char *directive = address != NULL ? text_format("%s %s", word, address) : NULL;
	free(address);
	return command_line_insert(line, 0, directive, strdup(word), problem);
}

// Do the options need the events of the run?
static bool is_watched(const struct command_line *line)
{
	return line->summary || line->report != NULL || line->expect != NULL || line->expect_write != NULL;
}

// Adds what follows from the settings, and makes them again.
static bool adapt(struct command_line *line, struct settings *settings, struct parent *parent, struct problem *problem)
{
	const char *mode = settings->recording_mode;
	const bool is_run = line->action == ACTION_RUN, is_counted = is_run && settings->is_counted;
	parent->is_replay = is_run && mode != NULL && strcmp(mode, "none") == 0;
	if (run_socket_is_listening(tls_forwarder_socket()) && !open_server(line, parent, problem))
		return false;
	if (!is_counted && mode == NULL)
		return true;
	return (!is_counted || add_address(line, "counter", parent, problem)) &&
		(!parent->is_replay || is_watched(line) || add_address(line, "journal", parent, problem)) &&
		(mode == NULL ||
			command_line_insert(
				line, line->setting_count, text_format("recording-mode %s", mode), strdup("--record-mode"), problem)) &&
		settings_make(line, settings, problem);
}

bool parent_prepare(struct command_line *line, struct settings *settings, struct parent *out, struct problem *problem)
{
	struct config_error error;
	if (line->expect != NULL && !name_list_read(line->expect, "", &out->expected, &error))
		return problem_set(problem, "%s", error.text);
	return output_open(line->report, &out->report, problem) && output_open(line->expect_write, &out->list, problem) &&
		(!is_watched(line) || add_address(line, "journal", out, problem)) && settings_make(line, settings, problem) &&
		adapt(line, settings, out, problem);
}

static bool write_content(struct parent *parent, const struct parent_output *output, struct lookups *lookups, FILE *out)
{
	if (output == &parent->list)
		return expect_write_list(&parent->server.journal, out);
	return report_write(parent->line, lookups, &parent->server.processes, parent->settings, out);
}

// Writes to an output, if there is one. An existing file may be longer, and may not be a regular one.
static bool write_output(struct parent *parent, const struct parent_output *output, struct lookups *lookups)
{
	if (output->path == NULL)
		return true;
	const bool is_empty = ftruncate(output->descriptor, 0) == 0 || errno == EINVAL;
	FILE *out = is_empty ? fdopen(output->descriptor, "w") : NULL;
	const bool is_written = out != NULL && write_content(parent, output, lookups, out);
	if (out != NULL && fclose(out) == 0 && is_written)
		return true;
	fprintf(stderr, "withdns: %s: %m\n", output->path);
	return false;
}

// Were all lookups recorded?
static bool is_complete(const struct parent *parent)
{
	const struct journal *journal = &parent->server.journal;
	const uint64_t unknown = journal->lost + journal->unreadable + journal_count(journal, EVENT_CONFIG, LOG_MISSING);
	if (unknown > 0)
		fprintf(stderr, "withdns: %s: lookups or questions that could not be recorded: %llu\n",
			parent->line->expect != NULL ? "--expect" : "--expect-write", (unsigned long long)unknown);
	return unknown == 0;
}

// Evaluates the lookups. Returns the status of the run, which passes only without unexpected names.
static int evaluate(struct parent *parent, int status)
{
	const struct command_line *line = parent->line;
	const struct journal *journal = &parent->server.journal;
	struct lookups lookups;
	bool is_done = lookups_make(journal, parent->began, &lookups), is_unexpected = false, is_unused = false;
	if (!is_done)
		fprintf(stderr, "withdns: the lookups could not be read: %m\n");
	if (is_done && line->summary)
		report_write_summary(&lookups, line->summary_is_json, stderr);
	is_done = is_done && write_output(parent, &parent->report, &lookups);
	is_done &= write_output(parent, &parent->list, &lookups);
	lookups_clear(&lookups);
	if (line->expect != NULL)
		is_unexpected = expect_write_lacking(&parent->expected, journal, stderr) > 0;
	if (line->expect_used)
		is_unused = expect_write_unused(&parent->expected, journal, stderr) > 0;
	if ((line->expect != NULL || line->expect_write != NULL) && !is_complete(parent))
		is_done = is_unused = false;  // a lookup that was not recorded may have been of that name
	if (parent->is_replay)
		is_unexpected |= expect_write_lacking(NULL, journal, stderr) > 0;
	is_unexpected |= is_unused;
	if (WIFSIGNALED(status) || (is_done && !is_unexpected))
		return status;
	return W_EXITCODE(is_unexpected ? EXIT_UNEXPECTED : EXIT_OWN_ERROR, 0);
}

static void close_others(const struct parent *parent)
{
	const int *listeners = parent->server.socket.listeners;
	const int *forwarder = tls_forwarder_socket()->listeners;
	int kept[] = {STDERR_FILENO, listeners[0], listeners[1], forwarder[0], forwarder[1],
		parent->report.path != NULL ? parent->report.descriptor : -1,
		parent->list.path != NULL ? parent->list.descriptor : -1};
	watch_close_others(kept, sizeof(kept) / sizeof(kept[0]));
}

_Noreturn static void wait_and_end(struct parent *parent, const struct watch *watch)
{
	static char buffer[1 << 16];  // so that messages of others do not mix with ours
	struct run_server *server = &parent->server;
	close_others(parent);
	if (!run_server_start(server))
		server->journal.lost++;  // no event will be received
	if (run_socket_is_listening(tls_forwarder_socket()) && !tls_forwarder_start())
		problem_print("no connections to encrypted servers: %m");
	setvbuf(stderr, buffer, _IOFBF, sizeof(buffer));
	const int status = evaluate(parent, watch_wait(watch, server));
	fflush(stderr);
	run_server_close(server);
	run_socket_remove(tls_forwarder_socket());
	watch_end(status);
}

bool parent_fork(struct parent *parent, struct problem *problem)
{
	struct watch watch;
	if (parent->line == NULL)
		return true;
	parent->began = clock_read(CLOCK_REALTIME) / 1000;
	if (!watch_fork(&watch))
		return problem_set(problem, "fork: %m");
	if (watch.child > 0)
		wait_and_end(parent, &watch);
	parent->report.is_made = parent->list.is_made = false;
	return true;
}

void parent_clear(struct parent *parent)
{
	name_list_clear(&parent->expected);
	free(parent->settings);
	run_server_close(&parent->server);
	run_socket_remove(tls_forwarder_socket());
	output_clear(&parent->report);
	output_clear(&parent->list);
}
