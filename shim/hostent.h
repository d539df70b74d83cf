// SPDX-License-Identifier: MIT
// A host in the form that gethostbyname(3) hands out.
#pragma once

#include <netdb.h>
#include <stddef.h>

struct host;

// The bytes that any host of that family needs at least, whatever its name.
size_t hostent_least_size(int family);

// Puts the addresses of that family, the name and the aliases into buffer (size bytes, any alignment) and lets *entry
// point there. 0, or ERANGE with *entry untouched.
int hostent_pack(const struct host *host, int family, struct hostent *entry, char *buffer, size_t size);

// The entry that a function without _r returns: one for each function and thread, valid until that function's next
// call.
enum hostent_slot {
	HOSTENT_BY_NAME,
	HOSTENT_BY_NAME2,
	HOSTENT_BY_ADDRESS,
	HOSTENT_OF_LIST,
	HOSTENT_NETWORK_BY_NAME,
	HOSTENT_NETWORK_BY_NUMBER,
	HOSTENT_SLOTS
};

// NULL without memory.
struct hostent *hostent_keep(enum hostent_slot slot, const struct host *host, int family);
