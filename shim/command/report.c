// SPDX-License-Identifier: MIT
#include "shim/command/report.h"

bool report_write(const struct journal *journal, const char *const *program, FILE *out)
{
	(void)journal, (void)program, (void)out;
	return true;
}
