// SPDX-License-Identifier: MIT
#include "config/base/utf8.h"

size_t utf8_read(const char *text, uint32_t *point)
{
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	const uint8_t *at = (const uint8_t *)text;
	const unsigned more = *at < 0x80 ? 0 : *at >> 5 == 6 ? 1 : *at >> 4 == 14 ? 2 : *at >> 3 == 30 ? 3 : 4;
	if (more == 4)
		return 0;
	*point = more == 0 ? *at : *at & (0x3Fu >> more);
	for (unsigned i = 1; i <= more; i++) {
		if (at[i] >> 6 != 2)
			return 0;
		*point = *point << 6 | (at[i] & 0x3Fu);
	}
	return *point < least[more] || *point > 0x10FFFF || *point >> 11 == 0x1B ? 0 : more + 1;
}
