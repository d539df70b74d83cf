// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_fields.h"

#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"

#define DATE_LENGTH 14
#define DAY 86400u

// The days from 1970 to a month, of which there may be a 13th. Years are counted from March: a leap day ends its year.
static unsigned days_before(unsigned year, unsigned month)
{
	const unsigned months = month > 2 ? month - 3 : month + 9;
	year -= month <= 2;
	return 365 * year + year / 4 - year / 100 + year / 400 + (153 * months + 2) / 5 - 719468;
}

// digits: YYYYMMDDHHmmSS as one number.
static bool read_date(uint64_t digits, uint64_t *seconds)
{
	const unsigned second = digits % 100, minute = digits / 100 % 100, hour = digits / 10000 % 100;
	const unsigned day = digits / 1000000 % 100, month = digits / 100000000 % 100;
	const unsigned year = (unsigned)(digits / 10000000000);
	if (year < 1970 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59)
		return false;
	const unsigned days = days_before(year, month) + day - 1;
	*seconds = days * (uint64_t)DAY + hour * 3600 + minute * 60 + second;
	return days < days_before(year, month + 1) && *seconds <= UINT32_MAX;
}

bool rdata_date_read(struct rdata_source *source)
{
	const char *const start = source->at;
	struct rdata_word word;
	uint64_t number;
	if (!rdata_source_word(source, &word))
		return false;
	source->at = start;
	if (!rdata_source_number(source, UINT64_MAX, &number))
		return false;
	const bool is_valid = word.length == DATE_LENGTH ? read_date(number, &number) : number <= UINT32_MAX;
	return is_valid && rdata_source_put_number(source, number, 4);
}

void rdata_date_write(struct rdata_sink *sink)
{
	const uint32_t seconds = cursor_u32(&sink->data), second = seconds % DAY;
	const unsigned days = seconds / DAY;
	unsigned year = 1970, month = 1;
	while (days_before(year + 1, 1) <= days)
		year++;
	while (days_before(year, month + 1) <= days)
		month++;
	rdata_sink_word(sink, "%04u%02u%02u%02u%02u%02u", year, month, days - days_before(year, month) + 1, second / 3600,
		second / 60 % 60, second % 60);
}
