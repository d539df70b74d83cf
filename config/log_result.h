// SPDX-License-Identifier: MIT
// How an event of the log ended, and the word for it.
#pragma once

#include <stdint.h>

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
