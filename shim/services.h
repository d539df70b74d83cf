// SPDX-License-Identifier: MIT
// Socket types, protocols and ports that getaddrinfo(3) offers for a service.
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

// Fills services (SERVICES_MAX elements) in glibc's order, for the service's name or number (NULL and "": port 0) and
// what hints ask for (0: anything). Returns 0 with *count filled, or the EAI_ code: EAI_SOCKTYPE, EAI_SERVICE, or
// EAI_NONAME for a name under AI_NUMERICSERV. Names are read by getservbyname_r(3).
int services_find(const char *name, int flags, int socktype, int protocol, struct service *services, size_t *count);

#define SERVICE_NAME_SIZE 256

// The name of a port (host byte order) by services(5), for "tcp" or "udp". False where it has none; text holds
// SERVICE_NAME_SIZE bytes.
bool services_name(uint16_t port, const char *protocol, char *text);
