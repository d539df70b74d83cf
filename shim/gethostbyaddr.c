// SPDX-License-Identifier: MIT
// gethostbyaddr(3) and its kin.
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include "resolver/lookup.h"
#include "shim/hostent_call.h"
#include "shim/libc.h"
#include "shim/shim.h"

static enum outcome look_up(struct shim_call *call, const struct hostent_query *query, struct host *host)
{
	static const uint8_t zeros[16];
	// :: is nobody's address; glibc does not ask for it either.
	if (query->family == AF_INET6 && memcmp(query->address.bytes, zeros, sizeof(zeros)) == 0)
		return OUTCOME_NO_NAME;
	return lookup_address(call->resolver, &call->terms, &query->address, host);
}

// False with errno set for a family that is not known, or a length that does not go with it.
static bool make_query(const char *function, const void *address, socklen_t length, int family, char *text,
                       struct hostent_query *query)
{
	if ((family != AF_INET || length != 4) && (family != AF_INET6 || length != 16)) {
		errno = EAFNOSUPPORT;
		return false;
	}
	*query = (struct hostent_query){
		.function = function,
		.slot = HOSTENT_BY_ADDRESS,
		.family = family,
		.address = address_from_bytes((sa_family_t)family, address),
		.name = text,
		.look_up = look_up,
	};
	address_write(&query->address, text);
	return true;
}

struct hostent *gethostbyaddr(const void *address, socklen_t length, int family)
{
	struct hostent_query query;
	struct hostent *entry;
	char text[ADDRESS_TEXT_SIZE];
	if (!make_query("gethostbyaddr", address, length, family, text, &query)) {
		h_errno = NETDB_INTERNAL;
		return NULL;
	}
	return hostent_call(&query, &entry) == HOSTENT_DONE ? entry : libc_gethostbyaddr(address, length, family);
}

int gethostbyaddr_r(const void *address, socklen_t length, int family, struct hostent *entry, char *buffer, size_t size,
                    struct hostent **found, int *h_errno_out)
{
	struct hostent_query query;
	int code;
	char text[ADDRESS_TEXT_SIZE];
	if (!make_query("gethostbyaddr_r", address, length, family, text, &query)) {
		*found = NULL;
		*h_errno_out = NETDB_INTERNAL;
		return errno;
	}
	const struct hostent_buffer out = { entry, buffer, size, found, h_errno_out };
	if (hostent_call_r(&query, &out, &code) == HOSTENT_DONE)
		return code;
	return libc_gethostbyaddr_r(address, length, family, entry, buffer, size, found, h_errno_out);
}
