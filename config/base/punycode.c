// SPDX-License-Identifier: MIT
#include "config/base/punycode.h"

#include <stdint.h>
#include <string.h>

#include "config/base/name.h"
#include "config/base/strbuf.h"
#include "config/base/utf8.h"

// ---- case folding

// Capitals from first to last, folded by adding a constant. With step 2 capitals and small letters alternate.
static const struct capitals {
	uint32_t first, last;
	uint8_t step, add;
} capitals[] = {{'A', 'Z', 1, 32}, {0x00C0, 0x00D6, 1, 32}, {0x00D8, 0x00DE, 1, 32}, {0x0100, 0x012E, 2, 1},
	{0x0132, 0x0136, 2, 1}, {0x0139, 0x0147, 2, 1}, {0x014A, 0x0176, 2, 1}, {0x0179, 0x017D, 2, 1},
	{0x0386, 0x0386, 1, 38}, {0x0388, 0x038A, 1, 37}, {0x038C, 0x038C, 1, 64}, {0x038E, 0x038F, 1, 63},
	{0x0391, 0x03A1, 1, 32}, {0x03A3, 0x03AB, 1, 32}, {0x0400, 0x040F, 1, 80}, {0x0410, 0x042F, 1, 32},
	{0x0460, 0x0480, 2, 1}, {0x048A, 0x04BE, 2, 1}, {0x04D0, 0x052E, 2, 1}, {0x0531, 0x0556, 1, 48},
	{0x1E00, 0x1E94, 2, 1}, {0x1EA0, 0x1EFE, 2, 1}};

static uint32_t small_letter(uint32_t point)
{
	for (size_t i = 0; i < sizeof capitals / sizeof *capitals; i++) {
		const struct capitals *range = &capitals[i];
		if (point >= range->first && point <= range->last && (point - range->first) % range->step == 0)
			return point + range->add;
	}
	return point == 0x0178 ? 0x00FF : point;
}

// ---- Punycode

enum { BASE = 36, T_MIN = 1, T_MAX = 26, SKEW = 38, DAMP = 700, FIRST_BIAS = 72, FIRST_POINT = 128 };

static char digit_of(uint32_t value)
{
	return (char)(value < 26 ? 'a' + value : '0' + value - 26);
}

// RFC 3492 6.1.
static uint32_t adapt(uint32_t delta, uint32_t count, bool is_first)
{
	uint32_t at = 0;
	delta = is_first ? delta / DAMP : delta / 2;
	for (delta += delta / count; delta > (BASE - T_MIN) * T_MAX / 2; at += BASE)
		delta /= BASE - T_MIN;
	return at + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static void add_delta(struct strbuf *out, uint32_t delta, uint32_t bias)
{
	for (uint32_t at = BASE;; at += BASE) {
		const uint32_t threshold = at <= bias ? T_MIN : at >= bias + T_MAX ? T_MAX : at - bias;
		if (delta < threshold) {
			strbuf_add_byte(out, digit_of(delta));
			return;
		}
		strbuf_add_byte(out, digit_of(threshold + (delta - threshold) % (BASE - threshold)));
		delta = (delta - threshold) / (BASE - threshold);
	}
}

static uint32_t next_point(const uint32_t *points, size_t count, uint32_t least)
{
	uint32_t next = UINT32_MAX;
	for (size_t i = 0; i < count; i++)
		if (points[i] >= least && points[i] < next)
			next = points[i];
	return next;
}

// RFC 3492 6.3. At most 63 code points, so nothing overflows.
static void add_punycode(struct strbuf *out, const uint32_t *points, size_t count)
{
	uint32_t handled = 0, delta = 0, bias = FIRST_BIAS, least = FIRST_POINT;
	for (size_t i = 0; i < count; i++) {
		if (points[i] < FIRST_POINT) {
			strbuf_add_byte(out, (char)points[i]);
			handled++;
		}
	}
	const uint32_t plain = handled;
	if (plain > 0)
		strbuf_add_byte(out, '-');
	for (; handled < count; delta++, least++) {
		const uint32_t next = next_point(points, count, least);
		delta += (next - least) * (handled + 1);
		least = next;
		for (size_t i = 0; i < count; i++) {
			delta += points[i] < least;
			if (points[i] != least)
				continue;
			add_delta(out, delta, bias);
			bias = adapt(delta, handled + 1, handled == plain);
			delta = 0;
			handled++;
		}
	}
}

// ---- names

static bool is_combining(uint32_t point)
{
	return point >= 0x0300 && point <= 0x036F;
}

static bool add_label(struct strbuf *out, const char *label, size_t length)
{
	uint32_t points[NAME_LABEL_SIZE];
	size_t count = 0;
	const size_t start = out->used;
	strbuf_add(out, "xn--");
	for (const char *at = label; at < label + length; count++) {
		uint32_t point;
		const size_t size = utf8_read(at, &point);
		if (size == 0 || is_combining(point) || count == NAME_LABEL_SIZE)
			return false;
		at += size;
		points[count] = small_letter(point);
	}
	add_punycode(out, points, count);
	return out->used - start <= NAME_LABEL_SIZE;
}

static bool is_plain(const char *label, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((uint8_t)label[i] >= 0x80)
			return memchr(label, '\\', length) != NULL;
	return true;
}

bool punycode_is_ascii(const char *word)
{
	for (; *word != '\0'; word++)
		if ((uint8_t)*word >= 0x80)
			return false;
	return true;
}

bool punycode_write_name(const char *word, char *text, size_t size)
{
	struct strbuf out = {.bytes = text, .size = size};
	if (strlen(word) >= size)
		return false;
	for (;;) {
		const size_t length = strcspn(word, ".");
		if (is_plain(word, length))
			strbuf_add_bytes(&out, word, length);
		else if (!add_label(&out, word, length))
			return false;
		word += length;
		if (*word == '\0')
			break;
		strbuf_add_byte(&out, *word++);
	}
	const bool fits = strbuf_room(&out) > 1;
	strbuf_end(&out);
	return fits;
}

bool punycode_read_name(const char *word, struct name *out)
{
	char text[NAME_TEXT_SIZE];
	return punycode_write_name(word, text, sizeof text) && name_read(text, out);
}
