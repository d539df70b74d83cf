// SPDX-License-Identifier: MIT
// A user's own short names (hostname(7): HOSTALIASES).
#pragma once

// The name that an alias without dots stands for, by the file that HOSTALIASES names now; allocated. NULL where there
// is none, and in a process with raised privileges.
char *host_alias_find(const char *alias);
