// SPDX-License-Identifier: MIT
#include "config/base/timestamp.h"

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "config/base/clock.h"
#include "config/base/strbuf.h"

struct date {
	unsigned year, month, day;
};

// gmtime_r(3) would take libc's time zone lock, which a fork can leave held. Years are counted from March, so that the
// leap day is the last day of its year.
static struct date date_of_day(uint64_t days_since_1970)
{
	const uint64_t days = days_since_1970 + 719468;  // since 0000-03-01
	const uint64_t era = days / 146097;
	const unsigned day_of_era = (unsigned)(days % 146097);
	const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	const unsigned month_from_march = (5 * day_of_year + 2) / 153;
	const unsigned month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
	return (struct date){
		.year = (unsigned)(era * 400) + year_of_era + (month <= 2),
		.month = month,
		.day = day_of_year - (153 * month_from_march + 2) / 5 + 1,
	};
}

void timestamp_add(struct strbuf *out)
{
	struct timespec now;
	clock_get(CLOCK_REALTIME, &now);
	const uint64_t seconds = now.tv_sec > 0 ? (uint64_t)now.tv_sec : 0;
	const unsigned second = (unsigned)(seconds % 86400);
	const struct date date = date_of_day(seconds / 86400);
	const struct {
		const char *before;
		unsigned number, digits;
	} parts[] = {
		{"", date.year, 4},
		{"-", date.month, 2},
		{"-", date.day, 2},
		{"T", second / 3600, 2},
		{":", second / 60 % 60, 2},
		{":", second % 60, 2},
		{".", (unsigned)(now.tv_nsec / 1000000), 3},
	};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		strbuf_add(out, parts[i].before);
		strbuf_add_digits(out, parts[i].number, parts[i].digits);
	}
	strbuf_add(out, "Z");
}
