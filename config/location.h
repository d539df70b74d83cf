// SPDX-License-Identifier: MIT
// The location of a directive: its source, file and line.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct origins;

// The sources in order of precedence, highest first. A setting with one value (default servers, search, hosts, log)
// comes from the first source that has it; each option is decided separately; `for` lines of all sources add up.
enum config_source {
	CONFIG_SOURCE_DIRECTIVES,        // WITHDNS, command line; a line `--` ends a section, the next has lower precedence
	CONFIG_SOURCE_CONFIG_FILE,       // WITHDNS_CONF, ~/.config/withdns.conf, /etc/withdns.conf
	CONFIG_SOURCE_LIBC_ENVIRONMENT,  // RES_OPTIONS, LOCALDOMAIN
	CONFIG_SOURCE_RESOLVCONF,
};

// The location of a directive, with what is needed to interpret and report it.
struct config_location {
	enum config_source source;
	unsigned rank;            // order of precedence, 1 is the highest; each section of WITHDNS has its own
	const char *directory;    // base of relative paths; NULL: the working directory
	const char *home;         // replaces "~/"; NULL: "~/" is not special
	const char *label;        // name of the file in messages
	unsigned line;            // from 1; 0: the whole file
	uint64_t version;         // of the file (file_stamp_version); 0: no file
	struct origins *origins;  // receives each setting; NULL: none
	unsigned *owners;         // of enum origin_of, then of option_table, for each the rank that has set it; 0: none
	char **included;          // receives the path of an `include`
};

// Errors are reported in withdns's own sources; libc's sources are read as glibc reads them, which skips errors.
static inline bool location_is_strict(const struct config_location *location)
{
	return location->source < CONFIG_SOURCE_LIBC_ENVIRONMENT;
}
