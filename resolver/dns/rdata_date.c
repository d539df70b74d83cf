// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_kinds.h"

#include "config/base/ascii.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"

#define DATE_LENGTH 14
#define DAY 86400u

static bool is_leap_year(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned days_of_month(unsigned year, unsigned month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return days[month - 1] + (month == 2 && is_leap_year(year));
}

static unsigned days_of_year(unsigned year)
{
	return is_leap_year(year) ? 366 : 365;
}

static unsigned digits_value(const char *text, unsigned count)
{
	unsigned value = 0;
	for (unsigned i = 0; i < count; i++)
		value = value * 10 + (unsigned)(text[i] - '0');
	return value;
}

static bool read_date(const char *text, uint32_t *out)
{
	const unsigned year = digits_value(text, 4), month = digits_value(text + 4, 2), day = digits_value(text + 6, 2);
	const unsigned hour = digits_value(text + 8, 2), minute = digits_value(text + 10, 2);
	const unsigned second = digits_value(text + 12, 2);
	uint64_t days = day - 1;
	if (year < 1970 || year > 2106 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month) ||
		hour > 23 || minute > 59 || second > 59)
		return false;
	for (unsigned i = 1970; i < year; i++)
		days += days_of_year(i);
	for (unsigned i = 1; i < month; i++)
		days += days_of_month(year, i);
	const uint64_t seconds = days * DAY + hour * 3600 + minute * 60 + second;
	*out = (uint32_t)seconds;
	return seconds <= UINT32_MAX;
}

bool rdata_date_read(struct rdata_source *source)
{
	struct rdata_source ahead = *source;
	struct rdata_word word;
	uint64_t number;
	uint32_t seconds;
	if (!rdata_source_word(&ahead, &word) || word.is_quoted)
		return false;
	if (word.length != DATE_LENGTH)
		return rdata_source_number(source, UINT32_MAX, &number) && rdata_source_put_number(source, number, 4);
	for (unsigned i = 0; i < DATE_LENGTH; i++)
		if (!ascii_is_digit((uint8_t)word.text[i]))
			return false;
	*source = ahead;
	return read_date(word.text, &seconds) && rdata_source_put_number(source, seconds, 4);
}

void rdata_date_write(struct rdata_sink *sink)
{
	const uint32_t seconds = cursor_u32(&sink->data), second = seconds % DAY;
	unsigned days = seconds / DAY, year = 1970, month = 1;
	for (; days >= days_of_year(year); year++)
		days -= days_of_year(year);
	for (; days >= days_of_month(year, month); month++)
		days -= days_of_month(year, month);
	rdata_sink_word(
		sink, "%04u%02u%02u%02u%02u%02u", year, month, days + 1, second / 3600, second / 60 % 60, second % 60);
}
