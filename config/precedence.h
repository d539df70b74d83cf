// SPDX-License-Identifier: MIT
// While a configuration is loaded: which door is being read, and which door gave what so far.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "config/options.h"
#include "config/origin.h"

// Where a directive stands.
struct config_location {
	enum config_source source;
	unsigned rank;            // 1 for the strongest door, more for each weaker one
	const char *directory;    // where relative paths begin; NULL: the working directory
	const char *home;         // what "~/" means; NULL: nothing
	const char *label;        // what messages call the file
	unsigned line;            // 0: the file as a whole
	struct origins *origins;  // told of what the place gives; NULL: nobody asks
};

// What one door only can give.
enum setting {
	SETTING_SERVERS,
	SETTING_SEARCH,
	SETTING_SORTLIST,
	SETTING_HOSTS,
	SETTING_LOG,
	SETTING_SAVE,
	SETTING_SEED,
	SETTING_FIRST_OPTION,  // then one each row of options.h
	SETTING_COUNT = SETTING_FIRST_OPTION + OPTION_COUNT,
};

struct config_precedence {
	unsigned owner[SETTING_COUNT];  // rank of the door that gave it; 0: none yet
	unsigned *route_ranks;          // of each route, the door that added to it last
};

// Our own doors are strict; those that glibc reads too are read as glibc does.
static inline bool location_is_strict(const struct config_location *location)
{
	return location->source < CONFIG_SOURCE_LIBC_ENVIRONMENT;
}

// May the door at place give this setting? Not when a stronger one did. From then on it is this door's.
static inline bool config_claim(struct config *config, const struct config_location *location, unsigned setting)
{
	unsigned *owner = &config->precedence->owner[setting];
	if (*owner == 0)
		*owner = location->rank;
	return *owner == location->rank;
}

// What the place gives is in force, as far as its door goes.
static inline void location_note(
	const struct config_location *location, enum origin_of what, size_t index, size_t element)
{
	if (location->origins != NULL)
		location->origins->note(location->origins, what, index, element, location);
}
