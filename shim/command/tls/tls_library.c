// SPDX-License-Identifier: MIT
#include "shim/command/tls/tls_library.h"

#include <stdbool.h>
#include <stddef.h>

#include "config/base/array.h"

#define ROW(name) {LIBRARY_SYMBOL(name), offsetof(struct tls_library, name)},
static const struct library_row rows[] = {TLS_FUNCTIONS(ROW)};

// Functions of libcrypto, which libssl needs, are found by the handle of libssl. The process may end while this thread
// uses it.
const struct tls_library *tls_library_load(void)
{
	static struct tls_library library;
	static bool is_loaded;
	// What is used has the same types in both, whichever the headers are of.
	if (!is_loaded)
		is_loaded = (library_load("libssl.so.3", rows, ARRAY_LENGTH(rows), &library) ||
						library_load("libssl.so.1.1", rows, ARRAY_LENGTH(rows), &library)) &&
			library.OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, NULL) == 1;
	return is_loaded ? &library : NULL;
}
