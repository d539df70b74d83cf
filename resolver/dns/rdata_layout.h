// SPDX-License-Identifier: MIT
// Which fields the data of each record type have: one table for reading, writing and uncompressing them.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// The fields of a type as letters; NULL for a type that is not in the table.
//   b w d u  an integer of 1, 2, 4, 8 bytes    p     seconds, as 3600 or 1h        D  a time (RFC 4034 3.2)
//   4 6      an IPv4, IPv6 address             s     a character-string            T  a record type
//   n N      a name; n: may be compressed (RFC 3597 4)
//   g k c y  integers with keywords: DNSSEC algorithm, IP protocol, certificate type (RFC 4398 2.1), DSYNC scheme
//   x h      a length and bytes: NSEC3 salt, NSEC3 hash
//   G r R    IPSECKEY gateway; AMTRELAY discovery bit and relay type; AMTRELAY relay
//   i e E    an ILNP node identifier or locator (RFC 6742), 6 and 8 bytes of a hardware address (RFC 7043)
//   P t H L  an APL network; CAA tag; HIP without its servers; all of LOC
// These extend to the end of the data:
//   X B      hexadecimal, base64; not empty    Q q   CAA value, URI target         A  all of A6
//   m        a bitmap of types (RFC 4034 4.1.2); not empty                         W  a bitmap of ports
//   a f      NSAP, ATMA                        v     SvcParams of SVCB
// A mark after a letter: ? the field is optional, * it repeats to the end, + it repeats and occurs at least once.
const char *rdata_layout(uint16_t type);

// Does the type have domain names in its data?
bool rdata_layout_has_names(uint16_t type);
