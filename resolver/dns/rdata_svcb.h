// SPDX-License-Identifier: MIT
// SvcParams: the parameters of SVCB and HTTPS records (RFC 9460 2, 7, appendices A and D), as text and bytes.
#pragma once

#include <stdbool.h>

struct rdata_sink;
struct rdata_source;

// Reads all words and writes the parameters sorted by key. Does not check rules between parameters, nor the value of a
// parameter that is given as keyN: rdata_svcb_write does.
bool rdata_svcb_read(struct rdata_source *source);

// Sets sink->data.failed for invalid values, duplicate or unsorted keys, a missing mandatory key (RFC 9460 8), and
// no-default-alpn without alpn (7.1.1).
void rdata_svcb_write(struct rdata_sink *sink);
