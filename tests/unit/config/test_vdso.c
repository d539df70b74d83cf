// SPDX-License-Identifier: MIT
#include <sys/auxv.h>

#include "config/base/vdso.h"
#include "tests/unit/unit.h"

static void the_kernels_own_code_is_found_where_there_is_any(void **state)
{
	(void)state;
	assert_null(vdso_find("no such function"));
#ifdef __x86_64__
	if (getauxval(AT_SYSINFO_EHDR))
		assert_non_null(vdso_find("__vdso_clock_gettime"));
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernels_own_code_is_found_where_there_is_any),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
