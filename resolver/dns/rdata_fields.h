// SPDX-License-Identifier: MIT
// Parsers and printers of RDATA, driven by the letters of rdata_layout.h.
#pragma once

#include <stdbool.h>

struct rdata_sink;
struct rdata_source;

// Reads the words of all fields of a layout and appends their bytes to source->out. False for invalid text and if out
// is full.
bool rdata_fields_read(const char *layout, struct rdata_source *source);

// Writes all fields of a layout, from the cursor on, as words. Sets sink->data.failed for invalid bytes.
void rdata_fields_write(const char *layout, struct rdata_sink *sink);
