// SPDX-License-Identifier: MIT
// The resolver state that programs read and write: struct __res_state and the thread's _res (resolver(3)).
#pragma once

#include <limits.h>
#include <resolv.h>
#include <stdbool.h>

struct config;

// Has the program changed the thread's _res since we or libc filled it, so that its settings apply?
bool res_state_is_changed(void);

// Does the thread's _res hold the servers of the configuration, not libc's?
bool res_state_is_ours(void);

// Call it after libc may have filled the thread's _res: takes what libc wrote as unchanged.
void res_state_adopt(void);

// Initialises the thread's _res if it is not yet, as libc's lookups do, because programs read it after a lookup. Fills
// it again if generation (the number of the process's configuration) is not that of the last time, unless the program
// changed it or set RES_NORELOAD.
void res_state_open(const struct config *config, unsigned generation);

// Fills a state from the configuration, as libc's __res_ninit does from resolv.conf. Does not call libc, whose lock a
// fork may have left held, except for `nameserver system`. False if out of memory for an IPv6 server. A later change of
// the thread's _res is detected.
bool res_state_fill(struct __res_state *state, const struct config *config, unsigned generation);

// The same for the thread's _res, as res_init: what the program wrote there before stays, unless a file overrides it. A
// configuration that was read for this _res alone has the generation RES_STATE_PRIVATE, and the next lookup replaces it
// by the process's (res_state_open), as in libc.
#define RES_STATE_PRIVATE UINT_MAX
bool res_state_fill_own(const struct config *config, unsigned generation);

// Does the thread's _res hold values of the program's own, which res_init keeps? libc reads the files and the
// environment again for such a state alone. False where libc itself fills it.
bool res_state_has_own_values(const struct config *config);

// Closes the state's sockets and frees its servers, as libc's __res_nclose. Keeps errno.
void res_state_close(struct __res_state *state);
