// SPDX-License-Identifier: MIT
#include "shim/literal.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "config/base/address.h"
#include "config/base/ascii.h"
#include "resolver/lookup.h"

#define DIGITS "0123456789"
#define HEX_DIGITS DIGITS "abcdefABCDEF"

// Has the name only these characters and no final dot, which would make it a name?
static bool consists_of(const char *name, const char *characters)
{
	size_t length = strspn(name, characters);
	return length && !name[length] && name[length - 1] != '.';
}

static bool may_begin_address(char first)
{
	return first && strchr(HEX_DIGITS ":", first);
}

static enum outcome read_ipv6(const char *name, int family, struct address *out)
{
	struct in6_addr bytes;
	if (family == AF_INET)
		return OUTCOME_NO_NAME;
	if (!consists_of(name, HEX_DIGITS ":."))
		return OUTCOME_PASS;
	if (inet_pton(AF_INET6, name, &bytes) != 1)
		return OUTCOME_NO_NAME;
	*out = address_from_bytes(AF_INET6, &bytes);
	return OUTCOME_FOUND;
}

enum outcome literal_read(const char *name, int family, struct address *out)
{
	if (ascii_is_digit(name[0]) && consists_of(name, DIGITS "."))
		return family == AF_INET && lookup_literal(name, out) ? OUTCOME_FOUND : OUTCOME_NO_NAME;
	if (may_begin_address(name[0]) && strchr(name, ':'))
		return read_ipv6(name, family, out);
	return OUTCOME_PASS;
}

// Room for an address, a list of one address, an empty alias list, and the name.
size_t literal_room(const char *name)
{
	return may_begin_address(name[0]) ? 16 + 3 * sizeof(char *) + strlen(name) + 1 : 0;
}
