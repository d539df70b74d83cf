// SPDX-License-Identifier: MIT
#include "config/config_load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/error_text.h"
#include "config/base/file.h"
#include "config/environment.h"
#include "config/load_directives.h"
#include "config/load_libc.h"
#include "config/loading.h"
#include "config/output_check.h"

static bool load(struct loading *loading)
{
	return (loading->environment->secure || load_directives_variable(loading)) && load_directives_file(loading) &&
		load_libc(loading) && load_libc_defaults(loading) && output_check(loading);
}

// Moves the configuration to *out if it was loaded; else takes the reason of the failure from errno, which was cleared
// before the load.
static bool finish(struct loading *loading, bool is_loaded, struct config *out)
{
	if (is_loaded) {
		*out = loading->config;
	} else {
		loading->error->reason = file_is_shortage(errno) ? errno : 0;
		config_clear(&loading->config);
	}
	free(loading);
	return is_loaded;
}

bool config_load_again(
	const struct environment *environment, const struct config *before, struct config *out, struct config_error *error)
{
	errno = 0;
	struct loading *loading = loading_open(environment, error);
	if (loading == NULL) {
		strcpy(error->text, error_text(ENOMEM));
		error->reason = ENOMEM;
		return false;
	}
	loading->before = before;
	return finish(loading, load(loading), out);
}

bool config_load(const struct environment *environment, struct config *out, struct config_error *error)
{
	return config_load_again(environment, NULL, out, error);
}

bool config_load_directives(const struct environment *environment, struct config *out)
{
	struct config_error error;
	struct loading *loading = loading_open(environment, &error);
	return loading != NULL && finish(loading, environment->secure || load_directives_variable(loading), out);
}
