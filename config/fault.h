// SPDX-License-Identifier: MIT
// One `fault` directive, the questions that it applies to, and the table of the words and values of actions and
// conditions. fault_text.h parses and writes it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "config/base/name.h"
#include "config/base/network.h"

struct strbuf;

#define FAULT_ADDRESSES_MAX 8
#define FAULT_DELAY_MAX (10 * 60 * 1000)  // milliseconds

// Actions, then conditions.
enum fault_bit {
	FAULT_NXDOMAIN = 1,
	FAULT_NODATA = 2,
	FAULT_SERVFAIL = 4,
	FAULT_REFUSED = 8,
	FAULT_TIMEOUT = 16,
	FAULT_DELAY = 32,
	FAULT_TRUNCATE = 64,  // the UDP reply has TC set: retry over TCP
	FAULT_DROP = 128,     // the first datagram is lost: retry
	FAULT_TTL = 256,
	FAULT_ANSWER = 512,
	FAULT_SHUFFLE = 1024,
	FAULT_LIMIT = 2048,
	FAULT_FORMERR = 4096,
	FAULT_NOTIMP = 8192,
	FAULT_REPLY = 16384,  // a message that is no usable reply
	FAULT_SHARE = 1 << 15,
	FAULT_FIRST = 1 << 16,
	FAULT_AFTER = 1 << 17,
	FAULT_FROM = 1 << 18,
	FAULT_BY = 1 << 19,
	FAULT_SERVER = 1 << 20,
};

// Actions without records; actions that determine the answer, of which a fault has one at most.
#define FAULT_FAILURES                                                                                             \
	(FAULT_NXDOMAIN | FAULT_NODATA | FAULT_SERVFAIL | FAULT_REFUSED | FAULT_FORMERR | FAULT_NOTIMP | FAULT_REPLY | \
		FAULT_TIMEOUT)
#define FAULT_OUTCOMES (FAULT_FAILURES | FAULT_ANSWER)
// Actions that change the records of an answer.
#define FAULT_CHANGES (FAULT_TTL | FAULT_SHUFFLE | FAULT_LIMIT)
#define FAULT_ACTIONS (FAULT_OUTCOMES | FAULT_CHANGES | FAULT_DELAY | FAULT_TRUNCATE | FAULT_DROP)
#define FAULT_CONDITIONS (FAULT_SHARE | FAULT_FIRST | FAULT_AFTER | FAULT_FROM | FAULT_BY | FAULT_SERVER)

// What FAULT_REPLY makes of a reply.
enum fault_reply {
	FAULT_REPLY_GARBAGE,   // its records cannot be read
	FAULT_REPLY_EMPTY,     // a header alone
	FAULT_REPLY_WRONG_ID,  // it belongs to another query
};

#define FAULT_PROGRAM_SIZE 16  // as in /proc/PID/comm

struct fault {
	struct name name;  // the root for "*"
	bool is_below;     // names below it, not itself: "*.domain"; with the root, all names
	bool has_type;
	uint16_t type;
	unsigned parts;                    // of enum fault_bit; what the members below say is 0 without its part
	uint32_t delay_least, delay_most;  // milliseconds
	uint32_t ttl;                      // seconds
	uint32_t limit;                    // addresses
	uint32_t percent;                  // share of the lookups that it applies to, 1 to 100; 100 without FAULT_SHARE
	uint32_t after;                    // it does not apply to this many lookups, the first
	uint32_t first;                    // it applies to this many lookups at most, those that follow; 0: no limit
	uint32_t from, until;              // milliseconds of the run in which it applies
	struct network answers[FAULT_ADDRESSES_MAX];  // an address of each; one that is drawn, if it has several
	uint8_t answer_count;
	enum fault_reply reply;
	struct address server;             // it applies to queries to this server; AF_UNSPEC: to lookups
	bool is_only;                      // not a line: names that `only` does not list
	char program[FAULT_PROGRAM_SIZE];  // it applies to lookups of this program, truncated; "": of all
	uint64_t version;  // of the file with the line (location.h): with another one its lookups are counted anew
	unsigned rank;     // precedence of the line's source (location.h)
	size_t counter;    // 1 + index in config.counters of the process that counts its lookups; 0: each process counts
};

// What applies to names that `only` lists for no type, and for other types.
extern const struct fault fault_unlisted_name, fault_unlisted_type;

// What applies, with `only`, to messages that a program composed with another opcode, or otherwise not as a plain query
// (packet.h).
extern const struct fault fault_unlisted_opcode, fault_unlisted_message;

// Must its lookups be counted over all processes of the run? The number of a lookup, among those that match, decides
// whether it applies, or what is drawn. Draws without a seed are not repeatable and need no count.
bool fault_is_counted(const struct fault *fault, bool has_seed);

// Does withdns(1) have to remain as the parent, which counts its lookups or knows when the run began?
bool fault_needs_run(const struct fault *fault, bool has_seed);

// Does it apply to questions for that name and type?
bool fault_matches(const struct fault *fault, const struct name *name, uint16_t type);

// Does it apply to lookups of the program with this name (the last part of its path)?
bool fault_is_by(const struct fault *fault, const char *program);

// ---- actions and conditions ----

struct fault_part {
	const char *word;           // begins the part; empty for SHARE%, which ends in its word
	const char *value, *range;  // for messages: the format of the value, NULL if there is none, and what it may be
	enum fault_bit bit;
	bool (*read)(const char *value, struct fault *fault);
	void (*write)(const struct fault *fault, struct strbuf *line);
	size_t member;  // without read and write: the offset of a uint32_t in struct fault
	uint32_t least, most;
};

// All, in the order in which a fault is written.
extern const struct fault_part fault_parts[];
extern const size_t fault_part_count;

// Reads the value of a part that has one; several addresses for `answer`, which adds them. False if it is invalid.
bool fault_part_read(const struct fault_part *part, const char *value, struct fault *fault);

// Writes the word and the value.
void fault_part_write(const struct fault_part *part, const struct fault *fault, struct strbuf *line);
