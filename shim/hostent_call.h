// SPDX-License-Identifier: MIT
// What all calls that return a struct hostent have in common.
#pragma once

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "resolver/dns/message.h"
#include "shim/hostent.h"

struct host;
struct hostent_buffer;
struct shim_call;

// One call: what is looked up and how. look_up fills an empty host, which is cleared behind it.
struct hostent_query {
	const char *function;
	enum hostent_slot slot;  // where the result of a function without _r is kept
	int family;
	const char *name;        // as the log shows it; NULL: not shown
	struct address address;  // of a reverse lookup
	uint32_t network;        // of getnetbyaddr(3), in host byte order
	size_t position;         // in the hosts file, to look from
	size_t least_size;       // a smaller buffer is refused before anything is asked
	bool keeps_h_errno;      // a failure does not tell its h_errno
	const char *libc_name;   // what libc is to be asked for in place of name, while ask_libc runs; NULL: name itself
	enum outcome (*look_up)(struct shim_call *call, struct hostent_query *query, struct host *host);
	// libc's own functions, for what is theirs to find; NULL where nothing is.
	struct hostent *(*ask_libc)(const struct hostent_query *query);
	int (*ask_libc_r)(const struct hostent_query *query, const struct hostent_buffer *buffer);
};

// The functions without _r: NULL on failure, with h_errno set.
struct hostent *hostent_call(struct hostent_query *query);

// The _r functions: their arguments, and what they return.
struct hostent_buffer {
	struct hostent *entry;
	char *bytes;
	size_t size;
	struct hostent **found;
	int *h_errno_out;
};
int hostent_call_r(struct hostent_query *query, const struct hostent_buffer *buffer);
