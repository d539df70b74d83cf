// SPDX-License-Identifier: MIT
#include "shim/nss_configure.h"

#include <nss.h>
#include <stdatomic.h>
#include <string.h>

#include "config/nsswitch.h"
#include "config/sync/seqlock.h"
#include "shim/libc.h"

static struct database {
	const char *name;
	seqlock_word services[SEQLOCK_WORDS(struct name_services)];
	atomic_bool is_set;
} databases[NSS_DATABASES] = {[NSS_HOSTS] = {.name = "hosts"}, [NSS_NETWORKS] = {.name = "networks"}};

static void set(struct database *database, const char *services)
{
	// Services that libc accepts but our parser rejects apply to libc only.
	struct name_services read = {.has_others = true};
	nsswitch_read_services(services, &read);
	seqlock_write(database->services, &read, sizeof(read));
	atomic_store(&database->is_set, true);
}

bool nss_configure_read(enum nss_database database, struct name_services *out)
{
	return atomic_load(&databases[database].is_set) && seqlock_read(databases[database].services, out, sizeof(*out));
}

// Also passes the services to libc, for lookups that are routed to libc.
int __nss_configure_lookup(const char *database, const char *services)
{
	const int code = libc_nss_configure_lookup(database, services);
	for (size_t i = 0; code == 0 && i < NSS_DATABASES; i++)
		if (strcmp(database, databases[i].name) == 0)
			set(&databases[i], services);
	return code;
}
