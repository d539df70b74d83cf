// SPDX-License-Identifier: MIT
// The library that is preloaded: where it is, and LD_PRELOAD with it.
#pragma once

#include <stdbool.h>

struct elf;
struct problem;

// Finds the library: in the directory of this program (the build tree), in ../lib of it, or in the installation
// directories; never in the working directory or by the environment. Where there are libraries for other architectures,
// it is DIRECTORY/$LIB/libwithdns.so, by which the loader of each architecture finds its own (ld.so(8)); a link of the
// name $LIB leads to the one for this architecture, for this command and for the loader of musl, which replaces
// nothing. Otherwise it is the path of the library for this architecture: for $LIB the loader reads a link in each
// process that starts, which takes 20 us. Allocated; NULL with *problem filled.
char *preload_find_library(struct problem *problem);

// Is there a library for the architecture of that program, by $LIB in library?
bool preload_has_library(const char *library, const struct elf *program);

// LD_PRELOAD with the library in front, once, or without it, and the other libraries in their order. preload may be
// NULL. Allocated; NULL for lack of memory.
char *preload_value(const char *library, bool is_first, const char *preload);
