// SPDX-License-Identifier: MIT
// The results of getaddrinfo(3).
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct address;
struct addrinfo;
struct services;

// Returns a node for each service of the first address, then for those of the next, with flags in ai_flags. NULL if
// there is none, and without memory. libc's freeaddrinfo(3) can free it too.
struct addrinfo *addrinfo_list_make(
	int flags, const struct services *services, const struct address *addresses, size_t count);

// Returns a copy; NULL without memory.
struct addrinfo *addrinfo_list_copy(const struct addrinfo *list);

// Sets the canonical name: a copy of name. False without memory.
bool addrinfo_list_set_name(struct addrinfo *list, const char *name);

// Not freeaddrinfo: exported functions are never called from inside, because the program may define its own.
void addrinfo_list_free(struct addrinfo *list);
