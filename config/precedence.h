// SPDX-License-Identifier: MIT
// Settings that only the source of highest precedence may set: which source has set each of them during a load.
#pragma once

#include <stdbool.h>

#include "config/location.h"
#include "config/options.h"
#include "config/origin.h"

// For each setting of enum origin_of, and then for each row of option_table, the rank of the source that gave it; 0:
// none yet.
struct precedence {
	unsigned owner[ORIGIN_COUNT + OPTION_COUNT];
};

// Claims a setting, an index of owner, for the source of location. False if a source of higher precedence has it.
static inline bool precedence_claim(const struct config_location *location, unsigned setting)
{
	unsigned *owner = &location->precedence->owner[setting];
	if (*owner == 0)
		*owner = location->rank;
	return *owner == location->rank;
}
