// SPDX-License-Identifier: MIT
// Records the source, file and line of each setting during a load. Used by the command only, not by the library.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/location.h"

// The kind of setting; index and element select one of its kind.
enum origin_of {
	ORIGIN_SERVER,  // index: of the route; element: index of the server in it
	ORIGIN_SEARCH,
	ORIGIN_SORT_RANGE,  // index
	ORIGIN_OPTION,      // index: offset of the member in struct options
	ORIGIN_HOSTS,
	ORIGIN_RECORD,  // index
	ORIGIN_ZONE,    // index
	ORIGIN_ONLY,    // index
	ORIGIN_FAULT,   // index
	ORIGIN_SEED,
	ORIGIN_COUNTER,  // index
	ORIGIN_FORWARDER,
	ORIGIN_TLS_CA,
	ORIGIN_TLS_PIN,  // index
	ORIGIN_LOG,
	ORIGIN_JOURNAL,  // index
	ORIGIN_RECORDING,
	ORIGIN_RECORDING_MODE,
	ORIGIN_SERVICES,   // the "hosts" line of nsswitch.conf
	ORIGIN_HOST_CONF,  // host.conf as a whole
	ORIGIN_NO_FILE,    // not a setting: a file that was looked for and does not exist
	ORIGIN_COUNT,
};

// Labels of settings that no source gave.
#define ORIGIN_DEFAULT "default"
#define ORIGIN_HOST_NAME "this machine's name"

// config_load calls note for each setting, in order of precedence. If one is reported twice, the source of higher
// precedence (lower rank) is in force, within one source the later report. location is borrowed for the call.
struct origins {
	void (*note)(struct origins *origins, enum origin_of what, size_t index, size_t element,
		const struct config_location *location);
};

// Reports a setting to location->origins, if there is one. Returns true.
static inline bool origin_note(
	const struct config_location *location, enum origin_of what, size_t index, size_t element)
{
	if (location->origins != NULL)
		location->origins->note(location->origins, what, index, element, location);
	return true;
}

struct origin {
	enum origin_of what;
	size_t index, element;
	const char *label;  // "WITHDNS", the path of a file, the name of a variable, or one of the labels above
	unsigned line;      // from 1; 0: none
	unsigned rank;      // of the source, see config_location
	size_t order;       // sequence number of the report
};

// Stores all reports. struct environment takes its first member.
struct origin_book {
	struct origins origins;
	struct origin *list;
	size_t count;
	bool is_sorted;
	bool is_incomplete;  // memory ran out: reports are missing
};

void origin_book_open(struct origin_book *out);
void origin_book_close(struct origin_book *book);

// The origin of the setting that is in force; NULL: it is a default. Call after the load. Borrowed from book.
const struct origin *origin_find(struct origin_book *book, enum origin_of what, size_t index, size_t element);

// Iterates over all reports of this kind: returns the next at or after *position (initially 0) and advances it; NULL at
// the end.
const struct origin *origin_next(struct origin_book *book, enum origin_of what, size_t *position);
