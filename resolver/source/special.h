// SPDX-License-Identifier: MIT
// Names with a fixed meaning, which never leave this machine (RFC 6761, RFC 7686).
#pragma once

#include "resolver/dns/message.h"

// localhost and all below it are the loopback addresses, and have no data of other types; invalid and onion, and all
// below them, do not exist. OUTCOME_PASS, with *out untouched, for all other names. Else *out, which must be empty
// before, is filled and the caller's to clear. OUTCOME_ERROR without memory.
enum outcome special_answer(const struct question *question, struct answer *out);

// Is it a name of multicast DNS (RFC 6762 3 and 4): within local, or that of a link-local address?
bool special_is_multicast(const struct name *name);

// Is it one of those names? They are looked up as they are, never with a search domain behind them.
bool special_is_name(const struct name *name);
