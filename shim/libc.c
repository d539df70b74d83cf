// SPDX-License-Identifier: MIT
#include "shim/libc.h"

#include <errno.h>
#include <nss.h>
#include <unistd.h>

#include "config/base/address.h"
#include "config/base/compiler.h"
#include "config/base/libc_version.h"
#include "shim/addrinfo_list.h"
#include "shim/hostent.h"
#include "shim/jump.h"
#include "shim/libc_symbol.h"
#include "shim/res_state.h"

// One call into libc. Calls nest; each is on the stack of its libc_ function.
struct libc_call {
	struct libc_call *outer;
	uintptr_t mark;
	bool replaces;
	struct jump_guard guard;
};

static __thread struct libc_call *innermost;

// The thread's _res while libc uses another (not musl, which has one state for all threads and does not use it). Not
// on the stack, where a jump would lose it.
static __thread struct __res_state saved_state;
static __thread bool is_replaced;

static uintptr_t mark_of(const struct libc_call *call)
{
	return (uintptr_t)call ^ (uintptr_t)0x5bd1e995a5a5f00d;
}

// libc's lookups use the thread's _res: replaces it by one that libc fills. If libc cannot, _vcsock -1 is important:
// for a state of zeros libc would close descriptor 0.
static void replace_state(void)
{
	saved_state = *__res_state();
	is_replaced = true;
	*__res_state() = (struct __res_state){._vcsock = -1};
	libc_res_ninit(__res_state());
}

static void restore_state(void)
{
	libc_res_nclose(__res_state());
	*__res_state() = saved_state;
	is_replaced = false;
}

// Runs in a signal handler, which must not restore _res: libc_is_calling does that later.
static void jump_out(void *call)
{
	innermost = ((struct libc_call *)call)->outer;
}

static void enter(struct libc_call *call, bool replaces)
{
	call->outer = innermost;
	call->mark = mark_of(call);
	call->replaces = replaces && !is_replaced && !libc_version_is_musl();
	if (call->replaces)
		replace_state();
	innermost = call;
	jump_guard_set(&call->guard, PTHREAD_CANCEL_DISABLE, jump_out, call);
}

// Returns libc's function, to be called before leave_libc; NULL, without having entered, if there is none.
static void *enter_libc(struct libc_call *call, struct libc_symbol *symbol)
{
	void *next = libc_symbol(symbol);
	if (next)
		enter(call, res_state_is_ours());
	return next;
}

static void leave_libc(struct libc_call *call)
{
	jump_guard_clear(&call->guard);
	innermost = call->outer;
	call->mark = 0;
	if (call->replaces)
		restore_state();
	else
		res_state_adopt();
}

// A jump that did not run jump_out (not by libc's siglongjmp) leaves a stale innermost: then it is below the caller's
// frame, or its mark has been overwritten.
bool libc_is_calling(void)
{
	const struct libc_call *call = innermost;
	if (UNLIKELY(call) && (uintptr_t)call > (uintptr_t)__builtin_frame_address(0) && call->mark == mark_of(call))
		return true;
	innermost = NULL;
	if (is_replaced)
		restore_state();
	return false;
}

static int not_found(int *h_errno_out)
{
	*h_errno_out = NO_RECOVERY;
	return 0;
}

// musl's list is one block, which our freeaddrinfo cannot free.
static int own_list(struct addrinfo **list)
{
	static struct libc_symbol symbol = {"freeaddrinfo", freeaddrinfo, NULL};
	__typeof__(freeaddrinfo) *next = libc_symbol(&symbol);
	struct addrinfo *copy = addrinfo_list_copy(*list);
	if (next)
		next(*list);
	*list = copy;
	return copy ? 0 : EAI_MEMORY;
}

int libc_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
	static struct libc_symbol symbol = {"getaddrinfo", getaddrinfo, NULL};
	struct libc_call call;
	__typeof__(getaddrinfo) *next = enter_libc(&call, &symbol);
	if (!next)
		return EAI_FAIL;
	int code = next(node, service, hints, result);
	if (!code && libc_version_is_musl())
		code = own_list(result);
	leave_libc(&call);
	return code;
}

int libc_gethostbyname2_r(const char *name, int family, const struct hostent_buffer *out)
{
	static struct libc_symbol symbol = {"gethostbyname2_r", gethostbyname2_r, NULL};
	struct libc_call call;
	__typeof__(gethostbyname2_r) *next = enter_libc(&call, &symbol);
	if (!next)
		return not_found(out->h_errno_out);
	int code = next(name, family, out->entry, out->bytes, out->size, out->found, out->h_errno_out);
	leave_libc(&call);
	return code;
}

int libc_gethostbyaddr_r(const struct address *address, const struct hostent_buffer *out)
{
	static struct libc_symbol symbol = {"gethostbyaddr_r", gethostbyaddr_r, NULL};
	struct libc_call call;
	__typeof__(gethostbyaddr_r) *next = enter_libc(&call, &symbol);
	if (!next)
		return not_found(out->h_errno_out);
	int code = next(address->bytes, address_length(address), address->family, out->entry, out->bytes, out->size,
		out->found, out->h_errno_out);
	leave_libc(&call);
	return code;
}

int libc_getnameinfo(const struct sockaddr *address, socklen_t length, char *host, socklen_t host_size, char *service,
	socklen_t service_size, int flags)
{
	static struct libc_symbol symbol = {"getnameinfo", getnameinfo, NULL};
	struct libc_call call;
	__typeof__(getnameinfo) *next = enter_libc(&call, &symbol);
	if (!next)
		return EAI_FAIL;
	int code = next(address, length, host, host_size, service, service_size, flags);
	leave_libc(&call);
	return code;
}

int libc_getnetbyname_r(const char *name, struct netent *entry, struct netent **found, const struct hostent_buffer *out)
{
	static struct libc_symbol symbol = {"getnetbyname_r", getnetbyname_r, NULL};
	struct libc_call call;
	__typeof__(getnetbyname_r) *next = enter_libc(&call, &symbol);
	if (!next)
		return not_found(out->h_errno_out);
	int code = next(name, entry, out->bytes, out->size, found, out->h_errno_out);
	leave_libc(&call);
	return code;
}

int libc_getnetbyaddr_r(
	uint32_t number, int family, struct netent *entry, struct netent **found, const struct hostent_buffer *out)
{
	static struct libc_symbol symbol = {"getnetbyaddr_r", getnetbyaddr_r, NULL};
	struct libc_call call;
	__typeof__(getnetbyaddr_r) *next = enter_libc(&call, &symbol);
	if (!next)
		return not_found(out->h_errno_out);
	int code = next(number, family, entry, out->bytes, out->size, found, out->h_errno_out);
	leave_libc(&call);
	return code;
}

long libc_gethostid(void)
{
	static struct libc_symbol symbol = {"gethostid", gethostid, NULL};
	struct libc_call call;
	__typeof__(gethostid) *next = enter_libc(&call, &symbol);
	if (!next)
		return 0;
	long id = next();
	leave_libc(&call);
	return id;
}

int libc_nss_configure_lookup(const char *database, const char *services)
{
	static struct libc_symbol symbol = {"__nss_configure_lookup", __nss_configure_lookup, NULL};
	__typeof__(__nss_configure_lookup) *next = libc_symbol(&symbol);
	if (next)
		return next(database, services);
	errno = ENOENT;
	return -1;
}

// The program's state may hold the configuration's servers, so libc uses the thread's _res instead, with the options of
// the program's state. (Also, a jump out of libc's functions that take a state makes libc abort in the thread's next
// lookup.)
static void enter_with_options(struct libc_call *call, const struct __res_state *state)
{
	const unsigned long options = state->options;
	enter(call, true);
	if (is_replaced)
		__res_state()->options = options;
}

static void leave_with_error(struct libc_call *call, struct __res_state *state)
{
	const int error = __res_state()->res_h_errno;
	leave_libc(call);
	state->res_h_errno = error;
}

// An NSS module of libc calls these two with a state of libc's or of its own.
int libc_res_nquery(struct __res_state *state, const struct res_query *query)
{
	static struct libc_symbol symbols[] = {{"res_query", res_query, NULL}, {"res_search", res_search, NULL}};
	static struct libc_symbol of_plugins[] = {{"res_nquery", res_nquery, NULL}, {"res_nsearch", res_nsearch, NULL}};
	struct libc_call call;
	if (innermost) {
		__typeof__(res_nquery) *next = libc_symbol(&of_plugins[query->is_search]);
		return next ? next(state, query->name, query->class, query->type, query->out.bytes, query->out.size) : -1;
	}
	__typeof__(res_query) *next = libc_symbol(&symbols[query->is_search]);
	if (!next) {
		h_errno = state->res_h_errno = NO_RECOVERY;
		return -1;
	}
	enter_with_options(&call, state);
	int length = next(query->name, query->class, query->type, query->out.bytes, query->out.size);
	leave_with_error(&call, state);
	return length;
}

int libc_res_nsend(
	struct __res_state *state, const unsigned char *message, int message_size, unsigned char *answer, int size)
{
	static struct libc_symbol symbol = {"res_send", res_send, NULL}, of_plugins = {"res_nsend", res_nsend, NULL};
	struct libc_call call;
	if (innermost) {
		__typeof__(res_nsend) *next = libc_symbol(&of_plugins);
		return next ? next(state, message, message_size, answer, size) : -1;
	}
	__typeof__(res_send) *next = libc_symbol(&symbol);
	if (!next)
		return -1;
	enter_with_options(&call, state);
	int length = next(message, message_size, answer, size);
	leave_with_error(&call, state);
	return length;
}

int libc_res_nmkquery(struct __res_state *state, int opcode, const char *name, int class, int type,
	const unsigned char *data, int data_size, const unsigned char *record, unsigned char *buffer, int size)
{
	static struct libc_symbol symbols[] = {{"res_nmkquery", res_nmkquery, NULL}, {"res_mkquery", res_mkquery, NULL}};
	__typeof__(res_nmkquery) *next = libc_symbol(&symbols[0]);
	if (next)
		return next(state, opcode, name, class, type, data, data_size, record, buffer, size);
	// musl has no functions that take a state.
	__typeof__(res_mkquery) *plain = libc_symbol(&symbols[1]);
	return plain ? plain(opcode, name, class, type, data, data_size, record, buffer, size) : -1;
}
