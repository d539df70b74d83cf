// SPDX-License-Identifier: MIT
// What the servers answer, written down as a zone file that answers the same without them.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "resolver/dns/message.h"

struct config;
struct save;

// config is borrowed. NULL without memory.
struct save *save_open(const struct config *config);
void save_close(struct save *save);  // accepts NULL

// Appends to the configuration's save_path what servers answered to those of the questions whose bits are set in
// wanted; what others answered is passed over. What stands in the file:
// - the records of each answer's CNAME chain, with the DNAMEs that made it, and at its end; nothing of the additional
//   section, whose owners nobody asked for
// - for a negative answer the SOA record that came with it (RFC 2308), so that the zone's other names do not exist
//   either; and where a name exists without the type asked for, and nothing else is known of it, an empty record of
//   SAVE_EXISTS
// - an SOA made up for the owner of NS records where none is known: it would be taken for a delegation
// - failures, and what no zone file can say, as comments
// A record that the file holds already is not written again, whatever its TTL; of CNAME, DNAME and SOA records
// stands only the first of each owner, and nothing beside a CNAME: a reader would refuse the file. All is written at
// once (append.h). Keeps errno; the first failure is told in the log, and by save_failure. Safe in many threads, and in
// forks.
void save_answers(struct save *save, const struct question *questions, unsigned wanted, const struct answer *answers);

// The errno of the first failure to write the file; 0: there was none.
int save_failure(const struct save *save);

#define SAVE_EXISTS 65280  // of the types for private use (RFC 6895 3.1)
