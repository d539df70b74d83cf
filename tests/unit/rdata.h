// SPDX-License-Identifier: MIT
// Record data as text and as bytes.
#pragma once

#include <stdio.h>
#include <string.h>

#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "resolver/dns/rdata_layout.h"
#include "resolver/dns/rdata_source.h"
#include "resolver/dns/record_text.h"
#include "tests/unit/unit.h"

static uint8_t data[RECORD_TEXT_DATA_MAX];

static inline uint16_t type_of(const char *word)
{
	uint16_t type = 0;
	assert_true(rrtype_read(word, &type));
	assert_true(rdata_layout(type));
	return type;
}

// "TYPE DATA", relative to example.test.
static inline bool read_line(const char *line, uint16_t *type, size_t *length)
{
	char word[RRTYPE_TEXT_SIZE];
	struct name origin;
	struct rdata_source source = {.origin = &origin, .out = data, .room = sizeof(data)};
	const size_t size = strcspn(line, " ");
	snprintf(word, sizeof(word), "%.*s", (int)size, line);
	*type = type_of(word);
	assert_true(name_read("example.test", &origin));
	source.at = line + size;
	const bool is_read = record_text_read_data(*type, &source);
	*length = source.length;
	return is_read;
}

static inline void hex_of(size_t length, char *out)
{
	*out = '\0';
	for (size_t i = 0; i < length; i++)
		out += sprintf(out, "%02x", data[i]);
}
