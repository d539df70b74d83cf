// SPDX-License-Identifier: MIT
#include "config/log_event.h"

#include <errno.h>
#include <string.h>

#include "config/base/error_text.h"
#include "config/base/rrtype.h"

#define WORD(number, word) [number] = word

const char *log_event_word(enum event_kind kind)
{
	static const char *const words[] = {WORD(EVENT_CALL, "call"), WORD(EVENT_EXCHANGE, "exchange"),
		WORD(EVENT_ANSWER, "answer"), WORD(EVENT_SHARED, "shared"), WORD(EVENT_FAULT, "fault"),
		WORD(EVENT_CONFIG, "config"), WORD(EVENT_RECORDING, "recording")};
	return words[kind];
}

enum event_kind log_event_kind(const char *word)
{
	for (enum event_kind kind = EVENT_CALL; kind <= EVENT_RECORDING; kind++)
		if (strcmp(word, log_event_word(kind)) == 0)
			return kind;
	return EVENT_NONE;
}

const char *log_process_program(const struct log_process *process)
{
	return process != NULL ? process->program : program_invocation_short_name;
}

const char *log_result_word(struct log_result result)
{
	static const char *const words[] = {WORD(RESULT_SUCCESS, LOG_SUCCESS), WORD(RESULT_NOERROR, "NOERROR"),
		WORD(RESULT_NODATA, "NODATA"), WORD(RESULT_NXDOMAIN, "NXDOMAIN"), WORD(RESULT_UNUSABLE, "unusable answer"),
		WORD(RESULT_SYSTEM, "system"), WORD(RESULT_LAME, "lame"), WORD(RESULT_NO_SERVER, "no server"),
		WORD(RESULT_NO_ANSWER, "no answer"), WORD(RESULT_NO_ENTRY, "no entry"), WORD(RESULT_NO_HOSTNAME, "no hostname"),
		WORD(RESULT_ANSWERED, "answered"), WORD(RESULT_MALFORMED, "malformed"), WORD(RESULT_DOUBTFUL, "doubtful"),
		WORD(RESULT_TRUNCATED, "truncated"), WORD(RESULT_NO_ANSWER_YET, "no answer so far"),
		WORD(RESULT_NO_TIME, "no time left")};
	if (result.code == RESULT_TIMEOUT)
		return error_text(ETIMEDOUT);
	return result.code == RESULT_TEXT ? result.text : words[result.code];
}

struct log_result log_result_of_word(const char *word)
{
	for (struct log_result result = {.code = RESULT_SUCCESS}; result.code <= RESULT_TRUNCATED; result.code++)
		if (strcmp(word, log_result_word(result)) == 0)
			return result;
	return (struct log_result){.text = word};
}

struct log_result log_result_of_error(int error)
{
	if (error == ETIMEDOUT)
		return (struct log_result){.code = RESULT_TIMEOUT};
	return (struct log_result){.text = error_text(error)};
}

struct log_result log_result_of_rcode(uint16_t rcode, char *text)
{
	if (rcode == RCODE_NOERROR)
		return (struct log_result){.code = RESULT_NOERROR};
	if (rcode == RCODE_NXDOMAIN)
		return (struct log_result){.code = RESULT_NXDOMAIN};
	return (struct log_result){.text = rcode_write(rcode, text)};
}
