// SPDX-License-Identifier: MIT
#include "shim/libc_symbol.h"

#include <dlfcn.h>
#include <netdb.h>
#include <nss.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

static const struct {
	const char *name;
	void *ours;
} functions[LIBC_FUNCTIONS] = {
	[LIBC_GETADDRINFO] = {"getaddrinfo", getaddrinfo},
	[LIBC_GETHOSTBYADDR_R] = {"gethostbyaddr_r", gethostbyaddr_r},
	[LIBC_GETHOSTBYNAME2_R] = {"gethostbyname2_r", gethostbyname2_r},
	[LIBC_GETHOSTID] = {"gethostid", gethostid},
	[LIBC_GETNAMEINFO] = {"getnameinfo", getnameinfo},
	[LIBC_GETNETBYADDR_R] = {"getnetbyaddr_r", getnetbyaddr_r},
	[LIBC_GETNETBYNAME_R] = {"getnetbyname_r", getnetbyname_r},
	[LIBC_NSS_CONFIGURE_LOOKUP] = {"__nss_configure_lookup", __nss_configure_lookup},
	[LIBC_RES_INIT] = {"__res_init", res_init},
	[LIBC_RES_NINIT] = {"__res_ninit", res_ninit},
	[LIBC_RES_NCLOSE] = {"__res_nclose", res_nclose},
	[LIBC_RES_NQUERY] = {"res_nquery", res_nquery},
	[LIBC_RES_NSEARCH] = {"res_nsearch", res_nsearch},
	[LIBC_RES_NSEND] = {"res_nsend", res_nsend},
	[LIBC_RES_NMKQUERY] = {"res_nmkquery", res_nmkquery},
	[LIBC_RES_QUERY] = {"res_query", res_query},
	[LIBC_RES_SEARCH] = {"res_search", res_search},
	[LIBC_RES_SEND] = {"res_send", res_send},
};

void *libc_symbol(enum libc_function function)
{
	static _Atomic(void *) found[LIBC_FUNCTIONS];
	void *next = atomic_load_explicit(&found[function], memory_order_acquire);
	if (next)
		return next;
	next = dlsym(RTLD_NEXT, functions[function].name);
	// If the library is loaded twice, the next definition may be this one.
	if (next == functions[function].ours)
		next = NULL;
	atomic_store_explicit(&found[function], next, memory_order_release);
	return next;
}

int libc_res_init(void)
{
	int (*next)(void) = libc_symbol(LIBC_RES_INIT);
	return next ? next() : -1;
}

int libc_res_ninit(struct __res_state *state)
{
	int (*next)(struct __res_state *) = libc_symbol(LIBC_RES_NINIT);
	return next ? next(state) : -1;
}

void libc_res_nclose(struct __res_state *state)
{
	void (*next)(struct __res_state *) = libc_symbol(LIBC_RES_NCLOSE);
	if (next)
		next(state);
}
