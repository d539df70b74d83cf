// SPDX-License-Identifier: MIT
// How many forks lie between this process and the one that began to count: what another thread left half done in the
// parent is known by that. (The process id would do, but costs a system call, which a filter might forbid.)
#pragma once

// To be called once at least before anything is marked by the number; again is harmless.
void forks_watch(void);

unsigned forks_count(void);
