// SPDX-License-Identifier: MIT
// Asks libc itself, for names whose source is libc. Errors of memory are OUTCOME_ERROR.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

#define LIBC_QUERY_SERVERS_MAX 3  // MAXNS

struct address;
struct host;

// As getaddrinfo(3) for host->name, or for name if that is NULL; adds name and addresses to *host.
enum outcome libc_query_host(const char *name, struct host *host);

// As getnameinfo(3); sets host->name.
enum outcome libc_query_address(const struct address *address, struct host *host);

// The message from res_search(3): allocated, the caller frees it. NULL for a negative reply, since libc does not return
// its length.
uint8_t *libc_query_message(const char *name, uint16_t class, uint16_t type, size_t *size, enum outcome *outcome);

// Writes the servers that libc would ask now, by /etc/resolv.conf, to out. Returns their number.
size_t libc_query_servers(struct address out[LIBC_QUERY_SERVERS_MAX]);
