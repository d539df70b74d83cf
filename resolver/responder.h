// SPDX-License-Identifier: MIT
// Turns a query packet into a reply packet: the server side of the DNS, with the same sources as every lookup.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/log_event.h"
#include "resolver/dns/message.h"

struct resolver;

// Who sent a query, for the log.
struct responder_client {
	struct log_process process;              // pid 0: it is not known
	char arguments[ADDRESS_TEXT_SIZE + 16];  // of the call: "client=127.0.0.1:40000 udp", "to=192.0.2.1:53 udp"
};

#define RESPONDER_REPLY_MAX 65535

struct responder_request {
	const uint8_t *message;  // as received from the client
	size_t size;
	bool is_datagram;  // the reply must fit the UDP payload size that the client announced (RFC 6891 6.2.5)
	bool may_wait;     // servers, libc and delays may be waited for; else RESPONDER_WOULD_WAIT
	const struct responder_client *client;
	// With may_wait: asks libc's own resolver, for names that are routed to `system`. Returns its reply, allocated, of
	// *size bytes; NULL without one, with the reason in *outcome.
	uint8_t *(*ask_libc)(
		const struct responder_request *request, const struct question *question, size_t *size, enum outcome *outcome);
	const void *context;  // the caller's, for ask_libc
};

enum responder_result {
	RESPONDER_REPLY,
	RESPONDER_NO_REPLY,    // no reply: the message is no query, or a fault withholds the reply
	RESPONDER_WOULD_WAIT,  // nothing was done: call again where waiting is allowed
};

// Answers from faults, `record` lines and zones, the hosts file (if nsswitch.conf has it; names as A and AAAA,
// addresses as PTR), special-use names, the cache and the servers, without the search list. Writes the reply, *size
// bytes, into reply, which holds RESPONDER_REPLY_MAX. A lookup without an answer is SERVFAIL (RFC 1035 4.1.1), also
// without memory. AD is kept only with `options trust-ad`. Writes the log. Thread-safe.
enum responder_result responder_answer(
	struct resolver *resolver, const struct responder_request *request, uint8_t *reply, size_t *size);

// Writes a reply with that RCODE and no records, for a query that the caller does not serve. Returns its length; 0 if
// the message must not be replied to.
size_t responder_refuse(const struct responder_request *request, uint16_t rcode, uint8_t *reply);
