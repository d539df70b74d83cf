// SPDX-License-Identifier: MIT
// Which servers a name is looked up at: the domains that have some of their own, found by hash.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

// Makes the route of the plain servers, routes[0]. False without memory.
bool routes_open(struct config *config);

// Frees what the routes are made of; accepts a config that routes_open never saw (all zero).
void routes_close(struct config *config);

// The index of the route for exactly this domain, made (without servers) where there is none; -1 without memory.
// Pointers to routes are void then.
ptrdiff_t routes_of(struct config *config, const struct name *domain);
