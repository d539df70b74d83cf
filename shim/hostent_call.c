// SPDX-License-Identifier: MIT
#include "shim/hostent_call.h"

#include <errno.h>
#include <sys/socket.h>

#include "config/nsswitch.h"
#include "resolver/lookup.h"
#include "shim/errors.h"
#include "shim/shim.h"

// The outcome of one call as libc reports it.
struct result {
	struct host host;
	enum outcome outcome;
	int h_errno_value;
	int code;  // return value of an _r function
};

static void fail(struct result *result, int error)
{
	result->outcome = OUTCOME_ERROR;
	result->host.error = error;
}

static void answer(struct shim_call *call, struct hostent_query *query, struct result *result)
{
	if (call->resolver)
		result->outcome = query->look_up(call, query, &result->host);
	else
		result->outcome = shim_missing_resolver(call, &result->host.error);
}

// The return value that glibc derives from the NSS status of the last service.
static int return_of(const struct shim_call *call, const struct result *result)
{
	if (result->outcome == OUTCOME_ERROR)
		return result->host.error;
	switch (lookup_status(result->outcome, &result->host, call->is_reverse)) {
	case NAME_STATUS_UNAVAILABLE:
		return result->host.error == EAFNOSUPPORT ? EAFNOSUPPORT : EAGAIN;
	case NAME_STATUS_TRY_AGAIN:
		return EAGAIN;
	default:
		return 0;
	}
}

// Maps the outcome to libc's codes.
static void translate(const struct shim_call *call, struct result *result)
{
	result->h_errno_value = error_to_h_errno(result->outcome, &result->host);
	result->code = return_of(call, result);
}

// All addresses of a hostent have one family.
static int family_of(const struct result *result)
{
	return result->host.addresses[0].family;
}

// Copies what libc found to host, for the log.
static void note_entry(const struct shim_call *call, struct host *host, const struct hostent *entry)
{
	if (call->is_reverse)
		host_set_name(host, entry->h_name);
	for (char **bytes = entry->h_addr_list; !call->is_reverse && *bytes; bytes++) {
		struct address address = address_from_bytes((sa_family_t)entry->h_addrtype, *bytes);
		if (!host_add_address(host, &address))
			return;
	}
}

static void begin(struct shim_call *call, const struct hostent_query *query)
{
	call->is_reverse = query->address.family != AF_UNSPEC;
	shim_open_state(call);
}

// Must libc answer? Then sets query->libc_name.
static bool is_libcs(struct hostent_query *query, const struct result *result)
{
	query->libc_name = result->host.name;
	return result->outcome == OUTCOME_SYSTEM;
}

static void finish(struct shim_call *call, const struct hostent_query *query, struct result *result)
{
	const char *word = error_h_errno_word(result->h_errno_value);
	shim_log(call, query->name, query->family == AF_INET6 ? "family=inet6" : NULL, &result->host, word);
	int error = errno;
	host_clear(&result->host);
	const bool is_libcs = result->outcome == OUTCOME_SYSTEM;
	errno = is_libcs ? error : result->code;
	shim_leave(call,
		is_libcs ? result->h_errno_value != NETDB_SUCCESS
				 : result->code != 0 || result->h_errno_value == NETDB_INTERNAL);
}

static struct hostent *entry_of_libc(
	const struct shim_call *call, const struct hostent_query *query, struct result *result)
{
	struct hostent *entry = query->ask_libc(query);
	result->h_errno_value = entry ? NETDB_SUCCESS : h_errno;
	if (entry)
		note_entry(call, &result->host, entry);
	return entry;
}

static struct hostent *entry_of_ours(
	const struct shim_call *call, const struct hostent_query *query, struct result *result)
{
	struct hostent *entry = NULL;
	if (result->outcome == OUTCOME_FOUND && !(entry = hostent_keep(query->slot, &result->host, family_of(result))))
		fail(result, ENOMEM);
	translate(call, result);
	if (!entry && !query->keeps_h_errno)
		h_errno = result->h_errno_value;
	return entry;
}

struct hostent *hostent_call(struct hostent_query *query)
{
	struct shim_call call;
	struct result result = {0};
	query->libc_name = NULL;
	if (!shim_enter(&call, query->function))
		return query->ask_libc ? query->ask_libc(query) : NULL;
	begin(&call, query);
	answer(&call, query, &result);
	struct hostent *entry =
		is_libcs(query, &result) ? entry_of_libc(&call, query, &result) : entry_of_ours(&call, query, &result);
	finish(&call, query, &result);
	return entry;
}

static void fill_from_libc(const struct shim_call *call, const struct hostent_query *query,
	const struct hostent_buffer *buffer, struct result *result)
{
	result->code = query->ask_libc_r(query, buffer);
	result->h_errno_value = *buffer->found ? NETDB_SUCCESS : *buffer->h_errno_out;
	if (*buffer->found)
		note_entry(call, &result->host, *buffer->found);
}

static void fill_from_ours(const struct shim_call *call, const struct hostent_query *query,
	const struct hostent_buffer *buffer, struct result *result)
{
	if (result->outcome == OUTCOME_FOUND &&
		hostent_pack(&result->host, family_of(result), buffer->entry, buffer->bytes, buffer->size) == ERANGE)
		fail(result, ERANGE);
	translate(call, result);
	if (!query->keeps_h_errno)
		*buffer->h_errno_out = result->h_errno_value;
	if (result->h_errno_value == NETDB_SUCCESS)
		*buffer->found = buffer->entry;
}

int hostent_call_r(struct hostent_query *query, const struct hostent_buffer *buffer)
{
	struct shim_call call;
	struct result result = {0};
	*buffer->found = NULL;
	query->libc_name = NULL;
	if (!shim_enter(&call, query->function))
		return query->ask_libc_r ? query->ask_libc_r(query, buffer) : 0;
	begin(&call, query);
	// Checked before any lookup, because programs begin with a small buffer and grow it on ERANGE.
	if (buffer->size < query->least_size)
		fail(&result, ERANGE);
	else
		answer(&call, query, &result);
	if (is_libcs(query, &result))
		fill_from_libc(&call, query, buffer, &result);
	else
		fill_from_ours(&call, query, buffer, &result);
	int code = result.code;
	finish(&call, query, &result);
	return code;
}
