// SPDX-License-Identifier: MIT
// __nss_configure_lookup of nss.h, by which a program sets the NSS services of a database, as `getent -s` does.
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

// Also passes the services to libc, for lookups that are routed to libc.
int __nss_configure_lookup(const char *database, const char *services)
{
	const int code = libc_nss_configure_lookup(database, services);
	for (size_t i = 0; code == 0 && i < sizeof(databases) / sizeof(databases[0]); i++) {
		// Services that libc accepts but our parser rejects apply to libc only.
		struct name_services read = {.has_others = true};
		if (strcmp(database, databases[i].database) != 0)
			continue;
		nsswitch_read_services(services, &read);
		databases[i].set(&read);
	}
	return code;
}
