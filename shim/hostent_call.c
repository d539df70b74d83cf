// SPDX-License-Identifier: MIT
#include "shim/hostent_call.h"

#include <errno.h>
#include <sys/socket.h>

#include "resolver/lookup.h"
#include "shim/errors.h"
#include "shim/shim.h"

// The outcome of one call, in libc's language.
struct result {
	struct host host;
	enum outcome outcome;
	int h_errno_value;
};

static void answer(struct shim_call *call, const struct hostent_query *query, struct result *result)
{
	call->is_reverse = query->address.family != AF_UNSPEC;
	*result = (struct result){ .outcome = OUTCOME_FOUND };
	if (call->resolver)
		result->outcome = query->look_up(call, query, &result->host);
	else
		result->outcome = shim_missing_resolver(call, &result->host.error);
	result->h_errno_value = error_to_h_errno(result->outcome, &result->host);
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
	shim_leave(call, result->h_errno_value == NETDB_INTERNAL);
	return is_system ? HOSTENT_IS_LIBCS : HOSTENT_DONE;
}

enum hostent_verdict hostent_call(struct hostent_query *query, struct hostent **entry)
{
	struct shim_call call;
	struct result result;
	if (!shim_enter(&call, query->function))
		return HOSTENT_IS_LIBCS;
	*entry = NULL;
	answer(&call, query, &result);
	if (result.outcome == OUTCOME_FOUND && !(*entry = hostent_keep(query->slot, &result.host, family_of(&result)))) {
		errno = ENOMEM;
		result.h_errno_value = NETDB_INTERNAL;
	}
	if (!*entry)
		h_errno = result.h_errno_value;
	return finish(&call, query, &result);
}

enum hostent_verdict hostent_call_r(struct hostent_query *query, const struct hostent_buffer *buffer, int *code)
{
	struct shim_call call;
	struct result result;
	*buffer->found = NULL;
	// Told before anything is asked, as programs begin with a small buffer and grow it.
	if (buffer->size < hostent_least_size(query->family)) {
		*buffer->h_errno_out = NETDB_INTERNAL;
		*code = errno = ERANGE;
		return HOSTENT_DONE;
	}
	if (!shim_enter(&call, query->function))
		return HOSTENT_IS_LIBCS;
	answer(&call, query, &result);
	if (result.outcome == OUTCOME_FOUND &&
	    hostent_pack(&result.host, family_of(&result), buffer->entry, buffer->bytes, buffer->size) == ERANGE) {
		errno = ERANGE;
		result.h_errno_value = NETDB_INTERNAL;
	}
	*buffer->h_errno_out = result.h_errno_value;
	*code = error_to_return(result.h_errno_value);
	if (result.h_errno_value == NETDB_SUCCESS)
		*buffer->found = buffer->entry;
	return finish(&call, query, &result);
}
