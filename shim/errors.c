// SPDX-License-Identifier: MIT
#include "shim/errors.h"

#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>

#include "config/base/compiler.h"
#include "config/base/libc_version.h"
#include "config/log_event.h"
#include "resolver/lookup.h"

static const struct {
	int eai, h_errno_value;
} codes[] = {
	[OUTCOME_PASS] = {EAI_NONAME, NO_RECOVERY},
	[OUTCOME_FOUND] = {0, NETDB_SUCCESS},
	[OUTCOME_NO_NAME] = {EAI_NONAME, HOST_NOT_FOUND},
	[OUTCOME_NO_DATA] = {EAI_NODATA, NO_DATA},
	[OUTCOME_TRY_AGAIN] = {EAI_AGAIN, TRY_AGAIN},
	[OUTCOME_NO_RECOVERY] = {EAI_NONAME, NO_RECOVERY},
	[OUTCOME_UNUSABLE] = {EAI_NONAME, NO_RECOVERY},
	[OUTCOME_SYSTEM] = {EAI_NONAME, NO_RECOVERY},
	[OUTCOME_ERROR] = {EAI_SYSTEM, NETDB_INTERNAL},
};

int error_to_eai(enum outcome outcome, const struct host *host, bool is_simple)
{
	if (LIKELY(outcome == OUTCOME_FOUND))
		return 0;
	if (outcome == OUTCOME_ERROR)
		errno = host->error;
	if (outcome == OUTCOME_ERROR && host->error == ENOMEM)
		return EAI_MEMORY;
	return outcome == OUTCOME_UNUSABLE && is_simple ? EAI_NODATA : codes[outcome].eai;
}

// musl has one text for all codes that it does not know.
static bool is_known(int code)
{
	return strcmp(gai_strerror(code), gai_strerror(EAI_ADDRFAMILY)) != 0;
}

int error_eai_of_libc(int code)
{
	if ((code != EAI_ADDRFAMILY && code != EAI_NODATA) || !libc_version_is_musl())
		return code;
	return is_known(EAI_NODATA) ? EAI_NODATA : EAI_NONAME;
}

int error_errno_of_eai(int code)
{
	return code == EAI_AGAIN ? EAGAIN : code == EAI_IDN_ENCODE ? EILSEQ : 0;
}

int error_to_h_errno(enum outcome outcome, const struct host *host)
{
	if (outcome == OUTCOME_ERROR)
		errno = host->error;
	return codes[outcome].h_errno_value;
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
