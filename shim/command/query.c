// SPDX-License-Identifier: MIT
#include "shim/command/query.h"

#include "shim/command/options.h"

int query_run(struct resolver *resolver, const struct query_options *options, char *const *words, size_t count,
	FILE *out)
{
	(void)resolver, (void)options, (void)words, (void)count, (void)out;
	return QUERY_FAILED;
}
