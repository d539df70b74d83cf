// SPDX-License-Identifier: MIT
#include "shim/command/library.h"

#include <dlfcn.h>

bool library_load(const char *file, struct library_symbol *start, const struct library_symbol *stop)
{
	void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	bool is_whole = handle != NULL;
	for (struct library_symbol *symbol = start; symbol < stop && is_whole; symbol++) {
		symbol->address = dlsym(handle, symbol->name);
		is_whole = symbol->address != NULL;
	}
	return is_whole;
}
