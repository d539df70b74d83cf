// SPDX-License-Identifier: MIT
// The paths of addresses that are Unix sockets.
#pragma once

#include <stdbool.h>

struct address;

// Fills *out with the address of the Unix socket at path, which address_path (address.h) returns. False, with *out
// unchanged, for a path that is not absolute or has more than 107 bytes, and without memory. Thread-safe.
bool address_path_read(const char *path, struct address *out);
