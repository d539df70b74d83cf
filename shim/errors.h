// SPDX-License-Identifier: MIT
// How a lookup ended, in the three languages of libc. The only place that knows them.
#pragma once

#include <stdbool.h>

#include "resolver/dns/message.h"

struct host;

// Nonzero: an EAI_ code of getaddrinfo(3). is_simple: only IPv4 and no canonical name is wanted; glibc then goes
// another way, and tells the same failure differently. EAI_SYSTEM comes with errno set.
int error_to_eai(enum outcome outcome, const struct host *host, bool is_simple);

// A value for h_errno; NETDB_INTERNAL comes with errno set.
int error_to_h_errno(enum outcome outcome, const struct host *host);

// The errno that glibc's getaddrinfo leaves behind a code other than EAI_SYSTEM; 0: whatever it was.
int error_beside_eai(int code);

const char *error_eai_word(int code);      // "EAI_NONAME"; "0" for success
const char *error_h_errno_word(int code);  // "HOST_NOT_FOUND"; "0" for success
