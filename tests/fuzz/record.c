// SPDX-License-Identifier: MIT
// The data of a record of any type and class, as text: for a terminal, and as a line of a zone file.
#include <stdbool.h>

#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "resolver/dns/message.h"
#include "resolver/dns/record_text.h"
#include "tests/fuzz/fuzz.h"

#define HEAD_SIZE 4

static bool is_one_printable_line(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return length > 0 && text[0] != ' ' && text[length - 1] != ' ';
}

// RFC 3597 5: all bytes are written.
static bool says_bytes(const char *text, const uint8_t *data, size_t length)
{
	char expected[8];
	unsigned long told = strtoul(text + 3, (char **)&text, 10);
	if (told != length || *text != (length ? ' ' : '\0'))
		return false;
	for (size_t i = 0; i < length; i++) {
		snprintf(expected, sizeof expected, "%02x", data[i]);
		if (memcmp(text + 1 + 2 * i, expected, 2) != 0)
			return false;
	}
	return true;
}

static void write_data(uint16_t type, uint16_t class, const uint8_t *data, size_t length)
{
	char *text = record_text_data(type, class, data, length);
	MUST(text);
	MUST(is_one_printable_line(text, strlen(text)));
	MUST(strncmp(text, "\\#", 2) != 0 || says_bytes(text, data, length));
	free(text);
}

static void write_line(uint16_t type, const uint8_t *data, size_t length)
{
	struct name owner;
	char *line = malloc(RECORD_TEXT_SIZE);
	MUST(line && name_read("app.test", &owner));
	const struct record_view record = {&owner, type, 60, data, length};
	size_t size = record_text_write(&record, line);
	MUST(size == 0 || (line[size - 1] == '\n' && is_one_printable_line(line, size - 1)));
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (size < HEAD_SIZE || size - HEAD_SIZE > UINT16_MAX)
		return 0;
	const uint16_t type = (uint16_t)(bytes[0] << 8 | bytes[1]), class = (uint16_t)(bytes[2] << 8 | bytes[3]);
	const size_t length = size - HEAD_SIZE;
	uint8_t *data = fuzz_copy(bytes + HEAD_SIZE, length);
	write_data(type, class, data, length);
	if (rrtype_is_record(type))
		write_line(type, data, length);
	free(data);
	return 0;
}
