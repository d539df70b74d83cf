// SPDX-License-Identifier: MIT
// Text as the data of a record of any type: what is read is written, and that is read as the same bytes.
#include <ldns/ldns.h>
#include <stdbool.h>

#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "resolver/dns/rdata_layout.h"
#include "resolver/dns/rdata_source.h"
#include "resolver/dns/record_text.h"
#include "tests/fuzz/fuzz.h"

#define HEAD_SIZE 2

static void write_and_read(uint16_t type, const uint8_t *data, size_t length)
{
	char *text = record_text_own_data(type, data, length);
	MUST(text && *text != ' ');
	for (const char *at = text; *at; at++)
		MUST(*at >= ' ' && *at <= '~');
	MUST(record_text_reads_back(type, text, data, length));
	free(text);
}

// ldns reads numbers and names without escapes in the same way.
static bool is_simple(uint16_t type, const char *text)
{
	static const uint16_t types[] = {RRTYPE_A, RRTYPE_NS, RRTYPE_CNAME, RRTYPE_PTR, RRTYPE_MX, RRTYPE_AAAA, RRTYPE_SRV};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (types[i] == type)
			return !strpbrk(text, "\"\\;()\n");
	return false;
}

static void read_by_ldns(uint16_t type, const char *text, const uint8_t *data, size_t length)
{
	ldns_rdf *origin = ldns_dname_new_frm_str("app.test.");
	ldns_rr *rr = NULL;
	char *line = NULL;
	size_t at = 0;
	MUST(origin && asprintf(&line, ". 0 IN TYPE%u %s", type, text) >= 0);
	MUST(ldns_rr_new_frm_str(&rr, line, 0, origin, NULL) == LDNS_STATUS_OK);
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		const ldns_rdf *field = ldns_rr_rdf(rr, i);
		MUST(ldns_rdf_size(field) <= length - at && memcmp(ldns_rdf_data(field), data + at, ldns_rdf_size(field)) == 0);
		at += ldns_rdf_size(field);
	}
	MUST(at == length);
	ldns_rr_free(rr);
	ldns_rdf_deep_free(origin);
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static uint8_t data[RECORD_TEXT_DATA_MAX];
	struct name origin;
	if (size < HEAD_SIZE)
		return 0;
	const uint16_t type = (uint16_t)(bytes[0] << 8 | bytes[1]);
	if (!rdata_layout(type))
		return 0;
	char *text = fuzz_text(bytes + HEAD_SIZE, size - HEAD_SIZE);
	MUST(name_read("app.test", &origin));
	struct rdata_source source = {.at = text, .origin = &origin, .out = data, .room = sizeof data};
	if (record_text_read_data(type, &source) && source.length) {
		write_and_read(type, data, source.length);
		if (is_simple(type, text))
			read_by_ldns(type, text, data, source.length);
	}
	free(text);
	return 0;
}
