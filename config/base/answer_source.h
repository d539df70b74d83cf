// SPDX-License-Identifier: MIT
// Where an answer comes from.
#pragma once

#include <stdbool.h>

enum answer_source {
	SOURCE_UNSET,  // no source has answered
	SOURCE_LITERAL,
	SOURCE_SPECIAL,  // special-use names (RFC 6761)
	SOURCE_RECORD,   // a `record` line
	SOURCE_ZONE,     // a `zone` file
	SOURCE_HOSTS,
	SOURCE_CACHE,
	SOURCE_SERVER,
	SOURCE_SYSTEM,  // libc's own resolver: `nameserver system`
	SOURCE_NONE,    // `nameserver none`
	SOURCE_FAULT,   // an injected fault
	SOURCE_RECORDING,
};

// Does the answer come from what the route of the name chose?
static inline bool answer_source_is_routed(enum answer_source source)
{
	return source == SOURCE_SERVER || source == SOURCE_CACHE || source == SOURCE_SYSTEM || source == SOURCE_NONE;
}

const char *answer_source_word(enum answer_source source);  // "hosts", "server", ..; NULL for SOURCE_UNSET
enum answer_source answer_source_of(const char *word);      // SOURCE_UNSET for an unknown word
