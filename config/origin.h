// SPDX-License-Identifier: MIT
// Where each setting came from, written down while a configuration is loaded, for those who ask for it: the command,
// never the library.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

struct config_location;

// What it is that came from somewhere; index and element tell which one of them.
enum origin_of {
	ORIGIN_SERVER,  // index: of the route; element: of its server
	ORIGIN_SEARCH,
	ORIGIN_SORT_RANGE,  // index
	ORIGIN_OPTION,      // index: the offset of its member in struct options
	ORIGIN_HOSTS,
	ORIGIN_RECORD,  // index
	ORIGIN_ZONE,    // index
	ORIGIN_FAULT,   // index
	ORIGIN_SEED,
	ORIGIN_COUNTER,  // index
	ORIGIN_LOG,
	ORIGIN_JOURNAL,  // index
	ORIGIN_SAVE,
	ORIGIN_SERVICES,   // nsswitch.conf's line
	ORIGIN_HOST_CONF,  // the file
	ORIGIN_NO_FILE,    // no setting, but a file that was looked for and is not there
};

// The labels of what no door gave.
#define ORIGIN_DEFAULT "default"
#define ORIGIN_HOST_NAME "this machine's name"

// Is told while config_load reads, in the order of the doors; a setting that is told of twice is the stronger door's,
// and of one door's the later one's. The place is borrowed for the call.
struct origins {
	void (*note)(struct origins *origins, enum origin_of what, size_t index, size_t element,
		const struct config_location *location);
};

struct origin {
	enum origin_of what;
	size_t index, element;
	const char *label;  // as config_error has it: "WITHDNS", a file's path; a variable's name; one of those above
	unsigned line;      // 0: of no line
	unsigned rank;      // of the door
	size_t order;       // the how-manieth that was told of
};

// A book of all that it is told. Its first member is what struct environment takes.
struct origin_book {
	struct origins origins;
	struct origin *list;
	size_t count;
	char **labels;
	size_t label_count;
	bool is_sorted;
	bool is_short;  // of memory: something is not in it
};

void origin_book_open(struct origin_book *out);
void origin_book_close(struct origin_book *book);

// Where the setting that is in force came from; NULL: from nowhere, it is the default. To be asked after the load.
const struct origin *origin_find(struct origin_book *book, enum origin_of what, size_t index, size_t element);

// The next one of those told of from *position on (0: the first), which moves behind it; NULL behind the last one.
const struct origin *origin_next(struct origin_book *book, enum origin_of what, size_t *position);
