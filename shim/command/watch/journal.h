// SPDX-License-Identifier: MIT
// Parses the journal: the events that the library wrote while a program was watched.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/log.h"

// One line. Strings are borrowed from the journal, and NULL if the line has no such member; withdns.conf(5) describes
// them. logged has no counts. Its addresses and names are separated by one blank, its records by a comma and a blank.
struct journal_event {
	struct log_event logged;
	const char *program;
	const char *kind, *source;  // the words of those of logged
	int64_t time;               // of writing, in milliseconds since 1970
	int64_t pid, thread;        // thread is pid if the line has none
};

struct journal {
	struct journal_event *events;  // in the order in which they were written
	size_t count;
	size_t unreadable;  // number of lines that are not events; the program can send any line
	uint64_t lost;      // number of lookups and questions that are not in the journal
	char *text;         // holds the strings of the events
};

// Reads size bytes, and takes ownership of text, which malloc(3) allocated with room for a NUL after them. False for
// lack of memory, with *out empty.
bool journal_parse(char *text, size_t size, struct journal *out);

// Accepts one that was never filled (all zero).
void journal_clear(struct journal *journal);
