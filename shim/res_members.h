// SPDX-License-Identifier: MIT
// Converts the members of struct __res_state (resolver(3)) to a lookup context, and a configuration to them.
#pragma once

#include <resolv.h>
#include <stdbool.h>

#include "config/config.h"
#include "config/lookup_context.h"

// Storage that res_members_apply makes a lookup context point to.
struct res_context {
	struct options options;
	struct route default_route;
	struct server servers[MAXNS];
	char *search[MAXDNSRCH + 1];
};

// Overrides *lookup by the state's options, search list and timeouts, and by its servers unless the configuration has
// chosen some. Restarts the deadline. *storage and state must outlive *lookup.
void res_members_apply(const struct __res_state *state, struct res_context *storage, struct lookup_context *lookup);

// Writes the search list, the timeouts that a file sets, and adds the options.
void res_members_write_settings(const struct config *config, struct __res_state *state);

// Writes the servers, as many as fit, and the sort list. Initialises all of _u._ext; frees nothing. An IPv6 server is
// allocated: res_state_close or libc's __res_nclose frees it. False if out of memory.
bool res_members_write_servers(const struct config *config, struct __res_state *state);
