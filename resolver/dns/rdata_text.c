// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_text.h"

#include <stdlib.h>
#include <string.h>

#include "resolver/dns/rdata_base.h"
#include "resolver/dns/rdata_fields.h"
#include "resolver/dns/rdata_layout.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"

static char *write_fields(const char *layout, const uint8_t *data, size_t length)
{
	struct rdata_sink sink;
	if (!rdata_sink_open(&sink, data, length))
		return NULL;
	rdata_fields_write(layout, &sink);
	return rdata_sink_close(&sink);
}

static bool is_valid(const char *layout, const struct rdata_source *source)
{
	char *text = write_fields(layout, source->out, source->length);
	free(text);
	return text != NULL;
}

// ---- reading ----

static bool is_generic(const char *text)
{
	struct rdata_source source = {.at = text};
	struct rdata_word word;
	return rdata_source_word(&source, &word) && rdata_source_word_is(&word, "\\#");
}

static bool read_generic(struct rdata_source *source)
{
	struct rdata_word word;
	uint64_t length;
	return rdata_source_word(source, &word) && rdata_source_number(source, source->room, &length) &&
		rdata_base_read_rest(source, RDATA_BASE16) && source->length == length;
}

// SvcParams have rules across parameters (RFC 9460), and keyN bypasses a key's own parser: only the printer checks
// both.
static bool needs_check(const char *layout)
{
	return strchr(layout, 'v') != NULL;
}

bool rdata_text_read(uint16_t type, struct rdata_source *source)
{
	const char *const layout = rdata_layout(type);
	if (is_generic(source->at))
		return read_generic(source) && (!layout || is_valid(layout, source));
	return layout && rdata_fields_read(layout, source) && rdata_source_is_at_end(source) &&
		(!needs_check(layout) || is_valid(layout, source));
}

bool rdata_text_reads_back(uint16_t type, const char *text, const uint8_t *data, size_t length)
{
	struct rdata_source source = {.at = text, .out = malloc(length + 1), .room = length};
	const bool is_same = source.out && rdata_text_read(type, &source) && source.length == length &&
		memcmp(source.out, data, length) == 0;
	free(source.out);
	return is_same;
}

// ---- writing ----

char *rdata_text_write(uint16_t type, const uint8_t *data, size_t length)
{
	const char *const layout = rdata_layout(type);
	char *text = layout ? write_fields(layout, data, length) : NULL;
	if (text && *text && rdata_text_reads_back(type, text, data, length))
		return text;
	free(text);
	return NULL;
}
