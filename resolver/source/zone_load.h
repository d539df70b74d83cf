// SPDX-License-Identifier: MIT
// Reads the configured records and zone files into a zone_store.
#pragma once

struct config;
struct config_error;
struct zone_store;

// Reads the `record` lines and zone files of the configuration. Records of `record` lines, and of files without an SOA,
// take precedence and own only their names and what their wildcards cover. A file's SOA makes a zone, which owns all
// names at and below its apex except delegated ones: NXDOMAIN and NODATA follow RFC 2308, wildcards RFC 4592. A DNAME
// redirects all names below it, even those with records (RFC 6672 2.4), except for a `record` line of the very name.
// config must outlive the result, which the caller closes. Returns NULL with *error filled.
struct zone_store *zone_load(const struct config *config, struct config_error *error);
