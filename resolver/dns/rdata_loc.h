// SPDX-License-Identifier: MIT
// Where something is: the data of LOC records (RFC 1876).
#pragma once

#include <stdbool.h>

struct rdata_sink;
struct rdata_source;

// Takes all words: minutes, seconds, and what stands behind the altitude may be left out.
bool rdata_loc_read(struct rdata_source *source);

void rdata_loc_write(struct rdata_sink *sink);
