// SPDX-License-Identifier: MIT
// Why a lookup failed, in one line: who was asked, what each of them said, and how long that took.
//
//	127.0.0.1:5353 udp: timeout 3x (5.0 s), tcp: connection refused (0.1 ms); 192.0.2.9:53 udp: SERVFAIL (12 ms)
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/rrtype.h"
#include "config/log.h"

#define REASONS_MAX 10  // what more is said is told as "..."
#define REASONS_TEXT_SIZE 512

// One thing that was said, however often.
struct reason {
	char who[88];  // "127.0.0.1:5353", "fault servfail"
	char transport[4];
	char what[56];                // "timeout"
	char detail[112];             // "DNSSEC Bogus: no signature"
	char names[128];              // that it was said of, parted by ", "
	char type[RRTYPE_TEXT_SIZE];  // of the first question that it was said of
	unsigned types;               // of all these
	unsigned times;               // that it was said of the first type
	unsigned name_count;
	uint64_t last_name;         // the digest of the one that was added last
	int64_t began, ended;       // clock_now
	enum log_result_code code;  // of what
	bool is_hidden;             // it is no reason to fail, as far as is known
	bool is_fault;              // an injected one
};

struct reasons {
	size_t count;
	bool is_full;
	bool is_not_in_hosts;
	char hosts_type[RRTYPE_TEXT_SIZE];  // the type that it was asked for; empty: any address
	bool is_shared;                     // another thread's answer was waited for
	bool has_names;                     // several were asked for
	unsigned types;                     // of all questions
	char name[256];                     // that was asked for last, and the first one
	char first_name[256];
	struct reason list[REASONS_MAX];
};

// Where a lookup begins: nothing was said yet. Cheap.
void reasons_begin(struct reasons *reasons);

// Takes in what happens to the lookup: struct lookup_context' observe, with a struct reasons for its observer.
void reasons_note(void *reasons, const struct log_event *event);

// Writes the line into text, which has REASONS_TEXT_SIZE bytes, and returns it; NULL where nothing was said that would
// explain a failure. name is what the program asked for: which names were asked for in its place is told where they
// differ. NULL: only where they are several. The same answer of one server to repeated tries, types and names
// is told once, servers in the order in which they were asked first. The time is that from the first of these questions
// until the last of them was answered, or given up.
char *reasons_write(const struct reasons *reasons, const char *name, char *text);
