// SPDX-License-Identifier: MIT
// getaddrinfo(3) for callers inside the library, which must not call exported names: the program may define its own.
#pragma once

struct addrinfo;

// Does what getaddrinfo does; function is the name for the log. Thread-safe. Free *result by freeaddrinfo(3).
int getaddrinfo_answer(const char *function, const char *node, const char *service, const struct addrinfo *hints,
	struct addrinfo **result);
