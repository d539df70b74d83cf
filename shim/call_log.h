// SPDX-License-Identifier: MIT
// Writes an interposed call's line to the log.
#pragma once

struct answer;
struct host;
struct shim_call;

// Sets the reason that the log shows, for a call that fails before any lookup.
void call_log_explain(const struct shim_call *call, const char *reason);

// Writes the line of a call that returns a host, if there is a log. name: what was looked up, NULL for none. arguments
// may be NULL. result is an EAI_ or h_errno word; NULL: libc was asked.
void call_log_host(
	const struct shim_call *call, const char *name, const char *arguments, const struct host *host, const char *result);

// The same for a res_* call: adds the header of the answer's message and its records of that type. type 0: no question.
void call_log_message(
	const struct shim_call *call, const char *name, int type, const struct answer *answer, const char *result);
