// SPDX-License-Identifier: MIT
// Split DNS: finds the servers for a name by the longest matching domain, with a hash index of the domains.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

// Creates routes[0], the default servers. False without memory. config_clear frees all routes.
bool routes_open(struct config *config);

// The index of the route for exactly this domain, created without servers if there is none; -1 without memory.
// Invalidates pointers to routes.
ptrdiff_t routes_add(struct config *config, const struct name *domain);

// The route with the longest domain that name is at or below; routes[0] if there is none. Borrowed from config.
const struct route *routes_find(const struct config *config, const struct name *name);
