// SPDX-License-Identifier: MIT
// What is added to queries that are encrypted, and read or removed from their replies.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TLS_EDNS_ROOM 192  // bytes by which a query may grow

// Pads the query at message, size bytes with TLS_EDNS_ROOM more, to a multiple of 128 bytes (RFC 7830, RFC 8467 4.1),
// in an OPT record that is added if there is none, and asks how long the connection may be idle (RFC 7828) unless it is
// sent over HTTPS. A query that is signed or has padding is unchanged. *is_added: the OPT record was. Returns its size.
size_t tls_edns_pad(uint8_t *message, size_t size, bool is_https, bool *is_added);

// Removes an OPT record at the end of the reply. Returns its size.
size_t tls_edns_strip(uint8_t *reply, size_t size);

// The time that the reply allows a connection to be idle, in microseconds; -1 if it does not tell.
int64_t tls_edns_idle(const uint8_t *reply, size_t size);
