// SPDX-License-Identifier: MIT
// The paths of addresses that are Unix sockets.
#pragma once

// Returns a copy of path that is never freed, the same for equal paths; NULL without memory. The list only grows:
// addresses are copied freely, and configurations name few paths. Thread-safe.
const char *address_path_keep(const char *path);
