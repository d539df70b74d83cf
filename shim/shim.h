// SPDX-License-Identifier: MIT
// What every interposed call begins and ends with: the process's resolver, made at first use and anew when the
// configuration changes, and a host process that notices nothing.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config/lookup_context.h"
#include "config/nsswitch.h"
#include "resolver/dns/message.h"
#include "resolver/resolver.h"
#include "shim/jump.h"
#include "shim/res_state.h"

struct host;
struct reasons;
struct resolver;

struct shim_call {
	struct resolver *resolver;             // NULL: see shim_missing_resolver
	unsigned generation;                   // of its configuration: the process's are numbered from 1
	struct lookup_context lookup;          // of this call; unset without a resolver
	struct res_context own;                // what terms point to where the program's resolver state counts
	struct name_services own_services[2];  // and where its services do: for all hosts, for those that are decided
	struct name_services own_network_services;
	const char *function;
	int error;        // without a resolver: errno of what kept it from being made; 0: the configuration is wrong
	bool is_reverse;  // an address is looked up: the log shows the name that was found
	int saved_errno;
	int cancel_state;
	int64_t started;          // with a log
	struct reasons *reasons;  // with a log: why it fails, if it does; NULL: nobody wants to know
	struct resolver_mark mark;
	struct jump_guard guard;
};

// Between the two, cancellation of the thread waits (before, it is acted upon), and resolver stays valid; libc's own
// functions are called there too, because they lose descriptors when they are cancelled. A signal handler may leave the
// call by a jump. False where libc itself is the caller (a plug-in of it looks something up): the call then belongs to
// libc, and shim_leave must not follow.
bool shim_enter(struct shim_call *call, const char *function);

// What a lookup ends with where there is no resolver: OUTCOME_ERROR where this machine could not make it, with *error
// the errno, or OUTCOME_NO_RECOVERY: the configuration is wrong, which was told once on stderr.
enum outcome shim_missing_resolver(const struct shim_call *call, int *error);

// Puts errno back unless keep_errno says that the caller's result is in it.
void shim_leave(struct shim_call *call, bool keep_errno);

// What the program sets in place of nsswitch.conf's line, from now on, for all threads.
void shim_set_services(const struct name_services *services);
void shim_set_network_services(const struct name_services *services);

// Takes the terms from a resolver state that the program handed over, in place of the thread's own.
void shim_use_state(struct shim_call *call, const struct __res_state *state);

// Fills this thread's _res where libc would have filled it by now: programs read it behind a lookup.
void shim_open_state(const struct shim_call *call);

// Reads the configuration anew, whether it changed or not (res_init(3)).
void shim_reload(struct shim_call *call);

// Where the call fails for a reason of its own, which nobody was asked for: a few words for the log.
void shim_explain(const struct shim_call *call, const char *reason);

// Is there a log? Writing what would go there is not worth the while otherwise.
bool shim_is_logged(const struct shim_call *call);

// One line in the log, where one was asked for. result is an EAI_ or h_errno word.
void shim_log(
	const struct shim_call *call, const char *name, const char *arguments, const struct host *host, const char *result);

// The same for a call that hands packets to the program: with what the answer's packet is, and its records of the type
// that was asked for (0: none was).
void shim_log_packet(
	const struct shim_call *call, const char *name, int type, const struct answer *answer, const char *result);
