// SPDX-License-Identifier: MIT
// gethostent(3) and its kin: the hosts file from its beginning to its end.
#include <errno.h>
#include <netdb.h>
#include <stdatomic.h>

#include "resolver/lookup.h"
#include "shim/hostent_call.h"
#include "shim/shim.h"

// How many entries were handed out; one for the process, as in glibc, and without a lock.
static atomic_size_t position;

static enum outcome look_up(struct shim_call *call, const struct hostent_query *query, struct host *host)
{
	return lookup_entry(call->resolver, query->number, host) ? OUTCOME_FOUND : OUTCOME_NO_NAME;
}

static struct hostent_query next_query(const char *function)
{
	return (struct hostent_query){
		.function = function,
		.slot = HOSTENT_OF_LIST,
		.number = atomic_load(&position),
		.look_up = look_up,
	};
}

// Another thread may have taken the same entry meanwhile: then this one's is the next.
static bool is_taken(const struct hostent_query *query)
{
	size_t expected = query->number;
	return !atomic_compare_exchange_strong(&position, &expected, query->number + 1);
}

struct hostent *gethostent(void)
{
	struct hostent_query query;
	struct hostent *entry = NULL;
	do {
		query = next_query("gethostent");
	} while (hostent_call(&query, &entry) == HOSTENT_DONE && entry && is_taken(&query));
	return entry;
}

int gethostent_r(struct hostent *entry, char *buffer, size_t size, struct hostent **found, int *h_errno_out)
{
	struct hostent_query query;
	const struct hostent_buffer out = { entry, buffer, size, found, h_errno_out };
	int code = 0;
	*found = NULL;
	do {
		query = next_query("gethostent_r");
	} while (hostent_call_r(&query, &out, &code) == HOSTENT_DONE && *found && is_taken(&query));
	return !code && !*found ? ENOENT : code;
}

void sethostent(int stay_open)
{
	(void)stay_open;
	atomic_store(&position, 0);
}

void endhostent(void)
{
	atomic_store(&position, 0);
}
