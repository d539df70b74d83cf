// SPDX-License-Identifier: MIT
// Resolves a service name to socket types, protocols and ports for getaddrinfo(3), and a port to its name.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERVICES_MAX 8

struct service {
	int socktype;
	int protocol;
	uint16_t port;  // host byte order
};

// Fills services (SERVICES_MAX elements) in glibc's order. name: service name or port number (NULL or "": port 0).
// flags: AI_ flags. socktype, protocol: of the hints, 0 for any. Returns 0 with *count set, EAI_SOCKTYPE, EAI_SERVICE, or
// EAI_NONAME for a name with AI_NUMERICSERV. Names are looked up by getservbyname_r(3).
int services_find(const char *name, int flags, int socktype, int protocol, struct service *services, size_t *count);

#define SERVICE_NAME_SIZE 256

// Writes the services(5) name of a port (host byte order) for protocol "tcp" or "udp" into text (SERVICE_NAME_SIZE
// bytes). False if it has none.
bool services_name(uint16_t port, const char *protocol, char *text);
