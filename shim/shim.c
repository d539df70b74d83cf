// SPDX-License-Identifier: MIT
#include "shim/shim.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/config.h"
#include "resolver/reasons.h"
#include "shim/generation.h"
#include "shim/libc.h"
#include "shim/notice.h"
#include "shim/nss_configure.h"
#include "shim/res_state.h"

static void use_generation(struct shim_call *call, struct generation generation)
{
	call->resolver = generation.resolver;
	call->generation = generation.number;
}

COLD static void renew(struct shim_call *call)
{
	struct generation used = {call->resolver, call->generation};
	call->error = generation_renew(&used);
	use_generation(call, used);
	call->started = clock_now();
}

static void observe(struct shim_call *call)
{
	if (LIKELY(!call->reasons))
		return;
	call->lookup.observe = reasons_note;
	call->lookup.observer = call->reasons;
}

// The program's own services apply as they are, but if the configuration has chosen servers, libc's other services are
// not asked.
static void use_program_services(struct shim_call *call)
{
	struct name_services *own = call->own_services;
	if (UNLIKELY(nss_configure_read(NSS_NETWORKS, &call->own_network_services)))
		call->lookup.network_services = &call->own_network_services;
	if (LIKELY(!nss_configure_read(NSS_HOSTS, &own[0])))
		return;
	own[1] = own[0];
	own[1].has_others = false;
	call->lookup.services = &own[call->lookup.config->servers_chosen];
	call->lookup.chosen_services = &own[1];
}

static void start_context(struct shim_call *call)
{
	lookup_context_begin(&call->lookup, resolver_config(call->resolver), call->started);
	use_program_services(call);
}

static void set_context(struct shim_call *call)
{
	start_context(call);
	if (res_state_is_changed())
		res_members_apply(__res_state(), &call->own, &call->lookup);
	observe(call);
}

// Collects the reasons for the log. On the heap, because they are too large for a small stack; if out of memory, the
// log lacks them.
COLD static void start_log(struct shim_call *call)
{
	call->reasons = malloc(sizeof(*call->reasons));
	if (call->reasons)
		reasons_begin(call->reasons);
	observe(call);
}

void shim_open_state(const struct shim_call *call)
{
	if (call->resolver)
		res_state_open(call->lookup.config, call->generation);
}

static void jump_out(void *argument)
{
	const struct shim_call *call = argument;
	resolver_abandon(&call->mark);
	generation_abandon();
}

bool shim_enter(struct shim_call *call, const char *function)
{
	if (UNLIKELY(libc_is_calling()))
		return false;
	pthread_testcancel();
	call->function = function;
	call->saved_errno = errno;
	call->mark = resolver_mark();
	call->error = 0;
	call->is_reverse = false;
	call->reasons = NULL;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &call->cancel_state);
	const struct generation generation = generation_enter();
	jump_guard_set(&call->guard, call->cancel_state, jump_out, call);
	use_generation(call, generation);
	call->started = clock_now();
	if (!call->resolver || generation_is_stale(&generation, call->started))
		renew(call);
	if (call->resolver)
		set_context(call);
	else
		call->lookup = (struct lookup_context){0};
	if (shim_is_logged(call))
		start_log(call);
	return true;
}

void shim_use_state(struct shim_call *call, const struct __res_state *state)
{
	start_context(call);
	res_members_apply(state, &call->own, &call->lookup);
	observe(call);
}

void shim_refresh(struct shim_call *call)
{
	const struct resolver *resolver = call->resolver;
	if (resolver && !resolver_config(resolver)->options.no_reload && !resolver_files(resolver).is_stale)
		return;
	renew(call);
	if (call->resolver)
		set_context(call);
}

// By a configuration that is read for it alone, if it is valid.
static bool init_private_state(const struct config *common)
{
	struct config *config = generation_read_config(common);
	const bool is_filled = res_state_fill_own(config ? config : common, RES_STATE_PRIVATE);
	if (config)
		config_clear(config);
	free(config);
	return is_filled;
}

bool shim_init_state(const struct shim_call *call)
{
	const struct config *config = call->lookup.config;
	if (res_state_has_own_values(config))
		return init_private_state(config);
	return res_state_fill_own(config, call->generation);
}

enum outcome shim_missing_resolver(const struct shim_call *call, int *error)
{
	*error = call->error;
	return call->error ? OUTCOME_ERROR : OUTCOME_NO_RECOVERY;
}

COLD static void report_recording_failure(const struct shim_call *call)
{
	const int failure = resolver_recording_failure(call->resolver);
	if (failure)
		notice_unwritable(NOTICE_RECORDING, call->lookup.config->recording_path, failure);
}

void shim_leave(struct shim_call *call, bool keep_errno)
{
	const int error = UNLIKELY(keep_errno) ? errno : call->saved_errno;
	if (call->resolver && UNLIKELY(call->lookup.config->recording_path))
		report_recording_failure(call);
	free(call->reasons);
	jump_guard_clear(&call->guard);
	generation_leave();
	pthread_setcancelstate(call->cancel_state, NULL);
	errno = error;
}

bool shim_is_logged(const struct shim_call *call)
{
	return call->resolver && config_is_logged(call->lookup.config);
}
