// SPDX-License-Identifier: MIT
// The resolver state of resolver(3), which programs read and write: struct __res_state, and _res of each thread.
#pragma once

#include <resolv.h>
#include <stdbool.h>

#include "config/config.h"
#include "config/lookup_context.h"

// Terms as a state gives them, and what they point to.
struct res_context {
	struct options options;
	struct route plain;
	struct server servers[MAXNS];
	char *search[MAXDNSRCH + 1];
};

// Changes *terms to what the state says: options, search list, timeouts, and its servers unless the user chose some.
// *storage and the state must outlive terms, whose deadline starts anew.
void res_state_apply(const struct __res_state *state, struct res_context *storage, struct lookup_context *lookup);

// Has this thread's _res anything to say? True where the program changed it after res_state_fill, or filled it by
// itself.
bool res_state_is_changed(void);

// Does this thread's _res tell of the servers that the user chose?
bool res_state_is_ours(void);

// Where libc has filled this thread's _res by itself: it counts as unchanged from now on.
void res_state_adopt(void);

// Fills this thread's _res where nobody has yet, as libc's lookups do: programs read it behind them. Fills it anew
// where generation, which numbers the configurations of the process, is another than the last time and the program
// has not changed it.
void res_state_open(const struct config *config, unsigned generation);

// Fill a state as libc's __res_ninit and res_init do, but by the configuration, and without libc's help: a fork may
// leave the lock held that libc takes for it. (With `nameserver system` libc does it.) False without memory for an IPv6
// server. For _res it is remembered, so that a change is seen; res_state_fill_own keeps what the program wrote there.
bool res_state_fill(struct __res_state *state, const struct config *config, unsigned generation);
bool res_state_fill_own(const struct config *config, unsigned generation);

// As libc's __res_nclose: closes its sockets and frees its servers.
void res_state_close(struct __res_state *state);
