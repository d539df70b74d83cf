// SPDX-License-Identifier: MIT
// Text as the data of a record of any type: what is read is written, and that is read as the same bytes.
#include <stdbool.h>

#include "config/base/name.h"
#include "resolver/dns/rdata_text.h"
#include "tests/fuzz/fuzz.h"

#define HEAD_SIZE 2

static void write_and_read(uint16_t type, const uint8_t *data, size_t length)
{
	uint8_t *again = malloc(length + 1);
	size_t again_length;
	char *text = rdata_text_write(type, data, length);
	MUST(again && text && *text != ' ');
	for (const char *at = text; *at; at++)
		MUST(*at >= ' ' && *at <= '~');
	MUST(rdata_text_read(type, text, NULL, again, length, &again_length));
	MUST(again_length == length && memcmp(again, data, length) == 0);
	free(text);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static uint8_t data[RDATA_TEXT_MAX];
	struct name origin;
	size_t length;
	if (size < HEAD_SIZE)
		return 0;
	const uint16_t type = (uint16_t)(bytes[0] << 8 | bytes[1]);
	if (!rdata_text_knows(type))
		return 0;
	char *text = fuzz_text(bytes + HEAD_SIZE, size - HEAD_SIZE);
	MUST(name_read("app.test", &origin));
	if (rdata_text_read(type, text, &origin, data, sizeof data, &length) && length)
		write_and_read(type, data, length);
	free(text);
	return 0;
}
