// SPDX-License-Identifier: MIT
// Journals as tests write them.
#pragma once

#include <stdlib.h>
#include <string.h>

#include "shim/command/watch/journal.h"
#include "tests/unit/unit.h"

// A line of a call; source is "" or some members, each followed by a comma.
#define CALL(pid, name, source, result, ms)                                                             \
	"{\"v\":1,\"time\":\"2026-11-23T03:26:03.122Z\",\"pid\":" #pid                                      \
	",\"event\":\"call\",\"call\":\"getaddrinfo\",\"name\":\"" name "\"," source "\"result\":\"" result \
	"\",\"ms\":" ms "}\n"
#define BY_SERVER "\"source\":\"server\",\"server\":\"192.0.2.1:53\","

static inline struct journal parsed(const char *text)
{
	struct journal journal;
	char *copy = malloc(strlen(text) + 1);
	memcpy(copy, text, strlen(text));
	assert_true(journal_parse(copy, strlen(text), &journal));
	return journal;
}
