// SPDX-License-Identifier: MIT
#include "shim/errors.h"

#include <errno.h>
#include <netdb.h>

#include "resolver/dns/host.h"
#include "tests/unit/unit.h"

static void an_outcome_is_the_code_of_each_family_of_calls(void **state)
{
	(void)state;
	static const struct {
		enum outcome outcome;
		int eai, h;
	} cases[] = {
		{OUTCOME_FOUND, 0, NETDB_SUCCESS},
		{OUTCOME_NO_NAME, EAI_NONAME, HOST_NOT_FOUND},
		{OUTCOME_NO_DATA, EAI_NODATA, NO_DATA},
		{OUTCOME_TRY_AGAIN, EAI_AGAIN, TRY_AGAIN},
		{OUTCOME_NO_RECOVERY, EAI_NONAME, NO_RECOVERY},
		{OUTCOME_ERROR, EAI_SYSTEM, NETDB_INTERNAL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct host host = {.error = EMFILE};
		assert_int_equal(error_to_eai(cases[i].outcome, &host, false), cases[i].eai);
		errno = 0;
		assert_int_equal(error_to_h_errno(cases[i].outcome, &host), cases[i].h);
		assert_int_equal(errno, cases[i].h == NETDB_INTERNAL ? EMFILE : 0);
	}
}

static void a_code_is_written_as_its_macro(void **state)
{
	(void)state;
	assert_string_equal(error_eai_word(EAI_NONAME), "EAI_NONAME");
	assert_string_equal(error_eai_word(0), "0");
	assert_string_equal(error_eai_word(4711), "?");
	assert_string_equal(error_h_errno_word(HOST_NOT_FOUND), "HOST_NOT_FOUND");
	assert_string_equal(error_h_errno_word(4711), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_outcome_is_the_code_of_each_family_of_calls),
		cmocka_unit_test(a_code_is_written_as_its_macro),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
