// SPDX-License-Identifier: MIT
// The kernel's code for user space (vdso(7)), called without libc.
#pragma once

// Its function of that name; NULL where there is no such code, or none such in it.
void *vdso_find(const char *name);
