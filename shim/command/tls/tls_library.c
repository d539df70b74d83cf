// SPDX-License-Identifier: MIT
#include "shim/command/tls/tls_library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "config/base/array.h"

// Libraries of other versions have other types.
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
#define LIBRARY "libssl.so.3"
#else
#define LIBRARY "libssl.so.1.1"
#endif

#define TEXT(name) #name
#define ROW(name) \
	{TEXT(name), offsetof(struct tls_library, name)},  // a macro's name is replaced by that of its function

static const struct {
	const char *name;
	size_t offset;
} rows[] = {TLS_FUNCTIONS(ROW)};

// Functions of libcrypto, which libssl needs, are found by the handle of libssl.
const struct tls_library *tls_library_load(void)
{
	static struct tls_library library;
	static bool is_loaded;
	void *handle = is_loaded ? NULL : dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL)
		return is_loaded ? &library : NULL;
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		void *address = dlsym(handle, rows[i].name);
		if (address == NULL)
			return NULL;
		memcpy((char *)&library + rows[i].offset, &address, sizeof(address));
	}
	is_loaded = true;
	return &library;
}
