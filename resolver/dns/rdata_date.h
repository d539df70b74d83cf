// SPDX-License-Identifier: MIT
// The dates of signatures (RFC 4034 3.2): YYYYMMDDHHmmSS, or seconds since 1970.
#pragma once

#include <stdbool.h>

struct rdata_sink;
struct rdata_source;

// Without libc's functions for time: their lock may be held by a thread that a fork did not copy.
bool rdata_date_read(struct rdata_source *source);

// A number below 2^31 is a date from 1970 on, the others too, up to 2106.
void rdata_date_write(struct rdata_sink *sink);
