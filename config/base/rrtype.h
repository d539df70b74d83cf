// SPDX-License-Identifier: MIT
// Numbers of record types, classes and response codes, and their mnemonics.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	RRTYPE_A = 1,
	RRTYPE_NS = 2,
	RRTYPE_CNAME = 5,
	RRTYPE_SOA = 6,
	RRTYPE_PTR = 12,
	RRTYPE_MX = 15,
	RRTYPE_TXT = 16,
	RRTYPE_AAAA = 28,
	RRTYPE_SRV = 33,
	RRTYPE_DNAME = 39,
	RRTYPE_OPT = 41,
	RRTYPE_IXFR = 251,
	RRTYPE_AXFR = 252,
	RRTYPE_ANY = 255,
};

enum { RRCLASS_IN = 1, RRCLASS_CH = 3 };

enum {
	RCODE_NOERROR = 0,
	RCODE_FORMERR = 1,
	RCODE_SERVFAIL = 2,
	RCODE_NXDOMAIN = 3,
	RCODE_NOTIMP = 4,
	RCODE_REFUSED = 5,
	RCODE_YXDOMAIN = 6,
	RCODE_NOTAUTH = 9,
	RCODE_BADVERS = 16,
	RCODE_BADCOOKIE = 23,
};

#define RRTYPE_TEXT_SIZE 16

// Can a zone have records of this type? False for OPT and the QTYPEs, which occur in messages only (RFC 6895 3.1).
static inline bool rrtype_is_record(uint16_t type)
{
	return type != 0 && type != RRTYPE_OPT && (type < 128 || type > RRTYPE_ANY);
}

// Reads a type in any case: "A", "aaaa", "TYPE65" (RFC 3597). False, with *out unchanged, for anything else.
bool rrtype_read(const char *text, uint16_t *out);

// The same for classes: "IN", "ch", "CLASS4". Rejects ANY, which always means the type.
bool rrclass_read(const char *text, uint16_t *out);

// Write the mnemonic, or "TYPE65", "CLASS4", "RCODE24". Return text, which holds RRTYPE_TEXT_SIZE bytes.
char *rrtype_write(uint16_t type, char *text);
char *rrclass_write(uint16_t class, char *text);
char *rcode_write(uint16_t rcode, char *text);
