// SPDX-License-Identifier: MIT
// The answer to a question as lines of a recording.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct answer;
struct name;
struct question;

// The TTL of all records, in seconds. TTLs of a resolver count down: they would differ in each run.
#define RECORDING_TTL 60

// Results that are no RCODE.
#define RECORDING_NO_DATA "NODATA"
#define RECORDING_LAME "lame"

// Text for recording_lines_add.
struct recording_text {
	char *bytes;  // owned
	size_t used;
};

// Appends the question, with the RCODE or the error of its answer and the zone of a negative one, and the records of the
// CNAME chain and at its end. Leaves out signatures, the DNAMEs that CNAMEs were made from, the additional section, and
// records that fit no line. False without memory.
bool recording_text_write(const struct question *question, const struct answer *answer, struct recording_text *out);

// Writes the name in lower case, since servers may repeat the mixed case of 0x20. text holds NAME_TEXT_SIZE bytes.
void recording_text_write_owner(const struct name *name, char *text);
