// SPDX-License-Identifier: MIT
#include "config/base/rrtype.h"

#include <stddef.h>
#include <string.h>

#include "config/base/ascii.h"
#include "config/base/strbuf.h"

// An array instead of a pointer: nothing to relocate when the library is loaded.
struct mnemonic {
	uint16_t number;
	char word[RRTYPE_TEXT_SIZE];
};

// The mnemonics of one registry, and what precedes the number of a value without one.
struct registry {
	const char *prefix;
	const struct mnemonic *mnemonics;
	size_t count;
};

#define TYPE(name, number, word) \
	{                            \
		number, word             \
	}
static const struct mnemonic type_mnemonics[] = {RRTYPE_EACH(TYPE)};
static const struct registry types = {"TYPE", type_mnemonics, sizeof type_mnemonics / sizeof *type_mnemonics};

static const struct mnemonic class_mnemonics[] = {{1, "IN"}, {3, "CH"}, {4, "HS"}, {254, "NONE"}, {255, "ANY"}};
static const struct registry classes = {"CLASS", class_mnemonics, sizeof class_mnemonics / sizeof *class_mnemonics};

#define RCODE(name, number) \
	{                       \
		number, #name       \
	}
static const struct mnemonic rcode_mnemonics[] = {RCODE_EACH(RCODE)};
static const struct registry rcodes = {"RCODE", rcode_mnemonics, sizeof rcode_mnemonics / sizeof *rcode_mnemonics};

static bool read(const struct registry *registry, const char *text, uint16_t *out)
{
	uint32_t number;
	for (size_t i = 0; i < registry->count; i++) {
		if (ascii_equal(registry->mnemonics[i].word, text)) {
			*out = registry->mnemonics[i].number;
			return true;
		}
	}
	for (const char *prefix = registry->prefix; *prefix != '\0'; prefix++, text++)
		if (ascii_lower(*text) != ascii_lower(*prefix))
			return false;
	if (!ascii_read_number(text, UINT16_MAX + 1, &number) || number > UINT16_MAX)
		return false;
	*out = (uint16_t)number;
	return true;
}

static char *write(const struct registry *registry, uint16_t number, char *text)
{
	for (size_t i = 0; i < registry->count; i++)
		if (registry->mnemonics[i].number == number)
			return strcpy(text, registry->mnemonics[i].word);
	struct strbuf out = {.bytes = text, .size = RRTYPE_TEXT_SIZE};
	strbuf_add(&out, registry->prefix);
	strbuf_add_number(&out, number);
	return strbuf_end(&out);
}

bool rrtype_read(const char *text, uint16_t *out)
{
	return read(&types, text, out);
}

bool rrclass_read(const char *text, uint16_t *out)
{
	return !ascii_equal(text, "ANY") && read(&classes, text, out);
}

bool rcode_read(const char *text, uint16_t *out)
{
	return read(&rcodes, text, out);
}

char *rrtype_write(uint16_t type, char *text)
{
	return write(&types, type, text);
}

char *rrclass_write(uint16_t class, char *text)
{
	return write(&classes, class, text);
}

char *rcode_write(uint16_t rcode, char *text)
{
	return write(&rcodes, rcode, text);
}
