// SPDX-License-Identifier: MIT
// Finds libc's definitions of the functions that the library interposes, by dlsym(RTLD_NEXT).
#pragma once

#include <resolv.h>

enum libc_function {
	LIBC_GETADDRINFO,
	LIBC_GETHOSTBYADDR_R,
	LIBC_GETHOSTBYNAME2_R,
	LIBC_GETHOSTID,
	LIBC_GETNAMEINFO,
	LIBC_GETNETBYADDR_R,
	LIBC_GETNETBYNAME_R,
	LIBC_NSS_CONFIGURE_LOOKUP,
	LIBC_RES_INIT,
	LIBC_RES_NINIT,
	LIBC_RES_NCLOSE,
	LIBC_RES_NQUERY,
	LIBC_RES_NSEARCH,
	LIBC_RES_NSEND,
	LIBC_RES_NMKQUERY,
	LIBC_RES_QUERY,
	LIBC_RES_SEARCH,
	LIBC_RES_SEND,
	LIBC_FUNCTIONS,
};

// The address of libc's function, to be called by its own prototype; NULL if there is none. Thread-safe; looked up
// once.
void *libc_symbol(enum libc_function function);

// Call libc's __res_init, __res_ninit, __res_nclose (resolver(3)), which make no lookup. -1 if the function is missing.
int libc_res_init(void);
int libc_res_ninit(struct __res_state *state);
void libc_res_nclose(struct __res_state *state);
