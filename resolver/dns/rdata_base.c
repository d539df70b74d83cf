// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_base.h"

#include <string.h>

#include "resolver/dns/rdata_source.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// A group with padding must be the last; its unused bits must be zero.
static bool put_group(struct rdata_base *base64, struct rdata_source *source)
{
	const unsigned size = 3 - base64->padding;
	if (base64->padding > 2 || base64->bits & ((1u << 8 * base64->padding) - 1))
		return false;
	base64->count = base64->padding ? base64->count : 0;
	return rdata_source_put_number(source, base64->bits >> 8 * base64->padding, size);
}

bool rdata_base_read(struct rdata_base *base64, struct rdata_source *source, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const char *digit = text[i] ? strchr(digits, text[i]) : NULL;
		if (base64->count == 4 || (text[i] == '=' ? base64->count < 2 : !digit || base64->padding))
			return false;
		base64->padding += text[i] == '=';
		base64->bits = (base64->count ? base64->bits : 0) << 6 | (digit ? (uint32_t)(digit - digits) : 0);
		if (++base64->count == 4 && !put_group(base64, source))
			return false;
	}
	return true;
}

bool rdata_base_is_whole(const struct rdata_base *base64)
{
	return base64->count == 0 || base64->count == 4;
}

void rdata_base_write(FILE *out, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i += 3) {
		const uint32_t bits = (uint32_t)bytes[i] << 16 | (i + 1 < length ? (uint32_t)bytes[i + 1] << 8 : 0) |
			(i + 2 < length ? bytes[i + 2] : 0);
		fputc(digits[bits >> 18], out);
		fputc(digits[bits >> 12 & 63], out);
		fputc(i + 1 < length ? digits[bits >> 6 & 63] : '=', out);
		fputc(i + 2 < length ? digits[bits & 63] : '=', out);
	}
}
