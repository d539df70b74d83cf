// SPDX-License-Identifier: MIT
#include "shim/hostent_call.h"

#include <errno.h>
#include <sys/socket.h>

#include "config/nsswitch.h"
#include "resolver/host_services.h"
#include "shim/call_log.h"
#include "shim/errors.h"
#include "shim/shim.h"

// The outcome of one call as libc reports it.
struct result {
	struct host host;
	enum outcome outcome;
	int h_errno_value;
	int code;  // return value of an _r function
};

// The return value that glibc derives from the NSS status of the last service.
static int return_of(const struct shim_call *call, const struct result *result)
{
	if (result->outcome == OUTCOME_ERROR)
		return result->host.error;
	switch (host_services_status(result->outcome, &result->host, call->is_reverse)) {
	case NAME_STATUS_UNAVAILABLE:
		return result->host.error == EAFNOSUPPORT ? EAFNOSUPPORT : EAGAIN;
	case NAME_STATUS_TRY_AGAIN:
		return EAGAIN;
	default:
		return 0;
	}
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

static void finish(struct shim_call *call, const struct hostent_query *query, struct result *result)
{
	const char *word = error_h_errno_word(result->h_errno_value);
	call_log_host(call, query->name, query->family == AF_INET6 ? "family=inet6" : NULL, &result->host, word);
	int error = errno;
	host_clear(&result->host);
	const bool is_libcs = result->outcome == OUTCOME_SYSTEM;
	errno = is_libcs ? error : result->code;
	shim_leave(call,
		is_libcs ? result->h_errno_value != NETDB_SUCCESS
				 : result->code != 0 || result->h_errno_value == NETDB_INTERNAL);
}

static int ask_libc(const struct hostent_query *query, struct hostent_buffer *buffer)
{
	int code;
	do
		code = query->ask_libc(query, buffer);
	while (code == ERANGE && *buffer->h_errno_out == NETDB_INTERNAL && hostent_grow(buffer));
	return code;
}

static void fill_from_libc(
	const struct shim_call *call, struct hostent_query *query, struct hostent_buffer *buffer, struct result *result)
{
	if (result->host.name)
		query->libc_name = result->host.name;
	result->code = ask_libc(query, buffer);
	result->h_errno_value = *buffer->found ? NETDB_SUCCESS : *buffer->h_errno_out;
	if (*buffer->found)
		note_entry(call, &result->host, *buffer->found);
}

static void fail_for_size(struct result *result, const struct hostent_buffer *buffer)
{
	result->outcome = OUTCOME_ERROR;
	result->host.error = buffer->kept || !buffer->entry ? ENOMEM : ERANGE;
}

static void fill_from_ours(const struct shim_call *call, const struct hostent_query *query,
	struct hostent_buffer *buffer, struct result *result)
{
	// All addresses of a hostent have one family.
	if (result->outcome == OUTCOME_FOUND && !hostent_pack(&result->host, result->host.addresses[0].family, buffer))
		fail_for_size(result, buffer);
	result->h_errno_value = error_to_h_errno(result->outcome, &result->host);
	result->code = return_of(call, result);
	if (!query->keeps_h_errno)
		*buffer->h_errno_out = result->h_errno_value;
	if (result->h_errno_value == NETDB_SUCCESS)
		*buffer->found = buffer->entry;
}

static bool has_least_size(const struct hostent_query *query, struct hostent_buffer *buffer)
{
	while (buffer->size < query->least_size)
		if (!hostent_grow(buffer))
			return false;
	return true;
}

int hostent_call_r(struct hostent_query *query, struct hostent_buffer *buffer)
{
	struct shim_call call;
	struct result result = {0};
	*buffer->found = NULL;
	query->libc_name = query->name;
	const bool has_room = has_least_size(query, buffer);
	if (!shim_enter(&call, query->function))
		return query->ask_libc ? ask_libc(query, buffer) : 0;
	call.is_reverse = query->address.family != AF_UNSPEC;
	shim_open_state(&call);
	// Checked before any lookup, because programs begin with a small buffer and grow it on ERANGE.
	if (!has_room)
		fail_for_size(&result, buffer);
	else if (call.resolver)
		result.outcome = query->look_up(&call, query, &result.host);
	else
		result.outcome = shim_missing_resolver(&call, &result.host.error);
	if (result.outcome == OUTCOME_SYSTEM)
		fill_from_libc(&call, query, buffer, &result);
	else
		fill_from_ours(&call, query, buffer, &result);
	int code = result.code;
	finish(&call, query, &result);
	return code;
}

struct hostent *hostent_call(struct hostent_query *query)
{
	struct hostent *found;
	int error = NETDB_SUCCESS;
	struct hostent_buffer buffer = {.found = &found, .h_errno_out = &error};
	hostent_keep(query->slot, &buffer);
	hostent_call_r(query, &buffer);
	if (!found)
		h_errno = error;
	return found;
}
