// SPDX-License-Identifier: MIT
// The NSS services that the program has set by __nss_configure_lookup (nss.h), as `getent -s` does, for all threads.
#pragma once

#include <stdbool.h>

struct name_services;

// Read those of hosts and of networks, which replace the line of nsswitch.conf. False if the program has set none.
bool nss_configure_hosts(struct name_services *out);
bool nss_configure_networks(struct name_services *out);
