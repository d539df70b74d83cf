// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_fields.h"

#include "config/base/ascii.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"

#define EQUATOR 0x80000000u  // thousandths of a second of arc
#define DEGREE 3600000u
#define ALTITUDE_BASE 10000000  // centimetres below the reference spheroid
#define SIZE_MAX_CENTIMETRES 9000000000u
#define ALTITUDE_MAX (UINT32_MAX - (uint64_t)ALTITUDE_BASE)

// Defaults of size, horizontal and vertical precision (RFC 1876 3), in centimetres.
static const uint64_t default_sizes[] = {100, 1000000, 1000};

// Reads "12" or "12.5" as a number of units of 10^-digits.
static bool read_decimal(const char *text, size_t length, unsigned digits, uint64_t most, uint64_t *out)
{
	const char *at = text, *const end = text + length;
	uint64_t value;
	if (!length || !ascii_take_number(&at, most, &value))
		return false;
	const bool has_point = at < end && *at == '.';
	at += has_point;
	for (unsigned i = 0; i < digits; i++) {
		const bool is_digit = has_point && at < end && ascii_is_digit(*at);
		value = value * 10 + (is_digit ? (uint64_t)(*at++ - '0') : 0);
	}
	*out = value;
	return at == end && value <= most;
}

// ---- degrees ----

struct axis {
	char positive, negative;
	unsigned degrees;
};

static const struct axis latitude = {'N', 'S', 90}, longitude = {'E', 'W', 180};

static bool is_direction(const struct rdata_word *word, char direction)
{
	return word->length == 1 && word->text[0] == direction;
}

// Degrees, then optional minutes and seconds, then the direction.
static bool read_angle(struct rdata_source *source, const struct axis *axis)
{
	static const struct {
		unsigned digits;
		uint64_t most, factor;
	} parts[] = {{0, 180, DEGREE}, {0, 59, 60000}, {3, 59999, 1}};
	uint64_t angle = 0, value;
	struct rdata_word word;
	for (unsigned i = 0; rdata_source_word(source, &word) && !word.is_quoted; i++) {
		const bool is_negative = is_direction(&word, axis->negative);
		if (is_negative || is_direction(&word, axis->positive))
			return i && angle <= axis->degrees * (uint64_t)DEGREE &&
				rdata_source_put_number(source, is_negative ? EQUATOR - angle : EQUATOR + angle, 4);
		if (i == 3 || !read_decimal(word.text, word.length, parts[i].digits, parts[i].most, &value))
			return false;
		angle += value * parts[i].factor;
	}
	return false;
}

static void write_angle(struct rdata_sink *sink, const struct axis *axis)
{
	const uint32_t value = cursor_u32(&sink->data);
	const uint32_t angle = value < EQUATOR ? EQUATOR - value : value - EQUATOR;
	if (angle > axis->degrees * DEGREE)
		sink->data.failed = true;
	rdata_sink_word(sink, "%02u %02u %u.%03u %c", angle / DEGREE, angle / 60000 % 60, angle / 1000 % 60, angle % 1000,
		value < EQUATOR ? axis->negative : axis->positive);
}

// ---- metres ----

static bool read_metres(const struct rdata_word *word, uint64_t most, uint64_t *centimetres)
{
	const bool has_unit = word->length && ascii_lower(word->text[word->length - 1]) == 'm';
	return !word->is_quoted && read_decimal(word->text, word->length - has_unit, 2, most, centimetres);
}

static bool read_altitude(struct rdata_source *source)
{
	struct rdata_word word;
	uint64_t value;
	if (!rdata_source_word(source, &word) || word.is_quoted || !word.length)
		return false;
	const bool is_negative = word.text[0] == '-', is_signed = is_negative || word.text[0] == '+';
	word.text += is_signed;
	word.length -= is_signed;
	return read_metres(&word, is_negative ? ALTITUDE_BASE : ALTITUDE_MAX, &value) &&
		rdata_source_put_number(source, is_negative ? ALTITUDE_BASE - value : ALTITUDE_BASE + value, 4);
}

static void write_metres(struct rdata_sink *sink, const char *sign, uint64_t centimetres)
{
	const unsigned long long metres = centimetres / 100;
	const unsigned rest = centimetres % 100;
	if (rest)
		rdata_sink_word(sink, "%s%llu.%02um", sign, metres, rest);
	else
		rdata_sink_word(sink, "%s%llum", sign, metres);
}

static void write_altitude(struct rdata_sink *sink)
{
	const int64_t value = (int64_t)cursor_u32(&sink->data) - ALTITUDE_BASE;
	write_metres(sink, value < 0 ? "-" : "", (uint64_t)(value < 0 ? -value : value));
}

// RFC 1876 2: mantissa digit and power of ten, in centimetres.
static uint8_t encode_size(uint64_t centimetres)
{
	unsigned exponent = 0;
	for (; centimetres > 9; centimetres /= 10)
		exponent++;
	return (uint8_t)(centimetres << 4 | exponent);
}

static void write_size(struct rdata_sink *sink, uint8_t size)
{
	uint64_t centimetres = size >> 4;
	if (centimetres > 9 || (size & 15) > 9)
		sink->data.failed = true;
	for (unsigned i = 0; i < (size & 15u) && !sink->data.failed; i++)
		centimetres *= 10;
	write_metres(sink, "", centimetres);
}

// ---- the record ----

bool rdata_loc_read(struct rdata_source *source)
{
	const size_t start = source->length;
	uint8_t sizes[3];
	struct rdata_word word;
	if (!rdata_source_put_number(source, 0, 4) || !read_angle(source, &latitude) || !read_angle(source, &longitude) ||
		!read_altitude(source))
		return false;
	for (unsigned i = 0; i < 3; i++) {
		uint64_t size = default_sizes[i];
		if (rdata_source_word(source, &word) && !read_metres(&word, SIZE_MAX_CENTIMETRES, &size))
			return false;
		sizes[i] = encode_size(size);
	}
	for (unsigned i = 0; i < 3; i++)
		source->out[start + 1 + i] = sizes[i];
	return true;
}

void rdata_loc_write(struct rdata_sink *sink)
{
	const unsigned version = cursor_u8(&sink->data);
	const uint8_t *sizes = cursor_bytes(&sink->data, 3);
	if (version)
		sink->data.failed = true;
	write_angle(sink, &latitude);
	write_angle(sink, &longitude);
	write_altitude(sink);
	for (unsigned i = 0; i < 3 && !sink->data.failed; i++)
		write_size(sink, sizes[i]);
}
