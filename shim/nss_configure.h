// SPDX-License-Identifier: MIT
// The NSS services that the program has set by __nss_configure_lookup (nss.h), as `getent -s` does, for all threads.
#pragma once

#include <stdbool.h>

struct name_services;

enum nss_database { NSS_HOSTS, NSS_NETWORKS, NSS_DATABASES };

// Reads those of the database, which replace the line of nsswitch.conf. False if the program has set none.
bool nss_configure_read(enum nss_database database, struct name_services *out);
