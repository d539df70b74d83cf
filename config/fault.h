// SPDX-License-Identifier: MIT
// One way to bend answers on purpose, as a line says it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config/base/address.h"
#include "config/base/name.h"

struct words;

#define FAULT_ADDRESSES_MAX 8
#define FAULT_DELAY_MAX (10 * 60 * 1000)  // milliseconds

enum fault_bit {
	FAULT_NXDOMAIN = 1,
	FAULT_NODATA = 2,
	FAULT_SERVFAIL = 4,
	FAULT_REFUSED = 8,
	FAULT_TIMEOUT = 16,
	FAULT_DELAY = 32,
	FAULT_TRUNCATE = 64,  // the answer comes by TCP
	FAULT_DROP = 128,     // a packet is lost, so that the retry is seen
	FAULT_TTL = 256,
	FAULT_ANSWER = 512,
	FAULT_SHUFFLE = 1024,
	FAULT_LIMIT = 2048,
};

// Those that say what the answer is, of which there can be one only; and of these the ones without records.
#define FAULT_FAILURES (FAULT_NXDOMAIN | FAULT_NODATA | FAULT_SERVFAIL | FAULT_REFUSED | FAULT_TIMEOUT)
#define FAULT_VERDICTS (FAULT_FAILURES | FAULT_ANSWER)

struct fault {
	struct name name;  // the root for "*"
	bool is_below;     // names below it, not itself: "*.domain"; with the root, all names
	bool has_type;
	uint16_t type;
	unsigned actions;                  // of enum fault_bit
	uint32_t delay_least, delay_most;  // milliseconds
	uint32_t ttl;                      // seconds
	uint32_t limit;                    // addresses
	uint8_t percent;                   // of lookups; 100 unless told
	uint32_t first;                    // lookups that it is for; 0: all
	struct address answers[FAULT_ADDRESSES_MAX];
	uint8_t answer_count;
	unsigned rank;   // precedence of the line's source (progress.h)
	size_t counter;  // index of the run's counter in struct config, from 1; 0: each process counts by itself
};

// Reads the words behind "fault". False with what was expected in *wrong, and in *got what stood there or NULL.
bool fault_read(const struct words *words, struct fault *out, const char **wrong, const char **got);

// Does a random number decide whether or how the fault applies to a lookup?
bool fault_is_drawn(const struct fault *fault);

// Must its lookups be counted over the whole run? Without a seed draws cannot be repeated, and need no common count.
bool fault_is_counted(const struct fault *fault, bool has_seed);

// Is it for the questions of that name and type?
bool fault_matches(const struct fault *fault, const struct name *name, uint16_t type);

// Do they say the same? rank and counter do not matter.
bool fault_equal(const struct fault *one, const struct fault *other);

// Writes what it is for as a line says it: "*.example/AAAA". Returns text, which holds FAULT_PATTERN_SIZE bytes.
#define FAULT_PATTERN_SIZE (NAME_TEXT_SIZE + 16)
char *fault_write_pattern(const struct fault *fault, char *text);

// Writes the actions, the share and first=N as a line says them: "servfail 30% first=2". Returns text, which holds
// FAULT_TEXT_SIZE bytes.
#define FAULT_TEXT_SIZE 896
char *fault_write(const struct fault *fault, char *text);
