// SPDX-License-Identifier: MIT
// Resolves a service name to socket types, protocols and ports for getaddrinfo(3), and a port to its name.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addrinfo;

#define SERVICES_MAX 8

struct service {
	int socktype;
	int protocol;
	uint16_t port;  // host byte order
};

struct services {
	struct service list[SERVICES_MAX];  // in glibc's order
	size_t count;
};

// Finds those of a service name or port number (NULL or "": port 0) that the hints' ai_flags, ai_socktype and
// ai_protocol admit. Names are looked up by getservbyname_r(3). Returns 0, EAI_SOCKTYPE, EAI_SERVICE, EAI_MEMORY, or
// EAI_NONAME for a name with AI_NUMERICSERV. Thread-safe.
int services_find(const char *name, const struct addrinfo *hints, struct services *out);

#define SERVICE_NAME_SIZE 256

// Writes the services(5) name of a port (host byte order) for protocol "tcp" or "udp" into text (SERVICE_NAME_SIZE
// bytes). False if it has none.
bool services_name(uint16_t port, const char *protocol, char *text);
