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

#define MNEMONIC(name, number, word) {number, word},
static const struct mnemonic types[] = {RRTYPE_EACH(MNEMONIC)};

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
