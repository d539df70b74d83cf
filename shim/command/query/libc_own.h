// SPDX-License-Identifier: MIT
// libc's own functions, for names that the configuration hands to libc.
#pragma once

// The function of libc by that name, though this process has the library preloaded, as it has within another withdns;
// known where libc cannot be told apart.
void *libc_own(const char *name, void *known);
