// SPDX-License-Identifier: MIT
// Numbers of record types, classes and response codes, and their mnemonics.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// The types with a mnemonic in the IANA registry. RRTYPE_EACH(X) expands X for each of them, separated by commas.
#define RRTYPE_EACH(X)                                                                                               \
	X(A, 1, "A"), X(NS, 2, "NS"), X(MD, 3, "MD"), X(MF, 4, "MF"), X(CNAME, 5, "CNAME"), X(SOA, 6, "SOA"),            \
		X(MB, 7, "MB"), X(MG, 8, "MG"), X(MR, 9, "MR"), X(NULL, 10, "NULL"), X(WKS, 11, "WKS"), X(PTR, 12, "PTR"),   \
		X(HINFO, 13, "HINFO"), X(MINFO, 14, "MINFO"), X(MX, 15, "MX"), X(TXT, 16, "TXT"), X(RP, 17, "RP"),           \
		X(AFSDB, 18, "AFSDB"), X(X25, 19, "X25"), X(ISDN, 20, "ISDN"), X(RT, 21, "RT"), X(NSAP, 22, "NSAP"),         \
		X(NSAP_PTR, 23, "NSAP-PTR"), X(SIG, 24, "SIG"), X(KEY, 25, "KEY"), X(PX, 26, "PX"), X(GPOS, 27, "GPOS"),     \
		X(AAAA, 28, "AAAA"), X(LOC, 29, "LOC"), X(NXT, 30, "NXT"), X(EID, 31, "EID"), X(NIMLOC, 32, "NIMLOC"),       \
		X(SRV, 33, "SRV"), X(ATMA, 34, "ATMA"), X(NAPTR, 35, "NAPTR"), X(KX, 36, "KX"), X(CERT, 37, "CERT"),         \
		X(A6, 38, "A6"), X(DNAME, 39, "DNAME"), X(SINK, 40, "SINK"), X(OPT, 41, "OPT"), X(APL, 42, "APL"),           \
		X(DS, 43, "DS"), X(SSHFP, 44, "SSHFP"), X(IPSECKEY, 45, "IPSECKEY"), X(RRSIG, 46, "RRSIG"),                  \
		X(NSEC, 47, "NSEC"), X(DNSKEY, 48, "DNSKEY"), X(DHCID, 49, "DHCID"), X(NSEC3, 50, "NSEC3"),                  \
		X(NSEC3PARAM, 51, "NSEC3PARAM"), X(TLSA, 52, "TLSA"), X(SMIMEA, 53, "SMIMEA"), X(HIP, 55, "HIP"),            \
		X(NINFO, 56, "NINFO"), X(RKEY, 57, "RKEY"), X(TALINK, 58, "TALINK"), X(CDS, 59, "CDS"),                      \
		X(CDNSKEY, 60, "CDNSKEY"), X(OPENPGPKEY, 61, "OPENPGPKEY"), X(CSYNC, 62, "CSYNC"), X(ZONEMD, 63, "ZONEMD"),  \
		X(SVCB, 64, "SVCB"), X(HTTPS, 65, "HTTPS"), X(DSYNC, 66, "DSYNC"), X(HHIT, 67, "HHIT"), X(BRID, 68, "BRID"), \
		X(SPF, 99, "SPF"), X(UINFO, 100, "UINFO"), X(UID, 101, "UID"), X(GID, 102, "GID"), X(UNSPEC, 103, "UNSPEC"), \
		X(NID, 104, "NID"), X(L32, 105, "L32"), X(L64, 106, "L64"), X(LP, 107, "LP"), X(EUI48, 108, "EUI48"),        \
		X(EUI64, 109, "EUI64"), X(NXNAME, 128, "NXNAME"), X(TKEY, 249, "TKEY"), X(TSIG, 250, "TSIG"),                \
		X(IXFR, 251, "IXFR"), X(AXFR, 252, "AXFR"), X(MAILB, 253, "MAILB"), X(MAILA, 254, "MAILA"),                  \
		X(ANY, 255, "ANY"), X(URI, 256, "URI"), X(CAA, 257, "CAA"), X(AVC, 258, "AVC"), X(DOA, 259, "DOA"),          \
		X(AMTRELAY, 260, "AMTRELAY"), X(RESINFO, 261, "RESINFO"), X(WALLET, 262, "WALLET"), X(CLA, 263, "CLA"),      \
		X(IPN, 264, "IPN"), X(TA, 32768, "TA"), X(DLV, 32769, "DLV")

#define RRTYPE_ENUMERATOR(name, number, word) RRTYPE_##name = (number)
enum { RRTYPE_EACH(RRTYPE_ENUMERATOR) };

enum { RRCLASS_IN = 1, RRCLASS_CH = 3, RRCLASS_NONE = 254, RRCLASS_HS = 4 };

// The same for response codes.
#define RCODE_EACH(X)                                                                                                 \
	X(NOERROR, 0), X(FORMERR, 1), X(SERVFAIL, 2), X(NXDOMAIN, 3), X(NOTIMP, 4), X(REFUSED, 5), X(YXDOMAIN, 6),        \
		X(YXRRSET, 7), X(NXRRSET, 8), X(NOTAUTH, 9), X(NOTZONE, 10), X(DSOTYPENI, 11), X(BADVERS, 16), X(BADKEY, 17), \
		X(BADTIME, 18), X(BADMODE, 19), X(BADNAME, 20), X(BADALG, 21), X(BADTRUNC, 22), X(BADCOOKIE, 23)

#define RCODE_ENUMERATOR(name, number) RCODE_##name = (number)
enum { RCODE_EACH(RCODE_ENUMERATOR) };

#define RRTYPE_TEXT_SIZE 16

// Can a zone have records of this type? False for OPT and the QTYPEs, which occur in messages only (RFC 6895 3.1).
static inline bool rrtype_is_record(uint16_t type)
{
	return type != 0 && type != RRTYPE_OPT && (type < 128 || type > RRTYPE_ANY);
}

// May records of this type coexist with a CNAME of the same owner (RFC 4034 2.5)?
static inline bool rrtype_may_join_alias(uint16_t type)
{
	return type == RRTYPE_RRSIG || type == RRTYPE_NSEC;
}

// Reads a type in any case: "A", "aaaa", "TYPE65" (RFC 3597). False, with *out unchanged, for anything else.
bool rrtype_read(const char *text, uint16_t *out);

// The same for classes: "IN", "ch", "CLASS4". Rejects ANY, which always means the type.
bool rrclass_read(const char *text, uint16_t *out);

// The same for response codes.
bool rcode_read(const char *text, uint16_t *out);

// Write the mnemonic, or "TYPE65", "CLASS4", "RCODE24". Return text, which holds RRTYPE_TEXT_SIZE bytes.
char *rrtype_write(uint16_t type, char *text);
char *rrclass_write(uint16_t class, char *text);
char *rcode_write(uint16_t rcode, char *text);
