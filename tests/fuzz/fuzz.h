// SPDX-License-Identifier: MIT
// What the fuzz targets share: how one fails, and input as text or as a file. Included by them only.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// libFuzzer calls this with one input after the other.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

// A condition that must hold for every input. Otherwise aborts; libFuzzer then keeps the input.
#define MUST(condition) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))

static inline _Noreturn void fuzz_fail(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: this must hold: %s\n", file, line, condition);
	abort();
}

// A copy of exact size, so that a sanitizer detects reads beyond it; the caller frees it.
static inline void *fuzz_copy(const void *bytes, size_t size)
{
	void *copy = malloc(size ? size : 1);
	MUST(copy);
	return size ? memcpy(copy, bytes, size) : copy;
}

// The same, followed by a NUL.
static inline char *fuzz_text(const uint8_t *bytes, size_t size)
{
	char *text = malloc(size + 1);
	MUST(text);
	memcpy(text, bytes, size);
	text[size] = '\0';
	return text;
}

// The input as a file: one in memory, the same at each call.
struct fuzz_file {
	int descriptor;
	char path[32];
};

static inline const struct fuzz_file *fuzz_file(const uint8_t *bytes, size_t size)
{
	static struct fuzz_file file = {.descriptor = -1};
	if (file.descriptor < 0) {
		file.descriptor = memfd_create("fuzz", MFD_CLOEXEC);
		snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.descriptor);
	}
	MUST(ftruncate(file.descriptor, 0) == 0);
	MUST(pwrite(file.descriptor, bytes, size, 0) == (ssize_t)size);
	return &file;
}
