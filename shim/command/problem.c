// SPDX-License-Identifier: MIT
#include "shim/command/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config/base/strbuf.h"

bool problem_set_status(struct problem *problem, int status, const char *format, ...)
{
	va_list arguments;
	problem->status = status;
	va_start(arguments, format);
	vsnprintf(problem->text, sizeof(problem->text), format, arguments);
	va_end(arguments);
	return false;
}

bool problem_out_of_memory(struct problem *problem)
{
	return problem_set(problem, "out of memory");
}

// Escapes newlines and terminal sequences in file names and options.
void problem_write(const char *text)
{
	char bytes[2 * PROBLEM_SIZE];
	struct strbuf line = {.bytes = bytes, .size = sizeof(bytes)};
	strbuf_add(&line, "withdns: ");
	strbuf_add_escaped(&line, text, ESCAPE_TEXT, strbuf_room(&line) - 1);
	strbuf_add(&line, "\n");
	if (write(STDERR_FILENO, line.bytes, line.used) < 0)
		return;  // standard error is closed
}

void problem_print(const char *format, ...)
{
	char *text;
	va_list arguments;
	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) >= 0) {
		problem_write(text);
		free(text);
	}
	va_end(arguments);
}
