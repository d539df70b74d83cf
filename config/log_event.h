// SPDX-License-Identifier: MIT
// An event of the log, which observers of lookups get too, how it ended, and the words for both.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config/base/answer_source.h"

// Results that code compares have a code; the others are text.
enum log_result_code {
	RESULT_TEXT,
	RESULT_SUCCESS,  // of a call
	RESULT_NOERROR,
	RESULT_NODATA,
	RESULT_NXDOMAIN,
	RESULT_UNUSABLE,  // the records of the reply do not answer the question
	RESULT_SYSTEM,    // `system`: libc's own resolver is used
	RESULT_LAME,
	RESULT_TIMEOUT,
	RESULT_NO_SERVER,      // the configuration has none
	RESULT_NO_ANSWER,      // no server replied, and there was no error
	RESULT_NO_ANSWER_YET,  // another server replied first
	RESULT_NO_ENTRY,       // not in the hosts file
	RESULT_NO_HOSTNAME,    // not a valid host name: no query is sent
	RESULT_NO_TIME,        // the time limit passed before a query could be sent
	RESULT_ANSWERED,       // by the query of another thread
	RESULT_MALFORMED,
	RESULT_DOUBTFUL,   // the reply may be forged: the query is repeated
	RESULT_TRUNCATED,  // the query is repeated over TCP
};

struct log_result {
	enum log_result_code code;
	const char *text;  // of RESULT_TEXT: "SERVFAIL", "connection refused", "EAI_NONAME"; NULL: no result is known
};

struct log_result log_result_of_error(int error);  // an errno

// The result for a response code. text holds RRTYPE_TEXT_SIZE bytes and must outlive the result.
struct log_result log_result_of_rcode(uint16_t rcode, char *text);

const char *log_result_word(struct log_result result);   // "NOERROR", ..; NULL for an unknown one
struct log_result log_result_of_word(const char *word);  // the inverse; borrows a word that has no code

#define LOG_SUCCESS "0"  // the word of RESULT_SUCCESS

// Only observers get EVENT_ANSWER and EVENT_SHARED (resolver/observe.h); the log gets all others.
enum event_kind {
	EVENT_NONE,
	EVENT_CALL,      // one call of the program
	EVENT_EXCHANGE,  // one question to one server
	EVENT_ANSWER,
	EVENT_SHARED,
	EVENT_FAULT,      // a fault was injected
	EVENT_CONFIG,     // the configuration could not be loaded
	EVENT_RECORDING,  // answers could not be recorded, or an answer is not in a recording that is only replayed
};

const char *log_event_word(enum event_kind kind);  // "call", "exchange", ..; NULL for EVENT_NONE
enum event_kind log_event_kind(const char *word);  // EVENT_NONE for an unknown word

#define LOG_MISSING "missing"      // the name of an EVENT_CONFIG: a call failed because there is no configuration
#define LOG_TYPE_ARGUMENT "type="  // the beginning of the arguments of a call that asks for a record type

// The process whose lookup an event is of.
struct log_process {
	int64_t pid;
	char program[16];  // as /proc/PID/comm has it, without its newline
};

// A line leaves out strings that are NULL, a result without a word, a negative duration, and try and bytes that are 0.
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
	const char *addresses;   // found: "127.0.0.1 ::1"
	const char *names;       // found for an address: "host.example"
	int64_t microseconds;    // its duration
	const char *rule;        // of an exchange: the domain of the `nameserver ... for` line that chose its server
	const char *rcode;       // of the packet that a call returned: "NXDOMAIN"
	const uint16_t *counts;  // of that packet's records, three: answer, authority, additional; NULL: no packet
	const char *detail;      // of an exchange, about its reply: "DNSSEC Bogus: no signature", "lame"
	bool is_lame;            // detail says "lame"
	const char *reason;      // of a failed call: the results of the servers, in one line (resolver/reasons.h)
	unsigned bytes;          // of an exchange: length of its reply; 0: no readable reply
	unsigned try;            // of an exchange: number of its packet in the lookup, from 1
	const char *records;     // of the packet that a call returned: the data of each record, on a line
	const struct log_process *process;  // NULL: this one
};

// The name of the process, NULL: of this one.
const char *log_process_program(const struct log_process *process);
