// SPDX-License-Identifier: MIT
// gethostbyname(3) and its kin.
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "config/config.h"
#include "resolver/lookup.h"
#include "resolver/resolver.h"
#include "shim/errors.h"
#include "shim/hostent.h"
#include "shim/libc.h"
#include "shim/shim.h"

// The outcome of one call, in libc's language.
struct result {
	struct host host;
	enum outcome outcome;
	int h_errno_value;
};

// Only digits and dots, and more strictly than getaddrinfo reads them: no hexadecimal, no dot at the end.
static bool is_dotted_ipv4(const char *name)
{
	size_t length = strspn(name, "0123456789.");
	return isdigit((unsigned char)name[0]) && !name[length] && name[length - 1] != '.';
}

static bool read_literal(const char *name, int family, struct address *address)
{
	if (family == AF_INET)
		return is_dotted_ipv4(name) && lookup_literal(name, address);
	struct in6_addr bytes;
	if (inet_pton(AF_INET6, name, &bytes) != 1)
		return false;
	*address = address_from_bytes(AF_INET6, &bytes);
	return true;
}

static enum outcome from_literal(const char *name, const struct address *address, struct host *host)
{
	host->source = SOURCE_LITERAL;
	if (host_set_name(host, name) && host_add_address(host, address))
		return OUTCOME_FOUND;
	host->error = ENOMEM;
	return OUTCOME_ERROR;
}

static unsigned sort_rank(const struct config *config, const struct address *address)
{
	for (unsigned i = 0; i < config->sort_range_count; i++) {
		const struct sort_range *range = &config->sort_ranges[i];
		bool inside = true;
		for (int j = 0; j < 4; j++)
			inside &= (address->bytes[j] & range->mask[j]) == range->network.bytes[j];
		if (inside)
			return i;
	}
	return (unsigned)config->sort_range_count;
}

// `sortlist` of resolv.conf(5): a stable insertion sort, since there are few.
static void apply_sortlist(const struct config *config, struct host *host)
{
	if (!config->sort_range_count || host->source != SOURCE_SERVER)
		return;
	for (size_t i = 1; i < host->address_count; i++) {
		struct address moved = host->addresses[i];
		size_t j = i;
		for (; j > 0 && sort_rank(config, &host->addresses[j - 1]) > sort_rank(config, &moved); j--)
			host->addresses[j] = host->addresses[j - 1];
		host->addresses[j] = moved;
	}
}

static enum outcome look_up(struct shim_call *call, const char *name, int family, struct host *host)
{
	struct address literal;
	if (!call->resolver || !*name)
		return OUTCOME_NO_RECOVERY;
	if (read_literal(name, family, &literal))
		return from_literal(name, &literal, host);
	enum outcome outcome = lookup_host(call->resolver, &call->terms, name, (sa_family_t)family, 0, host);
	if (outcome == OUTCOME_FOUND && family == AF_INET)
		apply_sortlist(call->terms.config, host);
	return outcome;
}

static void answer(struct shim_call *call, const char *name, int family, struct result *result)
{
	*result = (struct result){ 0 };
	result->outcome = look_up(call, name, family, &result->host);
	result->h_errno_value = error_to_h_errno(result->outcome, &result->host);
}

static void finish(struct shim_call *call, const char *name, int family, struct result *result)
{
	const char *word = result->outcome == OUTCOME_SYSTEM ? NULL : error_h_errno_word(result->h_errno_value);
	shim_trace(call, name, family == AF_INET6 ? "family=inet6" : NULL, &result->host, word);
	host_clear(&result->host);
	shim_leave(call, result->h_errno_value == NETDB_INTERNAL);
}

static struct hostent *by_name(const char *function, enum hostent_slot slot, const char *name, int family)
{
	struct shim_call call;
	struct result result;
	if (!shim_enter(&call, function))
		return libc_gethostbyname2(name, family);
	answer(&call, name, family, &result);
	struct hostent *entry = NULL;
	if (result.outcome == OUTCOME_FOUND && !(entry = hostent_keep(slot, &result.host, family))) {
		errno = ENOMEM;
		result.h_errno_value = NETDB_INTERNAL;
	}
	bool is_system = result.outcome == OUTCOME_SYSTEM;
	int code = result.h_errno_value;
	finish(&call, name, family, &result);
	if (is_system)
		return libc_gethostbyname2(name, family);
	if (!entry)
		h_errno = code;
	return entry;
}

// What gethostbyname2 and its _r form say to a family that they do not know.
static bool is_known_family(int family)
{
	if (family == AF_INET || family == AF_INET6)
		return true;
	errno = EAFNOSUPPORT;
	return false;
}

struct hostent *gethostbyname(const char *name)
{
	return by_name("gethostbyname", HOSTENT_BY_NAME, name, AF_INET);
}

struct hostent *gethostbyname2(const char *name, int family)
{
	if (is_known_family(family))
		return by_name("gethostbyname2", HOSTENT_BY_NAME2, name, family);
	h_errno = NO_DATA;
	return NULL;
}

static int by_name_r(const char *function, const char *name, int family, struct hostent *entry, char *buffer, size_t size,
                     struct hostent **found, int *h_errno_out)
{
	struct shim_call call;
	struct result result;
	*found = NULL;
	if (size < hostent_least_size(family)) {
		*h_errno_out = NETDB_INTERNAL;
		return errno = ERANGE;
	}
	if (!shim_enter(&call, function))
		return libc_gethostbyname2_r(name, family, entry, buffer, size, found, h_errno_out);
	answer(&call, name, family, &result);
	if (result.outcome == OUTCOME_FOUND && hostent_pack(&result.host, family, entry, buffer, size) == ERANGE) {
		errno = ERANGE;
		result.h_errno_value = NETDB_INTERNAL;
	}
	bool is_system = result.outcome == OUTCOME_SYSTEM;
	int code = result.h_errno_value;
	int returned = error_to_return(code);
	finish(&call, name, family, &result);
	if (is_system)
		return libc_gethostbyname2_r(name, family, entry, buffer, size, found, h_errno_out);
	*h_errno_out = code;
	if (code == NETDB_SUCCESS)
		*found = entry;
	return returned;
}

int gethostbyname_r(const char *name, struct hostent *entry, char *buffer, size_t size, struct hostent **found,
                    int *h_errno_out)
{
	return by_name_r("gethostbyname_r", name, AF_INET, entry, buffer, size, found, h_errno_out);
}

int gethostbyname2_r(const char *name, int family, struct hostent *entry, char *buffer, size_t size,
                     struct hostent **found, int *h_errno_out)
{
	if (is_known_family(family))
		return by_name_r("gethostbyname2_r", name, family, entry, buffer, size, found, h_errno_out);
	*found = NULL;
	*h_errno_out = NO_DATA;
	return EAFNOSUPPORT;
}
