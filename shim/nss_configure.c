// SPDX-License-Identifier: MIT
#include "shim/nss_configure.h"

#include <nss.h>
#include <stdatomic.h>
#include <string.h>

#include "config/nsswitch.h"
#include "config/sync/seqlock.h"
#include "shim/libc.h"

struct database {
	const char *name;
	seqlock_word services[SEQLOCK_WORDS(struct name_services)];
	atomic_bool is_set;
};

enum { HOSTS, NETWORKS, DATABASES };

static struct database databases[DATABASES] = {[HOSTS] = {.name = "hosts"}, [NETWORKS] = {.name = "networks"}};

static void set(struct database *database, const char *services)
{
	// Services that libc accepts but our parser rejects apply to libc only.
	struct name_services read = {.has_others = true};
	nsswitch_read_services(services, &read);
	seqlock_write(database->services, &read, sizeof(read));
	atomic_store(&database->is_set, true);
}

static bool get(const struct database *database, struct name_services *out)
{
	return atomic_load(&database->is_set) && seqlock_read(database->services, out, sizeof(*out));
}

bool nss_configure_hosts(struct name_services *out)
{
	return get(&databases[HOSTS], out);
}

bool nss_configure_networks(struct name_services *out)
{
	return get(&databases[NETWORKS], out);
}

// Also passes the services to libc, for lookups that are routed to libc.
int __nss_configure_lookup(const char *database, const char *services)
{
	const int code = libc_nss_configure_lookup(database, services);
	for (size_t i = 0; code == 0 && i < DATABASES; i++)
		if (strcmp(database, databases[i].name) == 0)
			set(&databases[i], services);
	return code;
}
