// SPDX-License-Identifier: MIT
#include "shim/idn.h"

#include <dlfcn.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>

#define LIBRARY "libidn2.so.0"
#define LEAST_VERSION "2.0.5"  // as in glibc
#define IDN2_MALLOC (-100)

struct functions {
	const char *(*check_version)(const char *);
	int (*lookup_ul)(const char *, char **, int);
	int (*to_unicode_lzlz)(const char *, char **, int);
};

// Opened once and never closed, because its functions are used until the process ends. Two threads may both open it;
// dlopen(3) counts that.
static bool load(struct functions *out)
{
	static _Atomic(void *) library;
	void *handle = atomic_load(&library);
	if (!handle && (handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL)))
		atomic_store(&library, handle);
	if (!handle)
		return false;
	*(void **)&out->check_version = dlsym(handle, "idn2_check_version");
	*(void **)&out->lookup_ul = dlsym(handle, "idn2_lookup_ul");
	*(void **)&out->to_unicode_lzlz = dlsym(handle, "idn2_to_unicode_lzlz");
	return out->check_version && out->lookup_ul && out->to_unicode_lzlz && out->check_version(LEAST_VERSION);
}

enum spelling { SPELLING_ASCII, SPELLING_OTHER, SPELLING_BROKEN };

// glibc does not convert a name with both a backslash and non-ASCII characters.
static enum spelling spelling_of(const char *name)
{
	mbstate_t state = {0};
	bool is_ascii = true, has_backslash = false;
	size_t left = strlen(name);
	while (left) {
		wchar_t letter;
		size_t size = mbrtowc(&letter, name, left, &state);
		if (size == 0 || size > left)
			return SPELLING_BROKEN;
		is_ascii = is_ascii && letter <= 127;
		has_backslash = has_backslash || letter == L'\\';
		name += size;
		left -= size;
	}
	if (is_ascii)
		return SPELLING_ASCII;
	return has_backslash ? SPELLING_BROKEN : SPELLING_OTHER;
}

static int copy(const char *name, char **out)
{
	*out = strdup(name);
	return *out ? 0 : EAI_MEMORY;
}

int idn_to_ascii(const char *name, char **ascii)
{
	struct functions functions;
	const enum spelling spelling = spelling_of(name);
	if (spelling == SPELLING_ASCII)
		return copy(name, ascii);
	if (spelling == SPELLING_BROKEN || !load(&functions))
		return EAI_IDN_ENCODE;
	const int code = functions.lookup_ul(name, ascii, 0);
	return code == 0 ? 0 : code == IDN2_MALLOC ? EAI_MEMORY : EAI_IDN_ENCODE;
}

int idn_to_unicode(const char *name, char **unicode)
{
	struct functions functions;
	if (!load(&functions))
		return copy(name, unicode);
	const int code = functions.to_unicode_lzlz(name, unicode, 0);
	return code == 0 ? 0 : code == IDN2_MALLOC ? EAI_MEMORY : copy(name, unicode);
}
