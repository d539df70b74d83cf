// SPDX-License-Identifier: MIT
// Answers questions from the configured records and zones (zone_store.h), as an authoritative server does (RFC 1034
// 4.3.2).
#pragma once

#include "resolver/dns/message.h"

struct zone_store;

// Returns OUTCOME_PASS with *out unchanged if no record or zone owns the name. Otherwise fills *out, which must be
// empty and which the caller clears, with the CNAME chain as far as it is known here, including CNAMEs made from DNAMEs
// (RFC 6672); OUTCOME_UNUSABLE if the chain leads to another name or is a loop; OUTCOME_ERROR without memory. The
// authority section has the SOA for a negative answer, the additional section the known addresses of MX, NS and SRV
// targets.
enum outcome zone_answer(const struct zone_store *store, const struct question *question, struct answer *out);
