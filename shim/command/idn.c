// SPDX-License-Identifier: MIT
#include "shim/command/idn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/strbuf.h"
#include "shim/command/library.h"

#define LIBRARY "libidn2.so.0"
#define IDN2_NFC_INPUT 1  // the flags of glibc, so that AI_IDN of getaddrinfo(3) gives the same name

struct libidn2 {
	int (*idn2_lookup_u8)(const uint8_t *name, uint8_t **out, int flags);
	const char *(*idn2_strerror)(int code);
};

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
	static const struct library_row symbols[] = {{"idn2_lookup_u8", offsetof(struct libidn2, idn2_lookup_u8)},
		{"idn2_strerror", offsetof(struct libidn2, idn2_strerror)}};
	struct libidn2 library;
	uint8_t *out = NULL;
	*why = "out of memory";
	if (!is_to_be_converted(name))
		return strdup(name);
	*why = "it is not in ASCII, and " LIBRARY ", which converts names, cannot be loaded";
	if (!library_load(LIBRARY, symbols, ARRAY_LENGTH(symbols), &library))
		return NULL;
	const int code = library.idn2_lookup_u8((const uint8_t *)name, &out, IDN2_NFC_INPUT);
	*why = library.idn2_strerror(code);
	return code == 0 ? (char *)out : NULL;
}
