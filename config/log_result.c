// SPDX-License-Identifier: MIT
#include "config/log_result.h"

#include <errno.h>
#include <string.h>

#include "config/base/error_text.h"
#include "config/base/rrtype.h"

#define WORD(name, word) [RESULT_##name] = word

const char *log_result_word(struct log_result result)
{
	static const char *const words[] = {WORD(SUCCESS, LOG_SUCCESS), WORD(NOERROR, "NOERROR"), WORD(NODATA, "NODATA"),
		WORD(NXDOMAIN, "NXDOMAIN"), WORD(UNUSABLE, "unusable answer"), WORD(SYSTEM, "system"), WORD(LAME, "lame"),
		WORD(NO_SERVER, "no server"), WORD(NO_ANSWER, "no answer"), WORD(NO_ENTRY, "no entry"),
		WORD(NO_HOSTNAME, "no hostname"), WORD(ANSWERED, "answered"), WORD(MALFORMED, "malformed"),
		WORD(DOUBTFUL, "doubtful"), WORD(TRUNCATED, "truncated"), WORD(NO_ANSWER_YET, "no answer so far"),
		WORD(NO_TIME, "no time left")};
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
