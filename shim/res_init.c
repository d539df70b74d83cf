// SPDX-License-Identifier: MIT
// res_init, res_ninit and res_nclose of resolver(3), under the names of their symbols.
#include <resolv.h>

#include "config/log_event.h"
#include "resolver/dns/message.h"
#include "shim/call_log.h"
#include "shim/libc_symbol.h"
#include "shim/res_state.h"
#include "shim/shim.h"

int __res_init(void)
{
	struct shim_call call;
	if (!shim_enter(&call, "res_init"))
		return libc_res_init();
	shim_refresh(&call);
	int code = call.resolver ? -!shim_init_state(&call) : libc_res_init();
	call_log_message(&call, NULL, 0, &(struct answer){0}, code < 0 ? "-1" : LOG_SUCCESS);
	shim_leave(&call, code < 0);
	return code;
}

int __res_ninit(struct __res_state *state)
{
	struct shim_call call;
	if (!shim_enter(&call, "res_ninit"))
		return libc_res_ninit(state);
	int code = call.resolver ? -!res_state_fill(state, call.lookup.config, call.generation) : libc_res_ninit(state);
	call_log_message(&call, NULL, 0, &(struct answer){0}, code < 0 ? "-1" : LOG_SUCCESS);
	shim_leave(&call, code < 0);
	return code;
}

void __res_nclose(struct __res_state *state)
{
	res_state_close(state);
}
