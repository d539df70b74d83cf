// SPDX-License-Identifier: MIT
// The table of an event's members, in the order in which JSON has them. All writers and readers of events go by it: the
// log's text and JSON, the reader of the journal, --query --trace --json. A new member needs a field in log_event.h, a
// row in log_member.c, the code that fills it, and its entry in withdns.conf(5).
#pragma once

#include <stddef.h>

#include "config/log_event.h"

enum log_member_form {
	LOG_MEMBER_STRING,  // free text
	LOG_MEMBER_WORD,    // text without blanks
	LOG_MEMBER_KIND,
	LOG_MEMBER_SOURCE,
	LOG_MEMBER_RESULT,
	LOG_MEMBER_WORDS,     // words separated by a blank: in JSON an array of strings
	LOG_MEMBER_LINES,     // the same for lines
	LOG_MEMBER_NUMBER,    // an unsigned; 0 is left out
	LOG_MEMBER_COUNT,     // one of event.counts
	LOG_MEMBER_DURATION,  // microseconds, written as milliseconds; a negative one is left out
};

// The parts of a line of text: "SUBJECT -> RESULT (NOTES) because REASON".
enum log_part { LOG_PART_NONE, LOG_PART_SUBJECT, LOG_PART_RESULT, LOG_PART_NOTES, LOG_PART_REASON };

// Where a line of text has a member.
struct log_column {
	unsigned place;             // order within a part, from 1, unique
	enum log_part call, other;  // the part, in the line of a call and of any other event
	const char *before,
		*prefix;  // between it and the column before it (NULL: what the part has there); before the value
};

struct log_member {
	const char *key;
	enum log_member_form form;
	size_t offset;             // in struct log_event
	size_t limit;              // bytes that the log writes of a string or of an element; which of the counts
	unsigned trace_place;      // its place in JSON of --trace, from 1; 0: it is not there
	struct log_column column;  // all zero: text does not have it
};

#define LOG_RECORD_LIMIT 256  // printable ASCII, at most twice as long once it is escaped

#define LOG_COLUMNS_MAX 24  // places in text

extern const struct log_member log_members[];  // up to one whose key is NULL

// The member at that place in --trace; NULL after the last.
const struct log_member *log_member_at(unsigned trace_place);

// The string or word of a member; NULL where the event has none and for the forms that are numbers.
const char *log_member_text(const struct log_member *member, const struct log_event *event);

// The number of LOG_MEMBER_NUMBER, LOG_MEMBER_COUNT and LOG_MEMBER_DURATION; -1 where it is left out.
int64_t log_member_number(const struct log_member *member, const struct log_event *event);
