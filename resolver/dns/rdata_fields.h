// SPDX-License-Identifier: MIT
// Parsers and printers of RDATA: of all fields of a layout (rdata_layout.h), and of the kinds of fields that a table
// in rdata_fields.c refers to. A _read function reads the words of its fields and appends their bytes to source->out:
// false for invalid text and if out is full. A _write function writes the fields at the cursor as words, and sets
// sink->data.failed for invalid bytes.
#pragma once

#include <stdbool.h>

struct rdata_sink;
struct rdata_source;

bool rdata_fields_read(const char *layout, struct rdata_source *source);
void rdata_fields_write(const char *layout, struct rdata_sink *sink);

// A record type. Bitmaps to the end of the data: of types (RFC 4034 4.1.2), at least one; of ports (WKS, RFC 1035
// 3.4.2), numbers or names of services.
bool rdata_bitmap_read_type(struct rdata_source *source);
void rdata_bitmap_write_type(struct rdata_sink *sink);
bool rdata_bitmap_read_types(struct rdata_source *source);
void rdata_bitmap_write_types(struct rdata_sink *sink);
bool rdata_bitmap_read_ports(struct rdata_source *source);
void rdata_bitmap_write_ports(struct rdata_sink *sink);

// Hexadecimal digits: all bytes to the end of the data, at least one; of ATMA, after a byte that says what they are.
bool rdata_bytes_read_nsap(struct rdata_source *source);
void rdata_bytes_write_nsap(struct rdata_sink *sink);
bool rdata_bytes_read_atma(struct rdata_source *source);
void rdata_bytes_write_atma(struct rdata_sink *sink);

// A length byte and that many bytes: the salt, which may be empty, and the hash of NSEC3.
bool rdata_bytes_read_salt(struct rdata_source *source);
void rdata_bytes_write_salt(struct rdata_sink *sink);
bool rdata_bytes_read_hash(struct rdata_source *source);
void rdata_bytes_write_hash(struct rdata_sink *sink);

// HIP without its servers: lengths, algorithm, tag and key.
bool rdata_bytes_read_hip(struct rdata_source *source);
void rdata_bytes_write_hip(struct rdata_sink *sink);

// One network of APL (RFC 3123): "!1:192.0.2.0/24". All of A6 (RFC 2874): a prefix length, an address suffix unless it
// is 128, a prefix name unless it is 0.
bool rdata_network_read(struct rdata_source *source);
void rdata_network_write(struct rdata_sink *sink);
bool rdata_network_read_a6(struct rdata_source *source);
void rdata_network_write_a6(struct rdata_sink *sink);

// A time in SIG and RRSIG records (RFC 4034 3.2), 32 bits: YYYYMMDDHHmmSS, which is written, or seconds since 1970, so
// up to 2106. Does not call libc's timegm: its lock may be held, in a child of fork, by a thread that does not exist
// there.
bool rdata_date_read(struct rdata_source *source);
void rdata_date_write(struct rdata_sink *sink);

// All of LOC (RFC 1876). Minutes, seconds, and the fields after the altitude are optional.
bool rdata_loc_read(struct rdata_source *source);
void rdata_loc_write(struct rdata_sink *sink);

// SvcParams, the parameters of SVCB and HTTPS records (RFC 9460 2, 7, appendices A and D), to the end of the data,
// sorted by key. rdata_svcb_read does not check rules between parameters, nor the value of a parameter that is given
// as keyN; for rdata_svcb_write are invalid: duplicate or unsorted keys, a missing mandatory key (RFC 9460 8), and
// no-default-alpn without alpn (7.1.1).
bool rdata_svcb_read(struct rdata_source *source);
void rdata_svcb_write(struct rdata_sink *sink);
