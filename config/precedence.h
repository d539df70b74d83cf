// SPDX-License-Identifier: MIT
// Precedence during a load: the source being read, and the source that gave each setting.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "config/options.h"
#include "config/origin.h"

// The position of a directive: its source, file and line.
struct config_location {
	enum config_source source;
	unsigned rank;            // order of precedence, 1 is the highest; each section of WITHDNS has its own
	const char *directory;    // base of relative paths; NULL: the working directory
	const char *home;         // replaces "~/"; NULL: "~/" is not special
	const char *label;        // name of the file in messages
	unsigned line;            // from 1; 0: the whole file
	struct origins *origins;  // receives each setting; NULL: none
};

// Settings that only the source of highest precedence may set.
enum setting {
	SETTING_SERVERS,
	SETTING_SEARCH,
	SETTING_SORTLIST,
	SETTING_HOSTS,
	SETTING_LOG,
	SETTING_SAVE,
	SETTING_SEED,
	SETTING_FIRST_OPTION,  // followed by one for each row of option_table
	SETTING_COUNT = SETTING_FIRST_OPTION + OPTION_COUNT,
};

struct config_precedence {
	unsigned owner[SETTING_COUNT];  // rank of the source that gave it; 0: none yet
	unsigned *route_ranks;          // for each route the rank of the source that last added to it
};

// Errors are reported in withdns's own sources; libc's sources are read as glibc reads them, which skips errors.
static inline bool location_is_strict(const struct config_location *location)
{
	return location->source < CONFIG_SOURCE_LIBC_ENVIRONMENT;
}

// Claims a setting (enum setting) for the source of location. False if a source of higher precedence has it.
static inline bool config_claim(struct config *config, const struct config_location *location, unsigned setting)
{
	unsigned *owner = &config->precedence->owner[setting];
	if (*owner == 0)
		*owner = location->rank;
	return *owner == location->rank;
}

// Reports a setting to location->origins, if there is one.
static inline void location_note(
	const struct config_location *location, enum origin_of what, size_t index, size_t element)
{
	if (location->origins != NULL)
		location->origins->note(location->origins, what, index, element, location);
}
