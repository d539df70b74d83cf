// SPDX-License-Identifier: MIT
// Calls libc's own resolver functions, which ours interpose, for `nameserver system`.
#pragma once

#include <netdb.h>
#include <resolv.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "shim/reply_buffer.h"

struct address;
struct hostent_buffer;

// Each calls libc's function of the same name (see its man page) with a resolver state that libc has filled. Lookups
// that an NSS module makes meanwhile go to libc too (libc_is_calling), to prevent infinite recursion. If libc's
// function cannot be found: EAI_FAIL, or 0 with NO_RECOVERY and nothing found.
int libc_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result);
int libc_gethostbyname2_r(const char *name, int family, const struct hostent_buffer *out);
int libc_gethostbyaddr_r(const struct address *address, const struct hostent_buffer *out);
int libc_getnameinfo(const struct sockaddr *address, socklen_t length, char *host, socklen_t host_size, char *service,
	socklen_t service_size, int flags);
int libc_getnetbyname_r(
	const char *name, struct netent *entry, struct netent **found, const struct hostent_buffer *out);
int libc_getnetbyaddr_r(
	uint32_t number, int family, struct netent *entry, struct netent **found, const struct hostent_buffer *out);
long libc_gethostid(void);

// The arguments of res_query(3) or res_search.
struct res_query {
	bool is_search;
	const char *name;
	int class, type;
	struct reply_buffer out;
};

// Call res_query or res_search, and res_send, with the options of state, into which they write res_h_errno. -1 if
// libc's function cannot be found.
int libc_res_nquery(struct __res_state *state, const struct res_query *query);
int libc_res_nsend(
	struct __res_state *state, const unsigned char *query, int query_size, unsigned char *answer, int size);

// These make no lookup. -1 if libc's function cannot be found, with errno ENOENT for the first.
int libc_nss_configure_lookup(const char *database, const char *services);
int libc_res_nmkquery(struct __res_state *state, int opcode, const char *name, int class, int type,
	const unsigned char *data, int data_size, const unsigned char *record, unsigned char *buffer, int size);

// Is this thread inside one of the above, so that an interposed call comes from libc itself?
bool libc_is_calling(void);
