// SPDX-License-Identifier: MIT
// The process's configuration and its resolver: read at the first lookup, replaced when the files have changed.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct config;
struct resolver;

// A resolver and the number of its configuration, from 1 in each process. {0}: there is none.
struct generation {
	struct resolver *resolver;
	unsigned number;
};

// Returns the current generation, which stays valid until the matching generation_leave. Sections nest. Wait-free.
struct generation generation_enter(void);

// Ends a section. Replaced generations are freed with their last user.
void generation_leave(void);

// The same without freeing: async-signal-safe, for a signal handler that leaves a section by siglongjmp.
void generation_abandon(void);

// Have the files changed? False until the next check is due at now (clock_now), and if these versions of the files have
// failed to load.
bool generation_is_stale(const struct generation *used, int64_t now);

// Is it sure, until the next check is due, that there is a configuration and that it logs no calls?
bool generation_is_unlogged(void);

// Reads the configuration and makes it the current generation. If that fails, the old one stays, which is logged once
// per error; without an old one the error goes to stderr (notice_config) and the journal. Call in a section, with *used
// what generation_enter returned; *used becomes the new generation, or stays. Returns 0 or an errno; 0 without a
// resolver in *used: the configuration is invalid. Two threads may do this at once: the later result stays.
int generation_renew(struct generation *used);

// Reads the configuration again for one caller alone, after common was read; errors are not reported, because they were
// when common was read. NULL if it is invalid or without memory. The caller frees it by config_clear and free.
struct config *generation_read_config(const struct config *common);
