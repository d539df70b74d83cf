// SPDX-License-Identifier: MIT
#include "config/base/libc_version.h"

#include <stddef.h>
#include <stdlib.h>

// From <gnu/libc-version.h>. Weak, because musl lacks it.
const char *gnu_get_libc_version(void) __attribute__((weak));

bool libc_version_is_musl(void)
{
	return gnu_get_libc_version == NULL;
}

bool libc_version_is_before(unsigned major, unsigned minor)
{
	char *rest;
	if (libc_version_is_musl())
		return false;
	const unsigned long own_major = strtoul(gnu_get_libc_version(), &rest, 10);
	const unsigned long own_minor = *rest == '.' ? strtoul(rest + 1, NULL, 10) : 0;
	return own_major < major || (own_major == major && own_minor < minor);
}

bool libc_version_maps_hosts(void)
{
	return !libc_version_is_before(2, 38) || libc_version_is_before(2, 30);
}
