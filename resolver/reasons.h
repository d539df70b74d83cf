// SPDX-License-Identifier: MIT
// Why a lookup failed, in one line: which sources were asked, the results of each, and how long they took.
//
//	127.0.0.1:5353 udp: timeout 3x (5.0 s), tcp: connection refused (0.1 ms); 192.0.2.9:53 udp: SERVFAIL (12 ms)
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "config/base/rrtype.h"
#include "config/log.h"

#define REASONS_MAX 10  // further results are left out, and the line ends in "..."
#define REASONS_TEXT_SIZE 512

// One result of one source, however often it occurred.
struct reason {
	char source[88];                         // "127.0.0.1:5353", "fault servfail"; "": none
	char transport[ADDRESS_TRANSPORT_SIZE];  // "": not a server
	char result[56];                         // "timeout"
	enum log_result_code code;               // of the result
	char detail[112];                        // "DNSSEC Bogus: no signature"
	char names[128];       // the names that it was the result for, separated by ", ", as far as they fit
	unsigned name_count;   // of these and of those that did not fit
	uint64_t last_name;    // hash of the last name that was added
	uint16_t type;         // of its first question; 0: none
	unsigned types;        // bit mask of the types of all its questions (enum reason_types)
	unsigned times;        // how often it occurred for questions of its first type
	int64_t began, ended;  // clock_now: when the first question was sent, and when the last result was known
	bool is_fault;         // injected
	bool is_hidden;        // not a failure, as far as is known
};

enum reason_types { REASON_A = 1, REASON_AAAA = 2, REASON_OTHER = 4 };

struct reasons {
	size_t count;
	bool is_full;          // results were left out
	bool is_not_in_hosts;  // the hosts file has no entry
	uint16_t hosts_type;   // the type that it was searched for; 0: any address
	bool is_shared;        // another thread's answer was waited for
	bool has_names;        // the questions are for several names
	unsigned types;        // bit mask of the types of all questions
	char name[256];        // the name of the last question
	char first_name[256];  // and of the first
	struct reason list[REASONS_MAX];
};

// Begins a lookup: empties *reasons, which may be uninitialized. Does not touch the list, so it is cheap.
void reasons_begin(struct reasons *reasons);

// Records an event of the lookup. May be the member observe of struct lookup_context, with a struct reasons as
// observer.
void reasons_note(void *reasons, const struct log_event *event);

// Writes the line into text, which has REASONS_TEXT_SIZE bytes, and returns text; NULL if no event explains a failure.
// The names asked for are written if they differ from name, what the program asked for (NULL: unknown), or are several.
// Equal results of a source for several attempts, types and names are written once; sources come in the order in which
// they were first asked. The time is from the first of these questions to the last result.
char *reasons_write(const struct reasons *reasons, const char *name, char *text);
