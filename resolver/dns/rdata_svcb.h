// SPDX-License-Identifier: MIT
// Service parameters: what stands behind the target in SVCB and HTTPS records (RFC 9460 2, 7, appendices A and D).
#pragma once

#include <stdbool.h>

struct rdata_sink;
struct rdata_source;

// Takes all words, and puts the parameters in the order of their keys. Whether these may stand beside each other, and
// what a parameter given as keyN holds, rdata_svcb_write tells.
bool rdata_svcb_read(struct rdata_source *source);

// Fails also where a key stands twice or out of order, where one that is mandatory is missing (RFC 9460 8), and for
// no-default-alpn without alpn (7.1.1).
void rdata_svcb_write(struct rdata_sink *sink);
