// SPDX-License-Identifier: MIT
// resolv.conf(5), RES_OPTIONS and LOCALDOMAIN, read as glibc 2.36 does: errors are skipped.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct config;
struct config_location;

// All three set what no source of higher precedence has set. False only without memory. bytes (size of them) need no
// NUL. The first line of the file has the number location->line + 1.
bool resolvconf_read(struct config *config, const struct config_location *location, const char *bytes, size_t size);
bool resolvconf_read_options(struct config *config, const struct config_location *location, const char *res_options);
bool resolvconf_read_search(struct config *config, const struct config_location *location, const char *localdomain);

// The same for one `nameserver` line with this address.
bool resolvconf_read_server(struct config *config, const struct config_location *location, const char *address);
