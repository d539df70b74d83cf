// SPDX-License-Identifier: MIT
// Maps the outcome of a lookup to libc's error codes: EAI_ codes, h_errno, errno.
#pragma once

#include <stdbool.h>

#include "resolver/dns/message.h"

struct host;

// Returns 0 or an EAI_ code of getaddrinfo(3); sets errno for EAI_SYSTEM. is_simple: AF_INET without AI_CANONNAME, for
// which glibc calls gethostbyname2_r and so reports OUTCOME_UNUSABLE as EAI_NODATA instead of EAI_NONAME.
int error_to_eai(enum outcome outcome, const struct host *host, bool is_simple);

// The code that the process's libc has for a failure: musl knows no EAI_ADDRFAMILY and, before 1.2.4, no EAI_NODATA.
// Other codes are returned as they are.
int error_eai_of_libc(int code);

// Returns a value for h_errno; sets errno for NETDB_INTERNAL.
int error_to_h_errno(enum outcome outcome, const struct host *host);

// The errno that glibc's getaddrinfo sets with an EAI_ code other than EAI_SYSTEM; 0: it leaves errno unchanged.
int error_errno_of_eai(int code);

// The code's macro name, for the log: "EAI_NONAME", "HOST_NOT_FOUND"; "0" for success, "?" for an unknown code.
const char *error_eai_word(int code);
const char *error_h_errno_word(int code);
