// SPDX-License-Identifier: MIT
#include "shim/command/idn.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "config/base/strbuf.h"

#define LIBRARY "libidn2.so.0"
#define IDN2_NFC_INPUT 1  // the flags of glibc, so that AI_IDN of getaddrinfo(3) gives the same name

typedef int convert_function(const uint8_t *name, uint8_t **out, int flags);

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

static char *convert(void *library, const char *name, const char **why)
{
	convert_function *lookup = (convert_function *)(uintptr_t)dlsym(library, "idn2_lookup_u8");
	const char *(*error_text)(int) = (const char *(*)(int))(uintptr_t)dlsym(library, "idn2_strerror");
	uint8_t *out = NULL;
	*why = "the installed libidn2 lacks functions";
	if (lookup == NULL || error_text == NULL)
		return NULL;
	int code = lookup((const uint8_t *)name, &out, IDN2_NFC_INPUT);
	if (code == 0)
		return (char *)out;
	*why = error_text(code);
	return NULL;
}

char *idn_name(const char *name, const char **why)
{
	*why = "out of memory";
	if (!is_to_be_converted(name))
		return strdup(name);
	// Not closed: its error texts are in its memory.
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (library != NULL)
		return convert(library, name, why);
	*why = "it is not in ASCII, and " LIBRARY ", which converts names, cannot be loaded";
	return NULL;
}
