// SPDX-License-Identifier: MIT
// Finds the functions of libc itself, for names whose source is libc.
#pragma once

// The function of that name in libc, even if libwithdns.so is preloaded into this process, as within another withdns;
// known if libc cannot be identified.
void *libc_own(const char *name, void *known);
