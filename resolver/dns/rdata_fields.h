// SPDX-License-Identifier: MIT
// Parsers and printers of the RDATA fields, one pair for each kind of field.
#pragma once

#include <stdbool.h>

struct rdata_sink;
struct rdata_source;

// A letter denotes a kind of field:
//   b w d u  an integer of 1, 2, 4, 8 bytes    p     seconds, as 3600 or 1h        D  a time (RFC 4034 3.2)
//   4 6      an IPv4, IPv6 address             n     a name                        N  names to the end
//   s o      a string; o: optional             S     strings to the end, at least one
//   T        a record type                     m M   a type bitmap (RFC 4034 4.1.2); M: may be empty
//   g c y    integers with mnemonics: DNSSEC algorithm, certificate type (RFC 4398 2.1), DSYNC scheme
//   X        hexadecimal to the end            x h   a length and bytes: NSEC3 salt, NSEC3 hash
//   B O      base64 to the end; O: optional
//   t Q q    CAA tag, CAA value, URI target
//   G r R    IPSECKEY gateway; AMTRELAY discovery bit and relay type; AMTRELAY relay
//   H        HIP without its servers           A L W    all of A6, LOC, WKS
//   P a      all of APL, NSAP                  v     SvcParams of SVCB
// Reads the field's words from source and appends its bytes to source->out. False for invalid text and if out is full.
bool rdata_field_read(char letter, struct rdata_source *source);

// Reads words of hexadecimal digits to the end of the text; there may be none.
bool rdata_field_read_hex(struct rdata_source *source);

// Writes the field at the cursor as words. Sets sink->data.failed for invalid bytes.
void rdata_field_write(char letter, struct rdata_sink *sink);
