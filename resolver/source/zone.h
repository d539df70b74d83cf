// SPDX-License-Identifier: MIT
// Answers that the configuration gives itself: `record` lines and zone files.
#pragma once

#include <stdbool.h>

#include "resolver/dns/message.h"

struct config;
struct config_error;
struct config_line;
struct zones;

// Reads all that the configuration names. The lines of `record`, and of files without an SOA, own just their names (and
// what their wildcards cover), and come first. A file's SOA makes a zone: what is at and below it is answered here,
// NXDOMAIN and NODATA included (RFC 2308), wildcards by RFC 4592, all but what it delegates. NULL with *error filled.
struct zones *zones_open(const struct config *config, struct config_error *error);

// Nobody may be looking anything up any more. Accepts NULL.
void zones_close(struct zones *zones);

// Has one of the files changed since it was read? A stat(2) of each.
bool zones_are_stale(const struct zones *zones);

bool zones_are_empty(const struct zones *zones);

// Would a question for the name be answered here?
bool zones_own(const struct zones *zones, const struct name *name);

// The `record` or `zone` directive that answers for such a name, as the configuration has it; NULL where none does.
const struct config_line *zones_line(const struct zones *zones, const struct name *name);

// OUTCOME_PASS for what belongs to nobody here. Else the answer with its chain of CNAMEs as far as it is known here:
// OUTCOME_UNUSABLE where it leads elsewhere. In the other sections the SOA of a zone that says no, and addresses of
// the names in MX, NS and SRV records that are known here.
enum outcome zone_answer(const struct zones *zones, const struct question *question, struct answer *out);
