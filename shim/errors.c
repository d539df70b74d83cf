// SPDX-License-Identifier: MIT
#include "shim/errors.h"

#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <sys/socket.h>

#include "config/log_result.h"
#include "resolver/lookup.h"

int error_to_eai(enum outcome outcome, const struct host *host, bool is_simple)
{
	switch (outcome) {
	case OUTCOME_FOUND:
		return 0;
	case OUTCOME_NO_DATA:
		return EAI_NODATA;
	case OUTCOME_TRY_AGAIN:
		return EAI_AGAIN;
	case OUTCOME_UNUSABLE:
		return is_simple ? EAI_NODATA : EAI_NONAME;
	case OUTCOME_ERROR:
		errno = host->error;
		return host->error == ENOMEM ? EAI_MEMORY : EAI_SYSTEM;
	default:
		return EAI_NONAME;
	}
}

int error_errno_of_eai(int code)
{
	switch (code) {
	case EAI_AGAIN:
		return EAGAIN;
	case EAI_IDN_ENCODE:
		return EILSEQ;
	default:
		return 0;
	}
}

int error_to_h_errno(enum outcome outcome, const struct host *host)
{
	switch (outcome) {
	case OUTCOME_FOUND:
		return NETDB_SUCCESS;
	case OUTCOME_NO_NAME:
		return HOST_NOT_FOUND;
	case OUTCOME_NO_DATA:
		return NO_DATA;
	case OUTCOME_TRY_AGAIN:
		return TRY_AGAIN;
	case OUTCOME_ERROR:
		errno = host->error;
		return NETDB_INTERNAL;
	default:
		return NO_RECOVERY;
	}
}

struct word {
	int code;
	const char *text;
};

static const char *find_word(const struct word *words, size_t count, int code)
{
	for (size_t i = 0; i < count; i++)
		if (words[i].code == code)
			return words[i].text;
	return "?";
}

const char *error_eai_word(int code)
{
	static const struct word words[] = {{0, LOG_SUCCESS}, {EAI_BADFLAGS, "EAI_BADFLAGS"}, {EAI_NONAME, "EAI_NONAME"},
		{EAI_AGAIN, "EAI_AGAIN"}, {EAI_FAIL, "EAI_FAIL"}, {EAI_NODATA, "EAI_NODATA"}, {EAI_FAMILY, "EAI_FAMILY"},
		{EAI_SOCKTYPE, "EAI_SOCKTYPE"}, {EAI_SERVICE, "EAI_SERVICE"}, {EAI_ADDRFAMILY, "EAI_ADDRFAMILY"},
		{EAI_MEMORY, "EAI_MEMORY"}, {EAI_SYSTEM, "EAI_SYSTEM"}, {EAI_IDN_ENCODE, "EAI_IDN_ENCODE"}};
	return find_word(words, sizeof(words) / sizeof(words[0]), code);
}

const char *error_h_errno_word(int code)
{
	static const struct word words[] = {{NETDB_SUCCESS, LOG_SUCCESS}, {HOST_NOT_FOUND, "HOST_NOT_FOUND"},
		{TRY_AGAIN, "TRY_AGAIN"}, {NO_RECOVERY, "NO_RECOVERY"}, {NO_DATA, "NO_DATA"},
		{NETDB_INTERNAL, "NETDB_INTERNAL"}};
	return find_word(words, sizeof(words) / sizeof(words[0]), code);
}
