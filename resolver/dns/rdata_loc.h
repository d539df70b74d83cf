// SPDX-License-Identifier: MIT
// LOC record data (RFC 1876): geographical position, as text and bytes.
#pragma once

#include <stdbool.h>

struct rdata_sink;
struct rdata_source;

// Reads all words. Minutes, seconds, and the fields after the altitude are optional. False for invalid text.
bool rdata_loc_read(struct rdata_source *source);

// Sets sink->data.failed for invalid bytes.
void rdata_loc_write(struct rdata_sink *sink);
