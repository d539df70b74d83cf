// SPDX-License-Identifier: MIT
// Times in SIG and RRSIG records (RFC 4034 3.2): YYYYMMDDHHmmSS, or seconds since 1970.
#pragma once

#include <stdbool.h>

struct rdata_sink;
struct rdata_source;

// Reads one word as 32 bits. False for an invalid date. Does not call libc's timegm: its lock may be held, in a child
// of fork, by a thread that does not exist there.
bool rdata_date_read(struct rdata_source *source);

// Writes YYYYMMDDHHmmSS; all 32 bits count as seconds since 1970, so up to 2106.
void rdata_date_write(struct rdata_sink *sink);
