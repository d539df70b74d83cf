// SPDX-License-Identifier: MIT
// Writes the lookups of a program and its children as a text table.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct journal;
struct journal_event;

// Writes a table with one row for each name and function, sorted by total time, the longest first, and a line of
// totals. Names are escaped. False for lack of memory.
bool summary_write(const struct journal *journal, FILE *out);

// Is the event a lookup of the program (literal addresses are not); did that lookup fail?
bool event_is_lookup(const struct journal_event *event);
bool event_is_failure(const struct journal_event *event);

// Writes the source of the answer to bytes: "server 127.0.0.1:5353", "hosts", or "-" for none. Returns bytes.
const char *event_source(const struct journal_event *event, char *bytes, size_t size);

// Writes the function to bytes: "getaddrinfo", or with the record type "res_query MX". Returns bytes.
const char *event_call(const struct journal_event *event, char *bytes, size_t size);
