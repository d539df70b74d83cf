// SPDX-License-Identifier: MIT
// gethostbyaddr(3) and its _r form.
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include "resolver/lookup.h"
#include "shim/hostent_call.h"
#include "shim/libc.h"
#include "shim/shim.h"

static enum outcome look_up(struct shim_call *call, struct hostent_query *query, struct host *host)
{
	host->error = query->refusal == OUTCOME_ERROR ? EAFNOSUPPORT : 0;
	return query->refusal ? query->refusal : lookup_address(call->resolver, &call->lookup, &query->address, host);
}

// glibc rejects the unspecified address :: before it checks any other argument, even the family.
static bool is_unspecified(const void *address, socklen_t length)
{
	static const uint8_t zeros[16];
	return length == sizeof(zeros) && memcmp(address, zeros, sizeof(zeros)) == 0;
}

// Like glibc, accepts a length greater than the address.
static bool is_address(socklen_t length, int family)
{
	return (family == AF_INET && length >= 4) || (family == AF_INET6 && length >= 16);
}

static int ask_libc(const struct hostent_query *query, const struct hostent_buffer *buffer)
{
	return libc_gethostbyaddr_r(&query->address, buffer);
}

static struct hostent_query query_of(
	const char *function, const void *address, socklen_t length, int family, char *text)
{
	const bool is_readable = is_address(length, family);
	struct hostent_query query = {
		.function = function,
		.slot = HOSTENT_BY_ADDRESS,
		.family = family,
		.refusal = is_unspecified(address, length) ? OUTCOME_NO_NAME
			: is_readable                          ? OUTCOME_PASS
												   : OUTCOME_ERROR,
		.look_up = look_up,
		.ask_libc = ask_libc,
	};
	if (is_readable) {
		query.address = address_from_bytes((sa_family_t)family, address);
		query.name = address_write(&query.address, text);
	}
	if (!query.refusal)
		query.least_size = hostent_least_size(family);
	return query;
}

// glibc returns the caller's length in h_length, unless it returns an address of another family than requested.
static void set_length(struct hostent *entry, socklen_t length, int family)
{
	if (entry && entry->h_addrtype == family)
		entry->h_length = (int)length;
}

struct hostent *gethostbyaddr(const void *address, socklen_t length, int family)
{
	char text[ADDRESS_TEXT_SIZE];
	struct hostent_query query = query_of("gethostbyaddr", address, length, family, text);
	struct hostent *entry = hostent_call(&query);
	set_length(entry, length, family);
	return entry;
}

int gethostbyaddr_r(const void *address, socklen_t length, int family, struct hostent *entry, char *buffer, size_t size,
	struct hostent **found, int *h_errno_out)
{
	char text[ADDRESS_TEXT_SIZE];
	struct hostent_query query = query_of("gethostbyaddr_r", address, length, family, text);
	int code = hostent_call_r(&query, &(struct hostent_buffer){entry, buffer, size, found, h_errno_out, NULL});
	set_length(*found, length, family);
	return is_unspecified(address, length) ? ENOENT : code;
}
