// SPDX-License-Identifier: MIT
// The fields that record data are made of: how each is read from text, and written as text.
#pragma once

#include <stdbool.h>

struct rdata_sink;
struct rdata_source;

// A field is named by a letter:
//   b w d u  a number of 1, 2, 4, 8 bytes      p     seconds, as 3600 or 1h        D  a date (RFC 4034 3.2)
//   4 6      an address                        n     a name                        N  names to the end
//   s o      a string; one that may be absent  S     strings to the end, one at least
//   T        a record type                     m M   a bitmap of types (RFC 4034 4.1.2); M: may be empty
//   g c y    numbers with mnemonics: a DNSSEC algorithm, a certificate's type, a DSYNC scheme
//   X        hexadecimal digits to the end     x h   a length and bytes: NSEC3's salt and hash
//   B O      base64 to the end; O: may be absent
//   t Q q    CAA's tag, its value; URI's target
//   G r R    IPSECKEY's gateway; AMTRELAY's discovery bit with the type of its relay, and the relay
//   H        HIP but for its servers           A L W    A6; LOC; WKS
//   P a      APL; NSAP                         v     the parameters of SVCB
// Reading takes the words of the field. False for text that it may not have.
bool rdata_field_read(char letter, struct rdata_source *source);

// Hexadecimal digits in words, up to the end of the text; there may be none.
bool rdata_field_read_hex(struct rdata_source *source);

// Writes the words of the field; sink->data.failed for bytes that it may not have.
void rdata_field_write(char letter, struct rdata_sink *sink);
