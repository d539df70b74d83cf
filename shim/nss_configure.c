// SPDX-License-Identifier: MIT
// __nss_configure_lookup of nss.h: a program sets its own services for a database, as `getent -s` does.
#include <nss.h>
#include <string.h>

#include "config/nsswitch.h"
#include "shim/libc.h"
#include "shim/shim.h"

// libc is told of hosts too: it looks names up itself where it is asked, and for its other databases.
int __nss_configure_lookup(const char *database, const char *services)
{
	struct name_services read = { .has_others = true };
	const int code = libc_nss_configure_lookup(database, services);
	if (code != 0 || strcmp(database, "hosts") != 0)
		return code;
	// What libc took and this does not read is left to it.
	nsswitch_read_services(services, &read);
	shim_set_services(&read);
	return code;
}
