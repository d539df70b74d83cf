// SPDX-License-Identifier: MIT
// The sources that libc reads too (RES_OPTIONS, LOCALDOMAIN, resolv.conf, nsswitch.conf, host.conf), and its defaults.
#pragma once

#include <stdbool.h>

struct loading;

// Reads them in order of precedence. A file that is missing or unreadable counts as empty, as in glibc. False with the
// load's error filled, without memory or after a temporary failure.
bool load_libc(struct loading *loading);

// Sets search list, servers and hosts file where no source has set them. False with the load's error filled.
bool load_libc_defaults(struct loading *loading);
