// SPDX-License-Identifier: MIT
// How many forks lie between this process and the one that loaded us: what another thread left half done in the parent
// is known by that. (The process id would do, but costs a system call, which a filter might forbid.)
#pragma once

unsigned forks_count(void);
