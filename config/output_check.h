// SPDX-License-Identifier: MIT
// Checks that the files that are written are not sources of answers or settings.
#pragma once

#include <stdbool.h>

struct loading;

// False with the load's error filled if `save` or `log` names a zone file, hosts file or configuration file in use, or
// both name the same file: a saved SOA record in a zone file in use would make all other names of its zone disappear,
// and log lines make any other file unreadable.
bool output_check(struct loading *loading);
