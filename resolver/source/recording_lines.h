// SPDX-License-Identifier: MIT
// The lines of a recording (recording.h), sorted: questions with their results, and records.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDING_FILE_MAX (64 * 1024 * 1024)

// A question is "; OWNER TYPE RESULT", a record is "OWNER TTL IN TYPE DATA", after "; " if no zone can hold it. Words
// are separated by single blanks, owners are absolute and in lower case.
struct recording_line {
	const char *text;    // after "; "
	const char *result;  // the part of the text after the type
	size_t owner_size;   // without the blank
	unsigned answer;     // 0: of the file; else the number of the answer that was added
	uint16_t type;
	bool is_question;
};

// Sorted by owner, questions before records, type and text. All zero is a valid empty one.
struct recording_lines {
	char *text;                   // of the file; owned
	struct recording_line *list;  // owned
	size_t count;
};

extern const char recording_head[];  // what a recording begins with

// Reads a file; an empty one is an empty recording. Ignores other comments. False with errno: that of file_read,
// ENOMEM, or EBADMSG for a file that does not begin with recording_head, and for any other line: its number is in
// *wrong, which is else 0. recording_lines_clear frees *out, after a failure too.
bool recording_lines_read(const char *path, struct recording_lines *out, unsigned *wrong);

// The next record, or question, of the owner, with which and a blank the text begins, and type (RRTYPE_ANY: records of
// all types) after `previous` (NULL: the first). NULL if there is none.
const struct recording_line *recording_lines_next(const struct recording_lines *lines, const char *owner, uint16_t type,
	bool is_question, const struct recording_line *previous);

// Adds answers: questions, each with its records after it, one a line. text, which is changed, must outlive the lines.
// What is there stays: a question with its records, unless that was a failure and the new one is not; and the records
// of an owner and type. Sets *is_changed if something was added. False without memory.
bool recording_lines_add(struct recording_lines *lines, char *text, bool *is_changed);

// Returns the text of the recording, allocated, of *size bytes; NULL without memory. Comments are the questions, and
// the records with which the other lines would not be a zone, or not have the same answers.
char *recording_lines_write(const struct recording_lines *lines, size_t *size);

void recording_lines_clear(struct recording_lines *lines);
