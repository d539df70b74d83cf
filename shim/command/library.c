// SPDX-License-Identifier: MIT
#include "shim/command/library.h"

#include <dlfcn.h>
#include <string.h>

bool library_load(const char *file, const struct library_row *rows, size_t count, void *out)
{
	void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		void *address = dlsym(handle, rows[i].symbol);
		if (address == NULL)
			return false;
		memcpy((char *)out + rows[i].offset, &address, sizeof(address));
	}
	return true;
}
