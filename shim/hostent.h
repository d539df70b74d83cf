// SPDX-License-Identifier: MIT
// Converts a struct host to the struct hostent of gethostbyname(3).
#pragma once

#include <netdb.h>
#include <stddef.h>

struct host;

// The smallest buffer, in bytes, that any host of that family (AF_INET, AF_INET6) needs, not counting its name.
size_t hostent_least_size(int family);

// Copies name, aliases and the addresses of that family into buffer (size bytes, any alignment) and makes *entry point
// to them. Returns 0, or ERANGE with *entry untouched.
int hostent_pack(const struct host *host, int family, struct hostent *entry, char *buffer, size_t size);

// The functions without _r. The result of each is kept per thread and valid until the thread's next call of it.
enum hostent_slot {
	HOSTENT_BY_NAME,
	HOSTENT_BY_NAME2,
	HOSTENT_BY_ADDRESS,
	HOSTENT_OF_LIST,
	HOSTENT_NETWORK_BY_NAME,
	HOSTENT_NETWORK_BY_NUMBER,
	HOSTENT_SLOTS
};

// Packs host into the thread's entry of that slot. NULL if out of memory.
struct hostent *hostent_keep(enum hostent_slot slot, const struct host *host, int family);
