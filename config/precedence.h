// SPDX-License-Identifier: MIT
// Settings that only the source of highest precedence may set: which source has set each of them during a load.
#pragma once

#include <stdbool.h>

#include "config/location.h"
#include "config/options.h"

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

struct precedence {
	unsigned owner[SETTING_COUNT];  // rank of the source that gave it; 0: none yet
};

// Claims a setting (enum setting) for the source of location. False if a source of higher precedence has it.
static inline bool precedence_claim(const struct config_location *location, unsigned setting)
{
	unsigned *owner = &location->precedence->owner[setting];
	if (*owner == 0)
		*owner = location->rank;
	return *owner == location->rank;
}
