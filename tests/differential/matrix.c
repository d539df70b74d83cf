// SPDX-License-Identifier: MIT
// matrix GROUP [NAMES]: walks one group of calls; NAMES is a file with a name a line, \xHH being a byte.
// matrix -p GROUP NAMES: the same with a process for each name, all at once, for servers that are slow.
#include <errno.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/differential/matrix.h"

#define EXIT_USAGE 2

static const struct group {
	const char *name;
	void (*walk)(const struct names *names);
} groups[] = {
	{"hints", walk_hints},
	{"flags", walk_flags},
	{"literals", walk_literals},
	{"names", walk_names},
	{"few-names", walk_few_names},
	{"hostnames", walk_hostnames},
	{"few-hostnames", walk_few_hostnames},
	{"rooms", walk_rooms},
	{"addresses", walk_addresses},
	{"odd-addresses", walk_odd_addresses},
	{"kept", walk_kept},
	{"entries", walk_entries},
	{"nameinfo", walk_nameinfo},
	{"few-nameinfo", walk_few_nameinfo},
	{"async", walk_async},
	{"cancel", walk_cancel},
	{"state", walk_state},
	{"queries", walk_queries},
	{"few-queries", walk_few_queries},
	{"packets", walk_packets},
	{"ipv6-queries", walk_ipv6_queries},
	{"settings", walk_settings},
	{"answer-sizes", walk_answer_sizes},
	{"reload", walk_reload},
};

static const struct group *find_group(const char *name)
{
	for (size_t i = 0; i < LENGTH(groups); i++)
		if (strcmp(groups[i].name, name) == 0)
			return &groups[i];
	return NULL;
}

// In place: the text gets no longer.
static void unescape(char *text)
{
	char *to = text;
	while (*text) {
		unsigned byte;
		if (sscanf(text, "\\x%2x", &byte) == 1) {
			*to++ = (char)byte;
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

static bool read_names(const char *path, struct names *names)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	if (!file)
		return false;
	while (getline(&line, &room, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		unescape(line);
		names->items = reallocarray(names->items, names->count + 1, sizeof(*names->items));
		if (!names->items || !(names->items[names->count++] = strdup(line)))
			abort();
	}
	free(line);
	fclose(file);
	return true;
}

void in_process(void (*walk)(const void *argument), const void *argument)
{
	fflush(stdout);
	const pid_t child = fork();
	if (child == 0) {
		walk(argument);
		fflush(stdout);
		_exit(EXIT_SUCCESS);
	}
	int status = EXIT_FAILURE;
	waitpid(child, &status, 0);
	if (status != 0)
		say("process => ended with %#x\n", (unsigned)status);
}

// What the child printed ends up in a file without a name, so that the children's lines come in the order of the names.
static pid_t start_child(const struct group *group, const struct names *name, FILE *output)
{
	const pid_t child = fork();
	if (child != 0)
		return child;
	if (dup2(fileno(output), STDOUT_FILENO) < 0)
		_exit(EXIT_FAILURE);
	group->walk(name);
	fflush(stdout);
	_exit(EXIT_SUCCESS);
}

static void copy(FILE *from)
{
	char bytes[4096];
	size_t size;
	rewind(from);
	while ((size = fread(bytes, 1, sizeof(bytes), from)) > 0)
		fwrite(bytes, 1, size, stdout);
}

static int walk_at_once(const struct group *group, const struct names *names)
{
	FILE **outputs = calloc(names->count, sizeof(*outputs));
	pid_t *children = calloc(names->count, sizeof(*children));
	int status = 0;
	fflush(stdout);
	for (size_t i = 0; outputs && children && i < names->count; i++) {
		if (!(outputs[i] = tmpfile()))
			abort();
		children[i] = start_child(group, &(struct names){&names->items[i], 1}, outputs[i]);
	}
	for (size_t i = 0; outputs && children && i < names->count; i++) {
		int ended = EXIT_FAILURE;
		waitpid(children[i], &ended, 0);
		status |= ended;
		copy(outputs[i]);
		fclose(outputs[i]);
	}
	free(outputs);
	free(children);
	return status ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int count, char **arguments)
{
	const bool at_once = count > 1 && strcmp(arguments[1], "-p") == 0;
	const struct group *group = count > 1 + at_once ? find_group(arguments[1 + at_once]) : NULL;
	struct names names = {0};
	if (!group || count > 3 + at_once) {
		fprintf(stderr, "usage: matrix [-p] GROUP [NAMES]\n");
		return EXIT_USAGE;
	}
	if (count > 2 + at_once && !read_names(arguments[2 + at_once], &names)) {
		fprintf(stderr, "matrix: %s: %s\n", arguments[2 + at_once], strerror(errno));
		return EXIT_USAGE;
	}
	setlocale(LC_ALL, "");
	// So that the line before the one that crashes is there.
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	if (at_once)
		return walk_at_once(group, &names);
	group->walk(&names);
	return EXIT_SUCCESS;
}
