// SPDX-License-Identifier: MIT
#include "shim/libc_symbol.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#define NAME_SIZE 32

// glibc before 2.34 has some functions of resolver(3) only under a name with two underscores.
static void *find_next(const char *name)
{
	char old_name[NAME_SIZE] = "__";
	void *next = dlsym(RTLD_NEXT, name);
	return next ? next : dlsym(RTLD_NEXT, strncat(old_name, name, NAME_SIZE - sizeof("__")));
}

void *libc_symbol(struct libc_symbol *symbol)
{
	void *next = atomic_load_explicit(&symbol->found, memory_order_acquire);
	if (next)
		return next;
	next = find_next(symbol->name);
	// If the library is loaded twice, the next definition may be this one.
	if (next == symbol->ours)
		next = NULL;
	atomic_store_explicit(&symbol->found, next, memory_order_release);
	return next;
}

int libc_res_init(void)
{
	static struct libc_symbol symbol = {"__res_init", res_init, NULL};
	__typeof__(res_init) *next = libc_symbol(&symbol);
	return next ? next() : -1;
}

int libc_res_ninit(struct __res_state *state)
{
	static struct libc_symbol symbol = {"__res_ninit", res_ninit, NULL};
	__typeof__(res_ninit) *next = libc_symbol(&symbol);
	return next ? next(state) : -1;
}

void libc_res_nclose(struct __res_state *state)
{
	static struct libc_symbol symbol = {"__res_nclose", res_nclose, NULL};
	__typeof__(res_nclose) *next = libc_symbol(&symbol);
	if (next)
		next(state);
}
