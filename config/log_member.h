// SPDX-License-Identifier: MIT
// The members of an event, in the order in which JSON has them. The log's JSON, the reader of the journal and
// --query --trace --json go by this table; text lines have a layout of their own (log.c, lookup_trace.c).
#pragma once

#include <stddef.h>

#include "config/log.h"

enum log_member_form {
	LOG_MEMBER_STRING,
	LOG_MEMBER_KIND,
	LOG_MEMBER_SOURCE,
	LOG_MEMBER_RESULT,
	LOG_MEMBER_WORDS,     // a string of words with a blank between: an array of strings
	LOG_MEMBER_LINES,     // the same of lines
	LOG_MEMBER_NUMBER,    // an unsigned; 0 is left out
	LOG_MEMBER_COUNT,     // one of event.counts
	LOG_MEMBER_DURATION,  // microseconds, written as milliseconds; a negative one is left out
};

struct log_member {
	const char *key;
	enum log_member_form form;
	size_t offset;         // in struct log_event
	size_t limit;          // bytes that the log writes of a string or of an element; which of the counts
	unsigned trace_place;  // its place in JSON of --trace, from 1; 0: it is not there
};

#define LOG_RECORD_LIMIT 256  // printable ASCII, at most twice as long once it is escaped

extern const struct log_member log_members[];  // up to one whose key is NULL

// The one at that place in --trace; NULL behind the last.
const struct log_member *log_member_at(unsigned trace_place);

// The string or word of a member; NULL where the event has none and for the forms that are numbers.
const char *log_member_text(const struct log_member *member, const struct log_event *event);

// The number of LOG_MEMBER_NUMBER, LOG_MEMBER_COUNT and LOG_MEMBER_DURATION; -1 where it is left out.
int64_t log_member_number(const struct log_member *member, const struct log_event *event);
