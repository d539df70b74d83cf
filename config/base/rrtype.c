// SPDX-License-Identifier: MIT
#include "config/base/rrtype.h"

#include <stddef.h>
#include <string.h>

#include "config/base/ascii.h"
#include "config/base/strbuf.h"

struct mnemonic {
	uint16_t number;
	const char *word;
};

// The types with a mnemonic in the IANA registry.
static const struct mnemonic types[] = {
	{1, "A"},
	{2, "NS"},
	{3, "MD"},
	{4, "MF"},
	{5, "CNAME"},
	{6, "SOA"},
	{7, "MB"},
	{8, "MG"},
	{9, "MR"},
	{10, "NULL"},
	{11, "WKS"},
	{12, "PTR"},
	{13, "HINFO"},
	{14, "MINFO"},
	{15, "MX"},
	{16, "TXT"},
	{17, "RP"},
	{18, "AFSDB"},
	{19, "X25"},
	{20, "ISDN"},
	{21, "RT"},
	{22, "NSAP"},
	{23, "NSAP-PTR"},
	{24, "SIG"},
	{25, "KEY"},
	{26, "PX"},
	{27, "GPOS"},
	{28, "AAAA"},
	{29, "LOC"},
	{30, "NXT"},
	{31, "EID"},
	{32, "NIMLOC"},
	{33, "SRV"},
	{34, "ATMA"},
	{35, "NAPTR"},
	{36, "KX"},
	{37, "CERT"},
	{38, "A6"},
	{39, "DNAME"},
	{40, "SINK"},
	{41, "OPT"},
	{42, "APL"},
	{43, "DS"},
	{44, "SSHFP"},
	{45, "IPSECKEY"},
	{46, "RRSIG"},
	{47, "NSEC"},
	{48, "DNSKEY"},
	{49, "DHCID"},
	{50, "NSEC3"},
	{51, "NSEC3PARAM"},
	{52, "TLSA"},
	{53, "SMIMEA"},
	{55, "HIP"},
	{56, "NINFO"},
	{57, "RKEY"},
	{58, "TALINK"},
	{59, "CDS"},
	{60, "CDNSKEY"},
	{61, "OPENPGPKEY"},
	{62, "CSYNC"},
	{63, "ZONEMD"},
	{64, "SVCB"},
	{65, "HTTPS"},
	{66, "DSYNC"},
	{67, "HHIT"},
	{68, "BRID"},
	{99, "SPF"},
	{100, "UINFO"},
	{101, "UID"},
	{102, "GID"},
	{103, "UNSPEC"},
	{104, "NID"},
	{105, "L32"},
	{106, "L64"},
	{107, "LP"},
	{108, "EUI48"},
	{109, "EUI64"},
	{128, "NXNAME"},
	{249, "TKEY"},
	{250, "TSIG"},
	{251, "IXFR"},
	{252, "AXFR"},
	{253, "MAILB"},
	{254, "MAILA"},
	{255, "ANY"},
	{256, "URI"},
	{257, "CAA"},
	{258, "AVC"},
	{259, "DOA"},
	{260, "AMTRELAY"},
	{261, "RESINFO"},
	{262, "WALLET"},
	{263, "CLA"},
	{264, "IPN"},
	{32768, "TA"},
	{32769, "DLV"},
};

static const struct mnemonic classes[] = {
	{1, "IN"},
	{3, "CH"},
	{4, "HS"},
	{254, "NONE"},
	{255, "ANY"},
};

static const struct mnemonic rcodes[] = {
	{0, "NOERROR"},
	{1, "FORMERR"},
	{2, "SERVFAIL"},
	{3, "NXDOMAIN"},
	{4, "NOTIMP"},
	{5, "REFUSED"},
	{6, "YXDOMAIN"},
	{7, "YXRRSET"},
	{8, "NXRRSET"},
	{9, "NOTAUTH"},
	{10, "NOTZONE"},
	{11, "DSOTYPENI"},
	{16, "BADVERS"},
	{17, "BADKEY"},
	{18, "BADTIME"},
	{19, "BADMODE"},
	{20, "BADNAME"},
	{21, "BADALG"},
	{22, "BADTRUNC"},
	{23, "BADCOOKIE"},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool read_generic(const char *text, const char *prefix, uint16_t *out)
{
	uint32_t number;
	for (; *prefix != '\0'; prefix++, text++) {
		if (ascii_lower(*text) != ascii_lower(*prefix))
			return false;
	}
	if (!ascii_read_number(text, UINT16_MAX + 1, &number) || number > UINT16_MAX)
		return false;
	*out = (uint16_t)number;
	return true;
}

static bool read_mnemonic(
	const struct mnemonic *table, size_t count, const char *prefix, const char *text, uint16_t *out)
{
	for (size_t i = 0; i < count; i++) {
		if (ascii_equal(table[i].word, text)) {
			*out = table[i].number;
			return true;
		}
	}
	return read_generic(text, prefix, out);
}

bool rrtype_read(const char *text, uint16_t *out)
{
	return read_mnemonic(types, COUNT(types), "TYPE", text, out);
}

bool rrclass_read(const char *text, uint16_t *out)
{
	return !ascii_equal(text, "ANY") && read_mnemonic(classes, COUNT(classes), "CLASS", text, out);
}

static char *write_mnemonic(const struct mnemonic *table, size_t count, const char *prefix, uint16_t number, char *text)
{
	for (size_t i = 0; i < count; i++) {
		if (table[i].number == number)
			return strcpy(text, table[i].word);
	}
	struct strbuf out = {.bytes = text, .size = RRTYPE_TEXT_SIZE};
	strbuf_add(&out, prefix);
	strbuf_add_number(&out, number);
	return strbuf_end(&out);
}

char *rrtype_write(uint16_t type, char *text)
{
	return write_mnemonic(types, COUNT(types), "TYPE", type, text);
}

char *rrclass_write(uint16_t class, char *text)
{
	return write_mnemonic(classes, COUNT(classes), "CLASS", class, text);
}

char *rcode_write(uint16_t rcode, char *text)
{
	return write_mnemonic(rcodes, COUNT(rcodes), "RCODE", rcode, text);
}
