// SPDX-License-Identifier: MIT
// By getaddrinfo: libc's, or that of a library which is preloaded.
#include <netdb.h>
#include <stddef.h>
#include <sys/socket.h>

#include "tests/bench/ask.h"

enum ask_found ask(const char *name, bool as_configured)
{
	const struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = as_configured ? AI_ADDRCONFIG : 0,
	};
	struct addrinfo *list = NULL;
	enum ask_found found = FOUND_NOTHING;
	if (getaddrinfo(name, "80", &hints, &list) != 0)
		return found;
	for (const struct addrinfo *node = list; node; node = node->ai_next)
		found |= node->ai_family == AF_INET ? FOUND_A : FOUND_AAAA;
	freeaddrinfo(list);
	return found;
}
