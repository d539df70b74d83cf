// SPDX-License-Identifier: MIT
// Finds functions of the vDSO (vdso(7)) without libc.
#pragma once

// The address of the function name; NULL if there is no vDSO or no such function in it. Keeps errno.
void *vdso_find(const char *name);
