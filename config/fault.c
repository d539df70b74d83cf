// SPDX-License-Identifier: MIT
#include "config/fault.h"

#include "config/words.h"

bool fault_read(const struct words *words, struct fault *out, const char **wrong, const char **got)
{
	(void)out;
	*wrong = "a pattern and an action, such as *.example servfail";
	*got = words->count > 1 ? words->word[1] : (const char *)0;
	return false;
}
