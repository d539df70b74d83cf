// SPDX-License-Identifier: MIT
// A resolver that its users count, so that who uses it keeps it while a new one takes its place.
#pragma once

#include <stdatomic.h>

struct problem;
struct resolver;

struct shared_resolver {
	struct resolver *resolver;
	atomic_uint users;
};

// With one user, the caller. Takes ownership of the resolver. NULL if that is NULL, or with *problem filled for lack of
// memory.
struct shared_resolver *shared_resolver_open(struct resolver *resolver, struct problem *problem);

// Thread-safe. The last release closes the resolver; accepts NULL.
struct shared_resolver *shared_resolver_hold(struct shared_resolver *shared);
void shared_resolver_release(struct shared_resolver *shared);
