// SPDX-License-Identifier: MIT
// Addresses with a prefix length in record data: networks of APL (RFC 3123) and A6 (RFC 2874).
#pragma once

#include <stdbool.h>

struct rdata_sink;
struct rdata_source;

// One network of APL: "!1:192.0.2.0/24".
bool rdata_network_read(struct rdata_source *source);
void rdata_network_write(struct rdata_sink *sink);

// All of A6: a prefix length, an address suffix unless it is 128, a prefix name unless it is 0.
bool rdata_network_read_a6(struct rdata_source *source);
void rdata_network_write_a6(struct rdata_sink *sink);
