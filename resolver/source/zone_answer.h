// SPDX-License-Identifier: MIT
// Answers from the records that the configuration gives itself (zones.h).
#pragma once

#include "resolver/dns/message.h"

struct zone_store;

// OUTCOME_PASS for what belongs to nobody here. Else the answer with its chain of CNAMEs, those made by DNAMEs (RFC 6672)
// with these, as far as it is known here: OUTCOME_UNUSABLE where it leads elsewhere, or in a circle. In the other sections the SOA of a zone that says no, and addresses of
// the names in MX, NS and SRV records that are known here.
enum outcome zone_answer(const struct zone_store *store, const struct question *question, struct answer *out);
