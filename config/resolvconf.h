// SPDX-License-Identifier: MIT
// resolv.conf(5), RES_OPTIONS and LOCALDOMAIN, read as glibc 2.36 does: errors are skipped.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct loading;

// Both set what no source of higher precedence has set. False, with the error filled (loading.h), only without memory.
// bytes (size of them) need no NUL.
bool resolvconf_read(struct loading *loading, const char *bytes, size_t size);

// The value of a variable, or a default, whose name is the label: directive is "options", "search" or "nameserver".
bool resolvconf_read_value(struct loading *loading, const char *label, const char *directive, const char *value);
