// SPDX-License-Identifier: MIT
// The current time as text.
#pragma once

struct strbuf;

// Adds the time in UTC (RFC 3339): "2026-01-31T23:59:59.999Z". Takes no lock, unlike gmtime_r(3).
void timestamp_add(struct strbuf *out);
