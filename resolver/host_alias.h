// SPDX-License-Identifier: MIT
// Reads the file named by HOSTALIASES, a user's aliases for host names (hostname(7)).
#pragma once

// Returns the name that alias stands for, allocated with malloc(3); NULL if there is none, without memory, and in
// privileged programs (secure_getenv(3)). alias must not contain dots. Reads the file at each call.
char *host_alias_find(const char *alias);
