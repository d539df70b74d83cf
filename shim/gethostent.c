// SPDX-License-Identifier: MIT
// sethostent(3), gethostent, gethostent_r, endhostent: reads the entries of the hosts file in order.
#include <errno.h>
#include <netdb.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "config/log_event.h"
#include "resolver/lookup.h"
#include "shim/call_log.h"
#include "shim/hostent_call.h"
#include "shim/shim.h"

// Offset after the entry that was returned last; one for the process, as in glibc, and without a lock.
static atomic_size_t position;

static enum outcome look_up(struct shim_call *call, struct hostent_query *query, struct host *host)
{
	return lookup_entry(call->resolver, &call->lookup, &query->position, host);
}

// If another thread took the same entry meanwhile, tries the next one.
static int read_next(const char *function, struct hostent_buffer *out)
{
	struct hostent_query query = {
		.function = function,
		.least_size = hostent_least_size(AF_INET),
		.keeps_h_errno = true,
		.look_up = look_up,
	};
	int code;
	size_t from;
	do {
		from = query.position = atomic_load(&position);
		code = hostent_call_r(&query, out);
	} while (*out->found && !atomic_compare_exchange_strong(&position, &from, query.position));
	return code;
}

struct hostent *gethostent(void)
{
	struct hostent *found;
	struct hostent_buffer buffer = {.found = &found};
	hostent_keep(HOSTENT_OF_LIST, &buffer);
	read_next("gethostent", &buffer);
	return found;
}

int gethostent_r(struct hostent *entry, char *buffer, size_t size, struct hostent **found, int *h_errno_out)
{
	const int code = read_next("gethostent_r", &(struct hostent_buffer){entry, buffer, size, found, h_errno_out, NULL});
	return !code && !*found ? ENOENT : code;
}

// Restarts at the first entry. Initialises _res, as glibc's sethostent does.
static void rewind_list(const char *function, bool opens_state)
{
	struct shim_call call;
	atomic_store(&position, 0);
	if (!shim_enter(&call, function))
		return;
	if (opens_state)
		shim_open_state(&call);
	call_log_host(&call, NULL, NULL, &(struct host){0}, LOG_SUCCESS);
	shim_leave(&call, false);
}

void sethostent(int stay_open)
{
	(void)stay_open;
	rewind_list("sethostent", true);
}

void endhostent(void)
{
	rewind_list("endhostent", false);
}
