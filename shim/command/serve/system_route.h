// SPDX-License-Identifier: MIT
// Names that are routed to `system`: libc asks its own servers for them, which may include this one.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct address;
struct listeners;
struct responder_request;

// Would libc ask one of the listeners? *out is its address then.
bool system_route_returns(const struct listeners *listeners, struct address *out);

// The ask_libc of a request whose context is the listeners. OUTCOME_NO_RECOVERY if libc would ask one of these, since
// such a query would come back without end. /etc/resolv.conf may change at any time, so this is checked for each query.
uint8_t *system_route_ask(
	const struct responder_request *request, const struct question *question, size_t *size, enum outcome *outcome);
