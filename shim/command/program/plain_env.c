// SPDX-License-Identifier: MIT
#include "shim/command/program/plain_env.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/utf8.h"
#include "shim/command/problem.h"

#define LINE_MAX_BYTES (64 * 1024 - 1)  // of docker, with the newline

static bool is_text(const char *value)
{
	uint32_t point;
	for (size_t length; *value != '\0'; value += length) {
		length = utf8_read(value, &point);
		if (length == 0 || point < ' ' || point == 0x7f)
			return false;
	}
	return true;
}

// What a reader would change; NULL for nothing.
static const char *obstacle(const char *name, const char *value)
{
	const size_t length = strlen(value);
	if (strlen(name) + length + 2 > LINE_MAX_BYTES)
		return "at most 64 KiB";
	if (!is_text(value))
		return "no newline or other control character, and UTF-8";
	if (strchr(value, '\\') != NULL)
		return "no backslash";
	if (length > 0 && (strchr(" \"'", value[0]) != NULL || value[length - 1] == ' '))
		return "no blank at its ends and no quote at its beginning";
	return NULL;
}

bool plain_env_write(const char *name, const char *value, FILE *out, struct problem *problem)
{
	const char *expected = obstacle(name, value);
	if (expected != NULL)
		return problem_set(problem, "--print-env=plain: %s: expected %s", name, expected);
	if (out != NULL)
		fprintf(out, "%s=%s\n", name, value);
	return true;
}

bool plain_env_write_directives(const char *name, const char *directives, FILE *out, struct problem *problem)
{
	char *line = strdup(directives);
	if (line == NULL)
		return problem_out_of_memory(problem);
	for (char *end = line; (end = strchr(end, '\n')) != NULL;)
		*end = ';';
	const bool done = plain_env_write(name, line, out, problem);
	free(line);
	return done;
}
