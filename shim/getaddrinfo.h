// SPDX-License-Identifier: MIT
// getaddrinfo(3) for the inside: exported functions are never called from here, as the program may have its own of
// that name.
#pragma once

struct addrinfo;

// All that getaddrinfo does, under the name function in the log. Safe in many threads.
int getaddrinfo_answer(const char *function, const char *node, const char *service, const struct addrinfo *hints,
	struct addrinfo **result);
