// SPDX-License-Identifier: MIT
// host.conf(5) and its RESOLV_ environment variables (environment section of host.conf(5)), read as glibc does.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define HOST_CONF_TRIMS_MAX 4

// All zero are glibc's defaults, without the file.
struct host_conf {
	bool is_multi;      // `multi on`: use all lines of the hosts file that have a name, not only the first
	bool is_reordered;  // `reorder on`: gethostbyname puts addresses in local networks first
	char *trims[HOST_CONF_TRIMS_MAX];  // `trim`: suffixes removed from the names found for an address; owned
	size_t trim_count;
};

// Adds the settings of a host.conf text (size bytes, no NUL needed) to *out. As in glibc the rest of a line is ignored
// from the first error on. False without memory; *out must be cleared then too.
bool host_conf_read(struct host_conf *out, const char *bytes, size_t size);

// Adds RESOLV_MULTI, RESOLV_REORDER, RESOLV_ADD_TRIM_DOMAINS and RESOLV_OVERRIDE_TRIM_DOMAINS (getenv(3)). Fails as
// host_conf_read.
bool host_conf_read_environment(struct host_conf *out);

void host_conf_clear(struct host_conf *conf);

// Removes the first matching suffix from name, in place, if name is longer than it.
void host_conf_trim(const struct host_conf *conf, char *name);
