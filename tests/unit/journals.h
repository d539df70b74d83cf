// SPDX-License-Identifier: MIT
// Journals as tests write them.
#pragma once

#include <stdlib.h>
#include <string.h>

#include "shim/command/watch/journal.h"
#include "tests/unit/unit.h"

// An event is written as "KEY=VALUE|KEY=VALUE\n". That of a call; source is "" or some pairs, each followed by a |.
#define CALL(pid, name, source, result, us) \
	"time=1795404363122|pid=" #pid "|event=call|call=getaddrinfo|name=" name "|" source "result=" result "|ms=" us "\n"
#define BEGAN INT64_C(1795403999000)  // when the run began, before all of them
#define BY_SERVER "source=server|server=192.0.2.1:53|"

static inline struct journal parsed(const char *text)
{
	struct journal journal = {.events = NULL};
	for (const char *line = text, *end; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		char *event = strndup(line, (size_t)(end - line));
		for (char *at = event; (at = strchr(at, '|')) != NULL; at++)
			*at = '\0';
		journal_add(&journal, event, (size_t)(end - line) + 1);
		free(event);
	}
	return journal;
}
