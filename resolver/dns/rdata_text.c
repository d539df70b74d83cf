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
	{RRTYPE_MD, "n"},
	{RRTYPE_MF, "n"},
	{RRTYPE_CNAME, "n"},
	{RRTYPE_SOA, "nndpppp"},
	{RRTYPE_MB, "n"},
	{RRTYPE_MG, "n"},
	{RRTYPE_MR, "n"},
	{RRTYPE_WKS, "W"},
	{RRTYPE_PTR, "n"},
	{RRTYPE_HINFO, "ss" /* RFC 1035 */},
	{RRTYPE_MINFO, "nn"},
	{RRTYPE_MX, "wn"},
	{RRTYPE_TXT, "S"},
	{RRTYPE_RP, "nn" /* RFC 1183 */},
	{RRTYPE_AFSDB, "wn"},
	{RRTYPE_X25, "s"},
	{RRTYPE_ISDN, "so"},
	{RRTYPE_RT, "wn"},
	{RRTYPE_NSAP, "a" /* RFC 1706 */},
	{RRTYPE_NSAP_PTR, "n" /* RFC 1706 */},
	{RRTYPE_SIG, "TgbpDDwnB" /* RFC 2535 */},
	{RRTYPE_KEY, "wbgO"},
	{RRTYPE_PX, "wnn" /* RFC 2163 */},
	{RRTYPE_GPOS, "sss" /* RFC 1712 */},
	{RRTYPE_AAAA, "6"},
	{RRTYPE_LOC, "L" /* RFC 1876 */},
	{RRTYPE_SRV, "wwwn"},
	{RRTYPE_NAPTR, "wwsssn" /* RFC 3403 */},
	{RRTYPE_KX, "wn" /* RFC 2230 */},
	{RRTYPE_CERT, "cwgB" /* RFC 4398 */},
	{RRTYPE_A6, "A" /* RFC 2874 */},
	{RRTYPE_DNAME, "n"},
	{RRTYPE_SINK, "bbbO" /* draft-eastlake-kitchen-sink */},
	{RRTYPE_APL, "P" /* RFC 3123 */},
	{RRTYPE_DS, "wgbX" /* RFC 4034 */},
	{RRTYPE_SSHFP, "bbX" /* RFC 4255 */},
	{RRTYPE_IPSECKEY, "bbbGO" /* RFC 4025 */},
	{RRTYPE_RRSIG, "TgbpDDwnB" /* RFC 4034 */},
	{RRTYPE_NSEC, "nm" /* RFC 4034 */},
	{RRTYPE_DNSKEY, "wbgB" /* RFC 4034 */},
	{RRTYPE_DHCID, "B" /* RFC 4701 */},
	{RRTYPE_NSEC3, "bbwxhM" /* RFC 5155 */},
	{RRTYPE_NSEC3PARAM, "bbwx"},
	{RRTYPE_TLSA, "bbbX" /* RFC 6698 */},
	{RRTYPE_SMIMEA, "bbbX" /* RFC 8162 */},
	{RRTYPE_HIP, "HN" /* RFC 8005 */},
	{RRTYPE_NINFO, "S"},
	{RRTYPE_RKEY, "wbgB"},
	{RRTYPE_TALINK, "nn"},
	{RRTYPE_CDS, "wgbX" /* RFC 7344 */},
	{RRTYPE_CDNSKEY, "wbgB"},
	{RRTYPE_OPENPGPKEY, "B" /* RFC 7929 */},
	{RRTYPE_CSYNC, "dwM" /* RFC 7477 */},
	{RRTYPE_ZONEMD, "dbbX" /* RFC 8976 */},
	{RRTYPE_SVCB, "wnv" /* RFC 9460 */},
	{RRTYPE_HTTPS, "wnv"},
	{RRTYPE_DSYNC, "Tywn" /* RFC 9859 */},
	{RRTYPE_HHIT, "B" /* RFC 9886 */},
	{RRTYPE_BRID, "B" /* RFC 9886 */},
	{RRTYPE_SPF, "S" /* RFC 7208 */},
	{RRTYPE_LP, "wn" /* RFC 6742 */},
	{RRTYPE_URI, "wwq" /* RFC 7553 */},
	{RRTYPE_CAA, "btQ" /* RFC 8659 */},
	{RRTYPE_AVC, "S"},
	{RRTYPE_DOA, "ddbsO"},
	{RRTYPE_AMTRELAY, "brR" /* RFC 8777 */},
	{RRTYPE_RESINFO, "S" /* RFC 9606 */},
	{RRTYPE_WALLET, "S"},
	{RRTYPE_CLA, "S"},
	{RRTYPE_IPN, "u"},
	{RRTYPE_TA, "wgbX"},
	{RRTYPE_DLV, "wgbX" /* RFC 4431 */},
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

bool rdata_text_read_any(struct rdata_source *source)
{
	struct rdata_word word;
	uint64_t told;
	return rdata_source_word(source, &word) && rdata_source_number(source, source->room, &told) &&
		rdata_field_read_hex(source) && source->length == told;
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

bool rdata_text_read(uint16_t type, struct rdata_source *source)
{
	if (rdata_text_is_any(source->at))
		return rdata_text_read_any(source) && is_valid(type, source->out, source->length);
	return read_fields(source, type);
}

bool rdata_text_reads_back(uint16_t type, const char *text, const uint8_t *data, size_t length)
{
	struct rdata_source source = {.at = text, .out = malloc(length + 1), .room = length};
	const bool is_same = source.out && rdata_text_read(type, &source) && source.length == length &&
		memcmp(source.out, data, length) == 0;
	free(source.out);
	return is_same;
}

char *rdata_text_write(uint16_t type, const uint8_t *data, size_t length)
{
	char *text = write_text(type, data, length);
	if (text && *text && rdata_text_reads_back(type, text, data, length))
		return text;
	free(text);
	return NULL;
}
