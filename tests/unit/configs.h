// SPDX-License-Identifier: MIT
// Configurations and resolvers from texts, without this machine's own files and variables.
#pragma once

#include <stdlib.h>

#include "config/base/clock.h"
#include "config/config.h"
#include "config/config_load.h"
#include "config/environment.h"
#include "resolver/resolver.h"
#include "tests/unit/unit.h"

#define NOWHERE "/nonexistent/withdns-test"

// An environment with these directives (NULL: none) and no file, of a process that begins now.
static inline struct environment environment_of(const char *directives)
{
	return (struct environment){
		.directives = directives,
		.begun = clock_now(),
		.resolvconf_path = NOWHERE,
		.system_path = NOWHERE,
		.hosts_path = NOWHERE,
		.nsswitch_path = NOWHERE,
	};
}

// Unsets the variables of libc's resolver that the caller of the tests may have set.
static inline void environment_unset(void)
{
	static const char *const names[] = {"RES_OPTIONS", "LOCALDOMAIN", "HOSTALIASES", "RESOLV_HOST_CONF"};
	for (size_t i = 0; i < LENGTH(names); i++)
		unsetenv(names[i]);
}

// Both fail the test with the text of the error.
static inline struct config config_of(const struct environment *environment)
{
	struct config config;
	struct config_error error;
	if (!config_load(environment, NULL, &config, &error))
		fail_msg("%s", error.text);
	return config;
}

static inline struct resolver *resolver_of(const struct environment *environment, const struct resolver *before)
{
	struct config_error error = {.reason = 0};
	struct resolver *resolver = resolver_open(environment, before, &error);
	assert_string_equal(error.text, "");
	assert_non_null(resolver);
	return resolver;
}

// Is it to be loaded anew?
static inline bool has_changed(const struct config *config)
{
	struct file_stamp_sum sum = {.hash = 0};
	config_sum(config, &sum);
	return sum.is_stale;
}
