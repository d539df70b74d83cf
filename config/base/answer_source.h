// SPDX-License-Identifier: MIT
// Where an answer comes from.
#pragma once

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

const char *answer_source_word(enum answer_source source);  // "hosts", "server", ..; NULL for SOURCE_UNSET
enum answer_source answer_source_of(const char *word);      // SOURCE_UNSET for an unknown word
