// SPDX-License-Identifier: MIT
#include "config/log_result.h"

#include <errno.h>
#include <string.h>

#include "config/base/error_text.h"
#include "config/base/rrtype.h"

const char *log_result_word(struct log_result result)
{
	static const char *const words[] = {
		[RESULT_SUCCESS] = LOG_SUCCESS,
		[RESULT_NOERROR] = "NOERROR",
		[RESULT_NODATA] = "NODATA",
		[RESULT_NXDOMAIN] = "NXDOMAIN",
		[RESULT_UNUSABLE] = "unusable answer",
		[RESULT_SYSTEM] = "system",
		[RESULT_LAME] = "lame",
		[RESULT_NO_SERVER] = "no server",
		[RESULT_NO_ANSWER] = "no answer",
		[RESULT_NO_ENTRY] = "no entry",
		[RESULT_NO_HOSTNAME] = "no hostname",
		[RESULT_ANSWERED] = "answered",
		[RESULT_MALFORMED] = "malformed",
		[RESULT_DOUBTFUL] = "doubtful",
		[RESULT_TRUNCATED] = "truncated",
		[RESULT_NO_ANSWER_YET] = "no answer so far",
		[RESULT_NO_TIME] = "no time left",
	};
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
