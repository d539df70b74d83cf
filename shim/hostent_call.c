// SPDX-License-Identifier: MIT
#include "shim/hostent_call.h"

#include <errno.h>
#include <sys/socket.h>

#include "config/nsswitch.h"
#include "resolver/lookup.h"
#include "shim/errors.h"
#include "shim/shim.h"

// The outcome of one call, in libc's language.
struct result {
	struct host host;
	enum outcome outcome;
	int h_errno_value;
	int code;  // what an _r function returns
};

static void fail(struct result *result, int error)
{
	result->outcome = OUTCOME_ERROR;
	result->host.error = error;
}

static void answer(struct shim_call *call, struct hostent_query *query, struct result *result)
{
	shim_open_state(call);
	if (call->resolver)
		result->outcome = query->look_up(call, query, &result->host);
	else
		result->outcome = shim_missing_resolver(call, &result->host.error);
}

// As glibc makes it of how its last service's answer counts.
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

// What the outcome is to the caller.
static void translate(const struct shim_call *call, struct result *result)
{
	result->h_errno_value = error_to_h_errno(result->outcome, &result->host);
	result->code = return_of(call, result);
}

// All addresses of one host that is handed out are of one family.
static int family_of(const struct result *result)
{
	return result->host.addresses[0].family;
}

static enum hostent_verdict finish(struct shim_call *call, struct hostent_query *query, struct result *result)
{
	bool is_system = result->outcome == OUTCOME_SYSTEM;
	const char *word = is_system ? NULL : error_h_errno_word(result->h_errno_value);
	shim_trace(call, query->name, query->family == AF_INET6 ? "family=inet6" : NULL, &result->host, word);
	query->libc_name = NULL;
	if (is_system) {
		query->libc_name = result->host.name;
		result->host.name = NULL;
	}
	host_clear(&result->host);
	if (result->code)
		errno = result->code;
	shim_leave(call, result->code != 0);
	return is_system ? HOSTENT_IS_LIBCS : HOSTENT_DONE;
}

enum hostent_verdict hostent_call(struct hostent_query *query, struct hostent **entry)
{
	struct shim_call call;
	struct result result = { 0 };
	if (!shim_enter(&call, query->function))
		return HOSTENT_IS_LIBCS;
	*entry = NULL;
	call.is_reverse = query->address.family != AF_UNSPEC;
	answer(&call, query, &result);
	if (result.outcome == OUTCOME_FOUND && !(*entry = hostent_keep(query->slot, &result.host, family_of(&result))))
		fail(&result, ENOMEM);
	translate(&call, &result);
	if (!*entry && !query->keeps_h_errno)
		h_errno = result.h_errno_value;
	return finish(&call, query, &result);
}

enum hostent_verdict hostent_call_r(struct hostent_query *query, const struct hostent_buffer *buffer, int *code)
{
	struct shim_call call;
	struct result result = { 0 };
	if (!shim_enter(&call, query->function))
		return HOSTENT_IS_LIBCS;
	*buffer->found = NULL;
	call.is_reverse = query->address.family != AF_UNSPEC;
	// Told before anything is asked, as programs begin with a small buffer and grow it.
	if (buffer->size < query->least_size)
		fail(&result, ERANGE);
	else
		answer(&call, query, &result);
	if (result.outcome == OUTCOME_FOUND &&
	    hostent_pack(&result.host, family_of(&result), buffer->entry, buffer->bytes, buffer->size) == ERANGE)
		fail(&result, ERANGE);
	translate(&call, &result);
	if (!query->keeps_h_errno)
		*buffer->h_errno_out = result.h_errno_value;
	*code = result.code;
	if (result.h_errno_value == NETDB_SUCCESS)
		*buffer->found = buffer->entry;
	return finish(&call, query, &result);
}
