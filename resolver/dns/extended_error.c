// SPDX-License-Identifier: MIT
#include "resolver/dns/extended_error.h"

#include <string.h>

#include "config/base/strbuf.h"
#include "resolver/dns/wire.h"

#define EXTRA_TEXT_MAX 160  // of its bytes

const char *extended_error_word(uint16_t code)
{
	static const char *const words[] = {"Other Error", "Unsupported DNSKEY Algorithm", "Unsupported DS Digest Type",
		"Stale Answer", "Forged Answer", "DNSSEC Indeterminate", "DNSSEC Bogus", "Signature Expired",
		"Signature Not Yet Valid", "DNSKEY Missing", "RRSIGs Missing", "No Zone Key Bit Set", "NSEC Missing",
		"Cached Error", "Not Ready", "Blocked", "Censored", "Filtered", "Prohibited", "Stale NXDOMAIN Answer",
		"Not Authoritative", "Not Supported", "No Reachable Authority", "Network Error", "Invalid Data",
		"Signature Expired before Valid", "Too Early", "Unsupported NSEC3 Iterations Value",
		"Unable to conform to policy", "Synthesized", "Invalid Query Type"};
	return code < sizeof(words) / sizeof(*words) ? words[code] : NULL;
}

static void add_code(struct strbuf *line, uint16_t code)
{
	const char *word = extended_error_word(code);
	strbuf_add(line, word ? word : "error ");
	if (!word)
		strbuf_add_number(line, code);
}

// EXTRA-TEXT is UTF-8 and may end in a NUL (RFC 8914 2): stops at the first NUL.
static void add_extra_text(struct strbuf *line, const uint8_t *bytes, size_t size)
{
	char text[EXTRA_TEXT_MAX + 8];  // longer than EXTRA_TEXT_MAX, so that strbuf_add_escaped marks a cut
	const size_t length = strnlen((const char *)bytes, size < sizeof(text) - 1 ? size : sizeof(text) - 1);
	memcpy(text, bytes, length);
	text[length] = '\0';
	if (!length)
		return;
	strbuf_add(line, ": ");
	strbuf_add_escaped(line, text, ESCAPE_TEXT, EXTRA_TEXT_MAX);
}

char *extended_error_write(const uint8_t *message, size_t size, char *text)
{
	struct strbuf line = {.bytes = text, .size = EXTENDED_ERROR_TEXT_SIZE - 1};
	struct cursor options;
	if (!wire_options(message, size, &options))
		return NULL;
	uint16_t code, length;
	for (const uint8_t *bytes; (bytes = wire_option(&options, &code, &length));) {
		if (code != OPTION_EXTENDED_ERROR || length < 2)
			continue;
		strbuf_add(&line, line.used ? "; " : "");
		add_code(&line, wire_u16(bytes));
		add_extra_text(&line, bytes + 2, length - 2u);
	}
	text[line.used] = '\0';
	return line.used ? text : NULL;
}
