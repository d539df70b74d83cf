// SPDX-License-Identifier: MIT
#include "shim/command/tls/tls_library.h"

#include <stdbool.h>
#include <stddef.h>

#include "config/base/array.h"

// Libraries of other versions have other types.
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
#define LIBRARY "libssl.so.3"
#else
#define LIBRARY "libssl.so.1.1"
#endif

#define ROW(name) {LIBRARY_SYMBOL(name), offsetof(struct tls_library, name)},
static const struct library_row rows[] = {TLS_FUNCTIONS(ROW)};

// Functions of libcrypto, which libssl needs, are found by the handle of libssl. The process may end while this thread
// uses it.
const struct tls_library *tls_library_load(void)
{
	static struct tls_library library;
	static bool is_loaded;
	if (!is_loaded)
		is_loaded = library_load(LIBRARY, rows, ARRAY_LENGTH(rows), &library) &&
			library.OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, NULL) == 1;
	return is_loaded ? &library : NULL;
}
