// SPDX-License-Identifier: MIT
// The lines of a recording (recording.h), sorted: questions with their results, and records.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A question is "; OWNER TYPE RESULT", a record is "OWNER TTL IN TYPE DATA", after "; " if no zone can hold it. Words
// are separated by single blanks, owners are absolute and in lower case.
struct recording_line {
	const char *text;  // after "; "; borrowed
	size_t size;       // without the newline
	size_t owner_size;
	uint16_t type;
	bool is_question;
};

// Sorted by owner in the canonical order of RFC 4034 6.1, questions before records, type and text. All zero is a valid
// empty one.
struct recording_lines {
	struct recording_line *list;  // owned
	size_t count;
};

extern const char recording_head[];  // what a recording begins with

// Adds the lines of a whole recording, whose text must outlive them. Ignores lines that are there twice, and other
// comments. An empty text is an empty recording. False with errno: ENOMEM; EBADMSG for a text that does not begin with
// recording_head, and for any other line, with its number in *wrong.
bool recording_lines_read(struct recording_lines *lines, const char *text, size_t size, unsigned *wrong);

// Returns the number of the records, or questions, of that owner and type (RRTYPE_ANY: of all types). *first is the
// first of them, the others follow.
size_t recording_lines_find(const struct recording_lines *lines, const char *owner, uint16_t type, bool is_question,
	const struct recording_line **first);

// The result of a question, of *size bytes: the text after its type.
const char *recording_line_result(const struct recording_line *question, size_t *size);

// Adds a question and its records, one a line, written by recording.c; the text must outlive the lines. What is there
// stays: the question, unless that was a failure and the new one is not; and the records of an owner and type. Sets
// *is_changed if something was added. False without memory.
bool recording_lines_add(struct recording_lines *lines, const char *text, size_t size, bool *is_changed);

// Returns the text of the recording, allocated, of *size bytes; NULL without memory. Comments are the questions, and
// the records with which the other lines would not be a zone, or not have the same answers.
char *recording_lines_write(const struct recording_lines *lines, size_t *size);

void recording_lines_clear(struct recording_lines *lines);
