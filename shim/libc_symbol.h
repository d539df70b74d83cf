// SPDX-License-Identifier: MIT
// Finds libc's definitions of the functions that the library interposes, by dlsym(RTLD_NEXT).
#pragma once

#include <resolv.h>

struct libc_symbol {
	const char *name;
	void *ours;  // the library's own definition
	_Atomic(void *) found;
};

// The address of libc's function, to be called by its own prototype; NULL if there is none. Thread-safe; found once.
void *libc_symbol(struct libc_symbol *symbol);

// Call libc's __res_init, __res_ninit, __res_nclose (resolver(3)), which make no lookup. -1 if the function is missing.
int libc_res_init(void);
int libc_res_ninit(struct __res_state *state);
void libc_res_nclose(struct __res_state *state);
