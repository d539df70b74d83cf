// SPDX-License-Identifier: MIT
#include "shim/command/shared_resolver.h"

#include <stdlib.h>

#include "resolver/resolver.h"
#include "shim/command/problem.h"

struct shared_resolver *shared_resolver_open(struct resolver *resolver, struct problem *problem)
{
	struct shared_resolver *shared = resolver != NULL ? malloc(sizeof(*shared)) : NULL;
	if (shared != NULL) {
		*shared = (struct shared_resolver){resolver, 1};
		return shared;
	}
	if (resolver != NULL)
		problem_out_of_memory(problem);
	resolver_close(resolver);
	return NULL;
}

struct shared_resolver *shared_resolver_hold(struct shared_resolver *shared)
{
	atomic_fetch_add(&shared->users, 1);
	return shared;
}

void shared_resolver_release(struct shared_resolver *shared)
{
	if (shared == NULL || atomic_fetch_sub(&shared->users, 1) > 1)
		return;
	resolver_close(shared->resolver);
	free(shared);
}
