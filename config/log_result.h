// SPDX-License-Identifier: MIT
// How an event of the log ended, and the word for it.
#pragma once

#include <stdint.h>

// How an event ended. Every result that code compares has a code; the others are text alone.
enum log_result_code {
	RESULT_TEXT,
	RESULT_SUCCESS,  // of a call
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

struct log_result log_result_of_error(int error);  // an errno

// The result for a response code. text holds RRTYPE_TEXT_SIZE bytes and must outlive the result.
struct log_result log_result_of_rcode(uint16_t rcode, char *text);

const char *log_result_word(struct log_result result);   // "NOERROR", ..; NULL for an unknown one
struct log_result log_result_of_word(const char *word);  // the inverse; borrows a word that has no code

#define LOG_SUCCESS "0"  // the word of RESULT_SUCCESS
