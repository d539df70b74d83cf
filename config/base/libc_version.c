// SPDX-License-Identifier: MIT
#include "config/base/libc_version.h"

#include <stddef.h>
#include <stdint.h>

#include "config/base/ascii.h"

// From <gnu/libc-version.h>. Weak, because musl lacks it.
const char *gnu_get_libc_version(void) __attribute__((weak));

bool libc_version_is_musl(void)
{
	return gnu_get_libc_version == NULL;
}

bool libc_version_is_before(unsigned major, unsigned minor)
{
	uint64_t own_major = 0, own_minor = 0;
	if (libc_version_is_musl())
		return false;
	const char *text = gnu_get_libc_version();
	if (ascii_take_number(&text, UINT32_MAX, &own_major) && *text++ == '.')
		ascii_take_number(&text, UINT32_MAX, &own_minor);
	return own_major < major || (own_major == major && own_minor < minor);
}

bool libc_version_maps_hosts(void)
{
	return !libc_version_is_before(2, 38) || libc_version_is_before(2, 30);
}
