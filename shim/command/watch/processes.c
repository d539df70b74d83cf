// SPDX-License-Identifier: MIT
#include "shim/command/watch/processes.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/array.h"
#include "shim/command/watch/journal.h"
#include "shim/command/watch/lookups.h"

#define COMMAND_SIZE 400  // of a longer command line the beginning is kept
#define ANCESTORS_MAX 64

// Reads the beginning of /proc/PID/NAME. The number of bytes, without the NUL that follows them; 0: none.
static size_t read_file(int64_t pid, const char *name, char *bytes, size_t size)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%lld/%s", (long long)pid, name);
	const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	const ssize_t length = descriptor >= 0 ? read(descriptor, bytes, size - 1) : 0;
	if (descriptor >= 0)
		close(descriptor);
	bytes[length > 0 ? length : 0] = '\0';
	return length > 0 ? (size_t)length : 0;
}

// "PID (NAME) STATE PARENT ...", where NAME may hold any character.
static bool read_process(int64_t pid, struct process *out)
{
	char bytes[COMMAND_SIZE];
	long long parent;
	read_file(pid, "stat", bytes, sizeof(bytes));
	const char *end = strrchr(bytes, ')');
	if (end == NULL || sscanf(end, ") %*c %lld", &parent) != 1)
		return false;
	const size_t length = read_file(pid, "cmdline", bytes, sizeof(bytes));
	for (size_t i = 0; i + 1 < length; i++)
		if ((unsigned char)bytes[i] < ' ')
			bytes[i] = ' ';
	*out = (struct process){.pid = pid, .parent = parent, .command = strdup(bytes)};
	return out->command != NULL;
}

static int compare_processes(const void *one, const void *other)
{
	const struct process *left = one, *right = other;
	return ARRAY_ORDER(left->pid, right->pid);
}

static size_t place_of(const struct processes *processes, int64_t pid)
{
	const struct process wanted = {.pid = pid};
	return array_place(processes->list, processes->count, sizeof(wanted), &wanted, compare_processes);
}

struct process *processes_find(const struct processes *processes, int64_t pid)
{
	const size_t place = place_of(processes, pid);
	return place < processes->count && processes->list[place].pid == pid ? &processes->list[place] : NULL;
}

// A process that is known may have executed another program since. The command is owned then. NULL without memory.
static struct process *keep(struct processes *processes, const struct process *process)
{
	struct process *known = processes_find(processes, process->pid);
	const size_t place = place_of(processes, process->pid), behind = processes->count - place;
	if (known != NULL) {
		free(known->command);
	} else if (array_append(&processes->list, &processes->count, process, sizeof(*process))) {
		known = &processes->list[place];
		memmove(known + 1, known, behind * sizeof(*known));
	} else {
		free(process->command);
		return NULL;
	}
	*known = *process;
	return known;
}

// Forks of this process, such as a supervisor, are no processes of the program.
void processes_note(struct processes *processes, int64_t pid)
{
	struct process own, process;
	if (!read_process(getpid(), &own))
		return;
	for (int i = 0; i < ANCESTORS_MAX && pid > 1 && pid != own.pid && read_process(pid, &process); i++) {
		if (strcmp(process.command, own.command) == 0) {
			free(process.command);
			break;
		}
		keep(processes, &process);
		pid = process.parent;
		if (processes_find(processes, pid) != NULL)
			break;
	}
	free(own.command);
}

// The process that made a lookup. NULL without memory.
static struct process *process_of(struct processes *processes, const struct lookup *lookup)
{
	struct process *known = processes_find(processes, lookup->pid);
	const struct journal_event *event = lookup->call != NULL ? lookup->call : lookup->events[0];
	struct process process = {.pid = lookup->pid, .parent = known != NULL ? known->parent : -1};
	if (known != NULL && known->command[0] != '\0')
		return known;
	process.command = strdup(event->program != NULL ? event->program : "");
	return process.command != NULL ? keep(processes, &process) : NULL;
}

static void show_ancestors(const struct processes *processes, const struct process *process)
{
	struct process *ancestor = processes_find(processes, process->parent);
	for (; ancestor != NULL && !ancestor->is_shown; ancestor = processes_find(processes, ancestor->parent))
		ancestor->is_shown = true;
}

bool processes_add_lookups(struct processes *processes, const struct lookups *lookups)
{
	struct process *process = NULL;
	for (const struct lookup *lookup = lookups->list; lookup < lookups->list + lookups->count; lookup++) {
		if (process == NULL || process->pid != lookup->pid) {
			process = process_of(processes, lookup);
			if (process == NULL)
				return false;
			process->first = lookup;
		}
		process->count++;
		process->is_shown |= lookup->is_shown;
	}
	for (size_t i = 0; i < processes->count; i++)
		if (processes->list[i].is_shown)
			show_ancestors(processes, &processes->list[i]);
	return true;
}

void processes_clear(struct processes *processes)
{
	for (size_t i = 0; i < processes->count; i++)
		free(processes->list[i].command);
	free(processes->list);
	*processes = (struct processes){.list = NULL};
}
