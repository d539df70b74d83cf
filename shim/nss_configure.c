// SPDX-License-Identifier: MIT
// __nss_configure_lookup of nss.h: a program sets its own services for a database, as `getent -s` does.
#include <nss.h>
#include <string.h>

#include "config/nsswitch.h"
#include "shim/libc.h"
#include "shim/shim.h"

static const struct {
	const char *database;
	void (*set)(const struct name_services *services);
} databases[] = {
	{"hosts", shim_set_services},
	{"networks", shim_set_network_services},
};

// libc is told of these too: it looks up itself what it is asked for.
int __nss_configure_lookup(const char *database, const char *services)
{
	const int code = libc_nss_configure_lookup(database, services);
	for (size_t i = 0; code == 0 && i < sizeof(databases) / sizeof(databases[0]); i++) {
		// What libc took and this does not read is left to it.
		struct name_services read = {.has_others = true};
		if (strcmp(database, databases[i].database) != 0)
			continue;
		nsswitch_read_services(services, &read);
		databases[i].set(&read);
	}
	return code;
}
