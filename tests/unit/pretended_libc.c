// SPDX-License-Identifier: MIT
#include "tests/unit/pretended_libc.h"

#include <gnu/libc-version.h>

static const char *set = "2.36";

const char *gnu_get_libc_version(void)
{
	return set;
}

void pretended_libc_set(const char *version)
{
	set = version;
}
