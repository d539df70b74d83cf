// SPDX-License-Identifier: MIT
// The resolver state that programs read and write: struct __res_state and the thread's _res (resolver(3)).
#pragma once

#include <limits.h>
#include <resolv.h>
#include <stdbool.h>

#include "config/config.h"
#include "config/lookup_context.h"

// Storage that res_state_apply makes a lookup context point to.
struct res_context {
	struct options options;
	struct route plain;
	struct server servers[MAXNS];
	char *search[MAXDNSRCH + 1];
};

// Overrides *lookup by the state's options, search list and timeouts, and by its servers unless the configuration has
// chosen some. Restarts the deadline. *storage and state must outlive *lookup.
void res_state_apply(const struct __res_state *state, struct res_context *storage, struct lookup_context *lookup);

// Does the program's own setting count: has it changed the thread's _res since we or libc filled it?
bool res_state_is_changed(void);

// Does the thread's _res hold the servers of the configuration, not libc's?
bool res_state_is_ours(void);

// Call it after libc may have filled the thread's _res: takes what libc wrote as unchanged.
void res_state_adopt(void);

// Initialises the thread's _res if it is not yet, as libc's lookups do, because programs read it after a lookup. Fills it
// again if generation (the number of the process's configuration) is not that of the last time, unless the program
// changed it or set RES_NORELOAD.
void res_state_open(const struct config *config, unsigned generation);

// Fill a state, or the thread's _res, from the configuration, as libc's __res_ninit and res_init do from resolv.conf.
// They do not call libc, whose lock a fork may have left held, except for `nameserver system`. False if out of memory
// for an IPv6 server. A later change of _res is detected. res_state_fill_own keeps what the program wrote to _res before.
bool res_state_fill(struct __res_state *state, const struct config *config, unsigned generation);

// The same for this thread's _res, where what the program wrote before stays unless the configuration says otherwise.
// As in libc that is for the time until the next lookup: a configuration that was read for such a _res alone has the
// generation RES_STATE_PRIVATE, and res_state_open replaces it by the process's.
#define RES_STATE_PRIVATE UINT_MAX
bool res_state_fill_own(const struct config *config, unsigned generation);

// Does the thread's _res hold values of the program's own, which res_init keeps? libc reads the files and the environment
// again for such a state alone. False where libc itself fills it.
bool res_state_has_own_values(const struct config *config);

// Closes the state's sockets and frees its servers, as libc's __res_nclose. Keeps errno.
void res_state_close(struct __res_state *state);
