// SPDX-License-Identifier: MIT
// What a program and its children looked up, as one table of text.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct journal;
struct journal_event;

// Writes a table with one row for each name and call, the one that took the longest in all first, and a line of totals.
// What names may smuggle in is escaped. False for want of memory.
bool summary_write(const struct journal *journal, FILE *out);

// Is it a lookup of the program, and did it find nothing? Literal addresses are no lookups, whatever they are given to.
bool event_is_lookup(const struct journal_event *event);
bool event_is_failure(const struct journal_event *event);

// "server 127.0.0.1:5353", "hosts", or "-" for nobody; to bytes, which it returns.
const char *event_source(const struct journal_event *event, char *bytes, size_t size);

// "getaddrinfo", or with the record type "res_query MX"; to bytes, which it returns.
const char *event_call(const struct journal_event *event, char *bytes, size_t size);
