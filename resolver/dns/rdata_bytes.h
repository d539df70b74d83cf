// SPDX-License-Identifier: MIT
// Record data that are written as digits: hexadecimal, base 32, base 64.
#pragma once

#include <stdbool.h>

struct rdata_sink;
struct rdata_source;

// Read words and append their bytes; false for invalid text and if out is full. Write the data at the cursor; set
// sink->data.failed for invalid bytes.

// All bytes to the end of the data, at least one.
bool rdata_bytes_read_hex(struct rdata_source *source);
void rdata_bytes_write_hex(struct rdata_sink *sink);
bool rdata_bytes_read_base64(struct rdata_source *source);
void rdata_bytes_write_base64(struct rdata_sink *sink);
bool rdata_bytes_read_nsap(struct rdata_source *source);
void rdata_bytes_write_nsap(struct rdata_sink *sink);

// A length byte and that many bytes: the salt, which may be empty, and the hash of NSEC3.
bool rdata_bytes_read_salt(struct rdata_source *source);
void rdata_bytes_write_salt(struct rdata_sink *sink);
bool rdata_bytes_read_hash(struct rdata_source *source);
void rdata_bytes_write_hash(struct rdata_sink *sink);

// HIP without its servers: lengths, algorithm, tag and key.
bool rdata_bytes_read_hip(struct rdata_source *source);
void rdata_bytes_write_hip(struct rdata_sink *sink);
