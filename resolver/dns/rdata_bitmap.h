// SPDX-License-Identifier: MIT
// Record types in record data, and bitmaps of types (RFC 4034 4.1.2) and of ports (WKS, RFC 1035 3.4.2).
#pragma once

#include <stdbool.h>

struct rdata_sink;
struct rdata_source;

// Read words and append their bytes; false for invalid text and if out is full. Write the data at the cursor; set
// sink->data.failed for invalid bytes.

// One type.
bool rdata_bitmap_read_type(struct rdata_source *source);
void rdata_bitmap_write_type(struct rdata_sink *sink);

// Types to the end of the data, at least one.
bool rdata_bitmap_read_types(struct rdata_source *source);
void rdata_bitmap_write_types(struct rdata_sink *sink);

// Ports to the end of the data: numbers, or names of services.
bool rdata_bitmap_read_ports(struct rdata_source *source);
void rdata_bitmap_write_ports(struct rdata_sink *sink);
