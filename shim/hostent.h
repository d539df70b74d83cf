// SPDX-License-Identifier: MIT
// Converts a struct host to the struct hostent of gethostbyname(3), in a buffer of the caller or of the thread.
#pragma once

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>

struct host;
struct kept_hostent;

// Where an entry is written: the result arguments of the _r functions, or what hostent_keep gives.
struct hostent_buffer {
	struct hostent *entry;  // NULL: out of memory for the thread's
	char *bytes;
	size_t size;
	struct hostent **found;  // set to entry, or NULL
	int *h_errno_out;
	struct kept_hostent *kept;  // of the thread; NULL: a buffer of the caller
};

// The smallest buffer, in bytes, that any host of that family (AF_INET, AF_INET6) needs, not counting its name.
size_t hostent_least_size(int family);

// Copies name, aliases and the addresses of that family into the buffer's bytes (any alignment) and makes its entry
// point to them; grows the buffer if it is the thread's. False with the entry untouched: it is too small.
bool hostent_pack(const struct host *host, int family, struct hostent_buffer *buffer);

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

// Sets entry, bytes, size and kept to those of the thread's slot. Out of memory: to a buffer of 0 bytes that cannot
// grow.
void hostent_keep(enum hostent_slot slot, struct hostent_buffer *buffer);

// Doubles a buffer of the thread; its content may move. False for the caller's buffer, and if out of memory.
bool hostent_grow(struct hostent_buffer *buffer);
