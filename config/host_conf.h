// SPDX-License-Identifier: MIT
// host.conf(5) and the RESOLV_ variables beside it: how libc's own functions show what they found.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define HOST_CONF_TRIMS_MAX 4

// All zero is what glibc does without the file.
struct host_conf {
	bool is_multi;                     // every line of the hosts file that has a name counts, not the first one alone
	bool is_reordered;                 // gethostbyname puts an address in a network of this machine first
	char *trims[HOST_CONF_TRIMS_MAX];  // these ends are cut off the names of an address; owned
	size_t trim_count;
};

// Adds what the text of host.conf says (size bytes; need not end in NUL). As in glibc the rest of a line that is wrong
// does not count. False without memory; *out can be cleared all the same.
bool host_conf_read(struct host_conf *out, const char *bytes, size_t size);

// Adds what RESOLV_MULTI, RESOLV_REORDER, RESOLV_ADD_TRIM_DOMAINS and RESOLV_OVERRIDE_TRIM_DOMAINS say. As
// host_conf_read.
bool host_conf_read_environment(struct host_conf *out);

void host_conf_clear(struct host_conf *conf);

// Cuts the first of the ends that fits off name, which has to be longer.
void host_conf_trim(const struct host_conf *conf, char *name);
