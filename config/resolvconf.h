// SPDX-License-Identifier: MIT
// resolv.conf(5), RES_OPTIONS and LOCALDOMAIN, read as glibc 2.36 reads them: what is wrong is passed over.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct config;
struct config_location;

// All three set what no stronger door gave. False without memory only. bytes need not end in NUL. The lines of the file
// are counted from the place's on.
bool resolvconf_read(struct config *config, const struct config_location *location, const char *bytes, size_t size);
bool resolvconf_read_options(struct config *config, const struct config_location *location, const char *res_options);
bool resolvconf_read_search(struct config *config, const struct config_location *location, const char *localdomain);

// The same for one server, as if a file had it.
bool resolvconf_read_server(struct config *config, const struct config_location *location, const char *address);
