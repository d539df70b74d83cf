// SPDX-License-Identifier: MIT
#include "shim/command/query/libc_own.h"

#include <dlfcn.h>
#include <gnu/lib-names.h>
#include <stddef.h>

void *libc_own(const char *name, void *known)
{
	void *libc = dlopen(LIBC_SO, RTLD_LAZY | RTLD_NOLOAD);
	void *own = libc != NULL ? dlsym(libc, name) : NULL;
	if (libc != NULL)
		dlclose(libc);
	return own != NULL ? own : known;
}
