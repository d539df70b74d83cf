// SPDX-License-Identifier: MIT
// Special-use domain names, which are never sent to a server (RFC 6761, RFC 7686).
#pragma once

#include "resolver/dns/message.h"

// Answers a question for a special name: localhost and names below it have the loopback addresses and no other data
// (RFC 6761 6.3); invalid, onion and names below them do not exist (RFC 6761 6.4, RFC 7686 2). *out must be empty; the
// caller clears it. Returns OUTCOME_PASS, with *out unchanged, for other names; OUTCOME_ERROR without memory.
enum outcome special_answer(const struct question *question, struct answer *out);

// Returns whether the name belongs to multicast DNS (RFC 6762 3 and 4): below local, or the reverse name of a
// link-local address.
bool special_is_multicast(const struct name *name);

// Returns whether special_answer answers for the name. Such names are looked up without the search list.
bool special_is_name(const struct name *name);
