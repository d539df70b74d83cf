// SPDX-License-Identifier: MIT
// Prologue and epilogue of every interposed call: gets the process's resolver, (re)loads the configuration, saves
// errno.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config/lookup_context.h"
#include "config/nsswitch.h"
#include "resolver/dns/message.h"
#include "resolver/resolver.h"
#include "shim/jump.h"
#include "shim/res_members.h"

struct reasons;
struct resolver;

struct shim_call {
	struct resolver *resolver;     // NULL: see shim_missing_resolver
	unsigned generation;           // number of its configuration, from 1 in each process
	struct lookup_context lookup;  // of this call; {0} without a resolver
	struct res_context own;        // storage for lookup, if the program's resolver state applies
	// Storage for lookup, if the program set its own NSS services: [0] as set, [1] without libc's other services.
	struct name_services own_services[2];
	struct name_services own_network_services;
	const char *function;  // its name, for the log
	int error;             // without a resolver: errno of the failure; 0: the configuration is invalid
	bool is_reverse;       // an address is looked up: the log shows the name found
	int saved_errno;
	int cancel_state;
	int64_t started;          // clock_now() at the start, after a reload
	struct reasons *reasons;  // collects why the call fails, if there is a log; owned; may be NULL
	struct resolver_mark mark;
	struct jump_guard guard;
};

// Begins a call: acts on a pending cancellation, then disables cancellation and keeps call->resolver valid until
// shim_leave. Call libc's own functions in between too: they leak descriptors when cancelled. A signal handler may
// leave the call by siglongjmp(3). Returns false if libc is the caller (an NSS module looks something up): then pass
// the call to libc, without shim_leave.
bool shim_enter(struct shim_call *call, const char *function);

// The outcome of a lookup without a resolver: OUTCOME_ERROR, with *error the errno, if creating it failed, or
// OUTCOME_NO_RECOVERY if the configuration is invalid, which generation_renew has reported.
enum outcome shim_missing_resolver(const struct shim_call *call, int *error);

// Ends a call. Restores errno unless keep_errno.
void shim_leave(struct shim_call *call, bool keep_errno);

// Makes call->lookup follow a resolver state that the program passed, instead of the thread's _res.
void shim_use_state(struct shim_call *call, const struct __res_state *state);

// Calls res_state_open for the thread's _res, at the points where libc would have initialised it.
void shim_open_state(const struct shim_call *call);

// Reads the configuration again if its files have changed, or are not checked for changes (options no-reload).
void shim_refresh(struct shim_call *call);

// Fills the thread's _res as res_init(3) does. False if out of memory.
bool shim_init_state(const struct shim_call *call);

// Is there a log? If not, callers need not prepare texts for it.
bool shim_is_logged(const struct shim_call *call);
