// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "resolver/dns/rdata_fields.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"

// The fields of each type; rdata_fields.h explains the letters.
static const struct layout {
	uint16_t type;
	const char *fields;
} layouts[] = {
	{RRTYPE_A, "4"},
	{RRTYPE_NS, "n"},
	{3 /* MD */, "n"},
	{4 /* MF */, "n"},
	{RRTYPE_CNAME, "n"},
	{RRTYPE_SOA, "nndpppp"},
	{7 /* MB */, "n"},
	{8 /* MG */, "n"},
	{9 /* MR */, "n"},
	{11 /* WKS */, "W"},
	{RRTYPE_PTR, "n"},
	{13 /* HINFO, RFC 1035 */, "ss"},
	{14 /* MINFO */, "nn"},
	{RRTYPE_MX, "wn"},
	{RRTYPE_TXT, "S"},
	{17 /* RP, RFC 1183 */, "nn"},
	{18 /* AFSDB */, "wn"},
	{19 /* X25 */, "s"},
	{20 /* ISDN */, "so"},
	{21 /* RT */, "wn"},
	{22 /* NSAP, RFC 1706 */, "a"},
	{23 /* NSAP-PTR, RFC 1706 */, "n"},
	{24 /* SIG, RFC 2535 */, "TgbpDDwnB"},
	{25 /* KEY */, "wbgO"},
	{26 /* PX, RFC 2163 */, "wnn"},
	{27 /* GPOS, RFC 1712 */, "sss"},
	{RRTYPE_AAAA, "6"},
	{29 /* LOC, RFC 1876 */, "L"},
	{RRTYPE_SRV, "wwwn"},
	{35 /* NAPTR, RFC 3403 */, "wwsssn"},
	{36 /* KX, RFC 2230 */, "wn"},
	{37 /* CERT, RFC 4398 */, "cwgB"},
	{38 /* A6, RFC 2874 */, "A"},
	{RRTYPE_DNAME, "n"},
	{40 /* SINK, draft-eastlake-kitchen-sink */, "bbbO"},
	{42 /* APL, RFC 3123 */, "P"},
	{43 /* DS, RFC 4034 */, "wgbX"},
	{44 /* SSHFP, RFC 4255 */, "bbX"},
	{45 /* IPSECKEY, RFC 4025 */, "bbbGO"},
	{46 /* RRSIG, RFC 4034 */, "TgbpDDwnB"},
	{47 /* NSEC, RFC 4034 */, "nm"},
	{48 /* DNSKEY, RFC 4034 */, "wbgB"},
	{49 /* DHCID, RFC 4701 */, "B"},
	{50 /* NSEC3, RFC 5155 */, "bbwxhM"},
	{51 /* NSEC3PARAM */, "bbwx"},
	{52 /* TLSA, RFC 6698 */, "bbbX"},
	{53 /* SMIMEA, RFC 8162 */, "bbbX"},
	{55 /* HIP, RFC 8005 */, "HN"},
	{56 /* NINFO */, "S"},
	{57 /* RKEY */, "wbgB"},
	{58 /* TALINK */, "nn"},
	{59 /* CDS, RFC 7344 */, "wgbX"},
	{60 /* CDNSKEY */, "wbgB"},
	{61 /* OPENPGPKEY, RFC 7929 */, "B"},
	{62 /* CSYNC, RFC 7477 */, "dwM"},
	{63 /* ZONEMD, RFC 8976 */, "dbbX"},
	{64 /* SVCB, RFC 9460 */, "wnv"},
	{65 /* HTTPS */, "wnv"},
	{66 /* DSYNC, RFC 9859 */, "Tywn"},
	{67 /* HHIT, RFC 9886 */, "B"},
	{68 /* BRID, RFC 9886 */, "B"},
	{99 /* SPF, RFC 7208 */, "S"},
	{107 /* LP, RFC 6742 */, "wn"},
	{256 /* URI, RFC 7553 */, "wwq"},
	{257 /* CAA, RFC 8659 */, "btQ"},
	{258 /* AVC */, "S"},
	{259 /* DOA */, "ddbsO"},
	{260 /* AMTRELAY, RFC 8777 */, "brR"},
	{261 /* RESINFO, RFC 9606 */, "S"},
	{262 /* WALLET */, "S"},
	{263 /* CLA */, "S"},
	{264 /* IPN */, "u"},
	{32768 /* TA */, "wgbX"},
	{32769 /* DLV, RFC 4431 */, "wgbX"},
};

static const char *fields_of(uint16_t type)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++)
		if (layouts[i].type == type)
			return layouts[i].fields;
	return NULL;
}

bool rdata_text_knows(uint16_t type)
{
	return fields_of(type) != NULL;
}

bool rdata_text_has_names(uint16_t type)
{
	const char *fields = fields_of(type);
	return fields && strpbrk(fields, "AnNGR");
}

// ---- writing ----

static void write_fields(const char *fields, struct rdata_sink *sink)
{
	for (; *fields && !sink->data.failed; fields++)
		rdata_field_write(*fields, sink);
}

static char *write_text(uint16_t type, const uint8_t *data, size_t length)
{
	struct rdata_sink sink = {.data = {.bytes = data, .size = length}};
	char *text = NULL;
	size_t size;
	sink.out = open_memstream(&text, &size);
	if (!sink.out)
		return NULL;
	write_fields(fields_of(type), &sink);
	if (fclose(sink.out) == 0 && !sink.data.failed && sink.data.at == length)
		return text;
	free(text);
	return NULL;
}

static bool is_valid(uint16_t type, const uint8_t *data, size_t length)
{
	char *text = write_text(type, data, length);
	free(text);
	return text != NULL;
}

// ---- reading ----

bool rdata_text_is_any(const char *text)
{
	struct rdata_source source = {.at = text};
	struct rdata_word word;
	return rdata_source_word(&source, &word) && rdata_source_word_is(&word, "\\#");
}

bool rdata_text_read_any(const char *text, uint8_t *out, size_t room, size_t *length)
{
	struct rdata_source source = {.at = text, .out = out, .room = room};
	struct rdata_word word;
	uint64_t told;
	if (!rdata_source_word(&source, &word) || !rdata_source_number(&source, room, &told) ||
		!rdata_field_read_hex(&source) || source.length != told)
		return false;
	*length = source.length;
	return true;
}

// SvcParams have rules across parameters (RFC 9460), and keyN bypasses a key's own parser: only the printer checks both.
static bool needs_check(const char *fields)
{
	return strchr(fields, 'v') != NULL;
}

static bool read_fields(struct rdata_source *source, uint16_t type)
{
	const char *const fields = fields_of(type);
	for (const char *field = fields; *field; field++)
		if (!rdata_field_read(*field, source))
			return false;
	return rdata_source_is_at_end(source) && (!needs_check(fields) || is_valid(type, source->out, source->length));
}

bool rdata_text_read(
	uint16_t type, const char *text, const struct name *origin, uint8_t *out, size_t room, size_t *length)
{
	struct rdata_source source = {.at = text, .origin = origin, .out = out, .room = room};
	if (rdata_text_is_any(text))
		return rdata_text_read_any(text, out, room, length) && is_valid(type, out, *length);
	if (!read_fields(&source, type))
		return false;
	*length = source.length;
	return true;
}

// Does the text parse back to exactly these bytes?
static bool reads_back(uint16_t type, const char *text, const uint8_t *data, size_t length)
{
	uint8_t *again = malloc(length + 1);
	size_t again_length;
	const bool is_same = again && rdata_text_read(type, text, NULL, again, length, &again_length) &&
		again_length == length && memcmp(again, data, length) == 0;
	free(again);
	return is_same;
}

char *rdata_text_write(uint16_t type, const uint8_t *data, size_t length)
{
	char *text = write_text(type, data, length);
	if (text && *text && reads_back(type, text, data, length))
		return text;
	free(text);
	return NULL;
}
