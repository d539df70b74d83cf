// SPDX-License-Identifier: MIT
#include "shim/command/idn.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "config/base/strbuf.h"
#include "shim/command/library.h"

#define LIBRARY "libidn2.so.0"
#define IDN2_NFC_INPUT 1  // the flags of glibc, so that AI_IDN of getaddrinfo(3) gives the same name

int idn2_lookup_u8(const uint8_t *name, uint8_t **out, int flags);
const char *idn2_strerror(int code);

#define IDN2(function) LIBRARY_SYMBOL(libidn2, function)

// Bytes that are not UTF-8 are passed to DNS unchanged.
static bool is_to_be_converted(const char *name)
{
	const uint8_t *at = (const uint8_t *)name;
	bool is_ascii = true;
	for (size_t length = 1; *at != '\0' && length > 0; at += length) {
		length = *at < 0x80 ? 1 : strbuf_utf8_length(at);
		is_ascii &= *at < 0x80;
	}
	return !is_ascii && *at == '\0';
}

char *idn_name(const char *name, const char **why)
{
	extern struct library_symbol __start_libidn2[], __stop_libidn2[];
	uint8_t *out = NULL;
	*why = "out of memory";
	if (!is_to_be_converted(name))
		return strdup(name);
	*why = "it is not in ASCII, and " LIBRARY ", which converts names, cannot be loaded";
	if (!library_load(LIBRARY, __start_libidn2, __stop_libidn2))
		return NULL;
	const int code = IDN2(idn2_lookup_u8)((const uint8_t *)name, &out, IDN2_NFC_INPUT);
	*why = IDN2(idn2_strerror)(code);
	return code == 0 ? (char *)out : NULL;
}
