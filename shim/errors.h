// SPDX-License-Identifier: MIT
// How a lookup ended, in the three languages of libc. The only place that knows them.
#pragma once

#include "resolver/dns/message.h"

struct host;

// Nonzero: an EAI_ code of getaddrinfo(3). family is the one that was asked for, since glibc tells the same failure
// differently for AF_INET. EAI_SYSTEM comes with errno set.
int error_to_eai(enum outcome outcome, const struct host *host, int family);

// A value for h_errno; NETDB_INTERNAL comes with errno set.
int error_to_h_errno(enum outcome outcome, const struct host *host);

// What the _r functions of gethostbyname(3) return, beside that h_errno.
int error_to_return(int h_errno_value);

const char *error_eai_word(int code);      // "EAI_NONAME"; "0" for success
const char *error_h_errno_word(int code);  // "HOST_NOT_FOUND"; "0" for success
