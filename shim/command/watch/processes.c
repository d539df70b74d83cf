// SPDX-License-Identifier: MIT
#include "shim/command/watch/processes.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/array.h"

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

static struct process *find(const struct processes *processes, int64_t pid)
{
	for (size_t i = processes->count; i > 0; i--)
		if (processes->list[i - 1].pid == pid)
			return &processes->list[i - 1];
	return NULL;
}

const struct process *processes_find(const struct processes *processes, int64_t pid)
{
	return find(processes, pid);
}

// A process that is known may have executed another program since. Without memory it is left out.
static void keep(struct processes *processes, struct process *process)
{
	struct process *known = find(processes, process->pid);
	if (known != NULL) {
		free(known->command);
		*known = *process;
	} else if (!array_append(&processes->list, &processes->count, process, sizeof(*process))) {
		free(process->command);
	}
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
		if (find(processes, pid) != NULL)
			break;
	}
	free(own.command);
}

void processes_clear(struct processes *processes)
{
	for (size_t i = 0; i < processes->count; i++)
		free(processes->list[i].command);
	free(processes->list);
	*processes = (struct processes){.list = NULL};
}
