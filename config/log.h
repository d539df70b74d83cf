// SPDX-License-Identifier: MIT
// The log: where it goes, and one event as one line of text or JSON.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/answer_source.h"
#include "config/run.h"

enum log_target { LOG_OFF, LOG_FILE, LOG_DESCRIPTOR, TRACE_RUN };

struct log {
	enum log_target target;
	char *path;              // of LOG_FILE; owned by the config
	struct run_address run;  // of TRACE_RUN; owned by the config
	int descriptor;          // of LOG_DESCRIPTOR
	uint64_t device, inode;  // what the descriptor was; see log_bind
	bool json;
};

// Makes the descriptor the target. Except for 2, which is stderr whatever file that is, the log is written only as
// long as the number still stands for the file that it stands for now: a program may close it and be given the same
// number for its database. A descriptor that is not open now leaves the log off.
void log_bind(struct log *trace, int descriptor);

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

const char *log_kind_word(enum event_kind kind);  // "call", "exchange", ..; NULL for EVENT_NONE
enum event_kind log_kind_of(const char *word);    // EVENT_NONE for an unknown word

// How an event ended. Every result that code compares has a code; the others are text alone.
enum log_result_code {
	RESULT_TEXT,
	RESULT_NOERROR,
	RESULT_NODATA,
	RESULT_NXDOMAIN,
	RESULT_UNUSABLE,  // records came, but none that answers
	RESULT_SYSTEM,    // libc is to be asked
	RESULT_LAME,
	RESULT_TIMEOUT,
	RESULT_NO_SERVER,      // the configuration names none
	RESULT_NO_ANSWER,      // and no error either
	RESULT_NO_ANSWER_YET,  // none when the query was given up, since another server had answered
	RESULT_NO_ENTRY,       // the hosts file does not hold it
	RESULT_NO_HOSTNAME,    // such a name is not asked for
	RESULT_NO_TIME,        // the lookup's time was over before a server could be asked
	RESULT_ANSWERED,       // by another thread's query
	RESULT_MALFORMED,
	RESULT_DOUBTFUL,   // the reply may be forged: the question is asked again
	RESULT_TRUNCATED,  // the question is asked again over TCP
};

struct log_result {
	enum log_result_code code;
	const char *text;  // of RESULT_TEXT: "SERVFAIL", "connection refused", "EAI_NONAME"; NULL: no result is known
};

struct log_result log_result_of_error(int error);                   // an errno
struct log_result log_result_of_rcode(uint16_t rcode, char *text);  // text has RRTYPE_TEXT_SIZE bytes
const char *log_result_word(struct log_result result);              // "NOERROR", ..; NULL for an unknown one

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

// A line is at most this long: long values are cut and end in "...", and JSON stays whole.
#define LOG_LINE_SIZE 2048

// Writes one line with one write(2), so that lines of many processes and threads never mix, and keeps errno.
// The file is opened for the one line (O_APPEND, O_CLOEXEC, 0666 less the umask) and closed again. What a name may
// smuggle in (controls, quotes, broken UTF-8) is escaped. Failures send no SIGPIPE: a log never breaks its program; what
// cannot be sent to TRACE_RUN is told there (run.h). Returns the errno for which a file could not be opened, else 0.
// Takes no lock. The format is in withdns.conf(5).
int log_write(const struct log *trace, const struct log_event *event);

static inline bool log_is_on(const struct log *trace)
{
	return trace->target != LOG_OFF;
}
