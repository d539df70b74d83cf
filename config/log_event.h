// SPDX-License-Identifier: MIT
// An event, as the log and observers get it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config/base/answer_source.h"
#include "config/log_result.h"

// What happened. Observers see ANSWER and SHARED as well, which are not logged (resolver/observe.h).
enum event_kind {
	EVENT_NONE,
	EVENT_CALL,      // one call of the program
	EVENT_EXCHANGE,  // one question to one server
	EVENT_ANSWER,
	EVENT_SHARED,
	EVENT_FAULT,   // an answer made up on purpose
	EVENT_CONFIG,  // something about the configuration
	EVENT_SAVE,    // answers could not be saved
};

const char *log_event_word(enum event_kind kind);  // "call", "exchange", ..; NULL for EVENT_NONE
enum event_kind log_event_kind(const char *word);  // EVENT_NONE for an unknown word

#define LOG_MISSING "missing"      // the name of an EVENT_CONFIG: a call failed because there is no configuration
#define LOG_TYPE_ARGUMENT "type="  // the beginning of the arguments of a call that asks for a record type

// A string member that is NULL, a result without a word, a duration that is negative, a try and bytes of 0 are left out of
// the line.
struct log_event {
	enum event_kind kind;
	const char *call;       // "getaddrinfo"
	const char *name;       // what was looked up, as the program or the packet spelled it
	const char *arguments;  // of the call: "service=80 family=inet6 flags=canonname"
	const char *type;       // of the question: "AAAA"
	enum answer_source source;
	const char *server;     // "127.0.0.1:5353"
	const char *transport;  // "udp", "tcp"
	struct log_result result;
	const char *addresses;   // that were found: "127.0.0.1 ::1"
	const char *names;       // that were found for an address: "host.example"
	int64_t microseconds;    // how long it took
	const char *rule;        // of an exchange: the domain of the `nameserver ... for` line that chose its server
	const char *rcode;       // of the packet that a call handed to the program: "NXDOMAIN"
	const uint16_t *counts;  // of its records, three: answer, authority, additional; NULL: there was no packet
	const char *detail;      // of an exchange: what else its reply says: "DNSSEC Bogus: no signature", "lame"
	bool is_lame;            // that is what detail says
	const char *reason;      // of a call that failed: what each server said, in one line (resolver/reasons.h)
	unsigned bytes;          // of an exchange: how long its reply is; 0: there was none that could be read
	unsigned try;            // of an exchange: the how-manieth packet of its lookup, from 1
	const char *records;     // of the packet that a call handed to the program: their data, each on a line
};
