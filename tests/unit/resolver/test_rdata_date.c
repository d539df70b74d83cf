// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "tests/unit/rdata.h"

static void every_date_is_written_and_read_back(void **state)
{
	static const uint32_t dates[] = {0, 68169599, 68169600, 951782399, 951868800, 4107542400u, UINT32_MAX};
	(void)state;
	for (size_t i = 0; i < LENGTH(dates); i++) {
		uint8_t bytes[22] = {0, 1, 8, 0, 0, 0, 0, 60, (uint8_t)(dates[i] >> 24), (uint8_t)(dates[i] >> 16),
			(uint8_t)(dates[i] >> 8), (uint8_t)dates[i]};
		char *text = record_text_own_data(46, bytes, sizeof(bytes));
		assert_non_null(text);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_date_is_written_and_read_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
