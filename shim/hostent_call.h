// SPDX-License-Identifier: MIT
// The common part of all calls that return a struct hostent or netent: enter, look up, map errors, pack, log.
#pragma once

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "resolver/dns/message.h"
#include "shim/hostent.h"

struct host;
struct shim_call;

// One call. The caller sets what its look_up needs.
struct hostent_query {
	const char *function;    // its name, for the log
	enum hostent_slot slot;  // of a function without _r
	int family;
	const char *name;        // for the log; NULL: none
	struct address address;  // of gethostbyaddr
	uint32_t network;        // of getnetbyaddr(3), in host byte order
	size_t position;         // of gethostent: byte offset in the hosts file to search from
	enum outcome refusal;    // of gethostbyaddr: the outcome without a lookup, unless OUTCOME_PASS
	size_t least_size;       // _r: a smaller buffer gives ERANGE before any lookup
	bool keeps_h_errno;      // a failure leaves h_errno unchanged
	const char *libc_name;   // set for ask_libc: the name to pass to libc
	// Fills host, which is {0} and is cleared by the caller.
	enum outcome (*look_up)(struct shim_call *call, struct hostent_query *query, struct host *host);
	// Calls libc's _r function, for OUTCOME_SYSTEM; NULL if look_up never returns that.
	int (*ask_libc)(const struct hostent_query *query, const struct hostent_buffer *buffer);
};

// For the functions without _r: NULL on failure, with h_errno set.
struct hostent *hostent_call(struct hostent_query *query);

// For the _r functions: returns what they return, 0 or an error number (ERANGE: the buffer is too small).
int hostent_call_r(struct hostent_query *query, struct hostent_buffer *buffer);
