// SPDX-License-Identifier: MIT
#include "config/environment.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const variables[] = {"WITHDNS", "WITHDNS_CONF", "WITHDNS_CONF_COPY", "HOME"};
static const char below_home[] = "/.config/withdns.conf";

#define VARIABLE_COUNT (sizeof variables / sizeof *variables)

// Memory for copies of all values that are set; NULL without memory or without values.
static char *copies_open(struct environment *environment, const char *const *values)
{
	size_t size = 0;
	for (size_t i = 0; i < VARIABLE_COUNT; i++)
		size += values[i] != NULL ? strlen(values[i]) + 1 : 0;
	if (size <= sizeof environment->room)
		return environment->room;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return memory != MAP_FAILED ? memory : NULL;
}

bool environment_is_foreign(const struct stat *status)
{
	return status->st_uid != 0 && status->st_uid != geteuid();
}

const char *environment_system_file(const struct environment *environment)
{
	return environment->system_path != NULL ? environment->system_path : "/etc/withdns.conf";
}

// Uses neither malloc, because it runs in a constructor, nor a path buffer on the stack, which may be small.
static bool has_home_file(const char *home)
{
	struct stat status;
	if (home == NULL || home[0] != '/')
		return false;
	const int directory = open(home, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return false;
	const bool is_there = fstatat(directory, below_home + 1, &status, 0) == 0;
	close(directory);
	return is_there && !environment_is_foreign(&status);
}

static void look_for_files(struct environment *environment)
{
	struct stat status;
	const int saved = errno;
	environment->had_home_file = has_home_file(environment->home);
	environment->had_system_file = stat(environment_system_file(environment), &status) == 0;
	errno = saved;
}

static void take_variables(struct environment *out)
{
	const char *values[VARIABLE_COUNT] = {NULL};
	const char *copies[VARIABLE_COUNT] = {NULL};
	bool any = false;
	for (size_t i = 0; i < VARIABLE_COUNT; i++) {
		values[i] = getenv(variables[i]);
		any = any || values[i] != NULL;
	}
	if (!any)
		return;
	char *memory = copies_open(out, values);
	if (memory == NULL) {
		out->secure = true;
		return;
	}
	for (size_t i = 0; i < VARIABLE_COUNT; i++) {
		if (values[i] == NULL)
			continue;
		const size_t size = strlen(values[i]) + 1;
		copies[i] = memcpy(memory, values[i], size);
		memory += size;
	}
	out->directives = copies[0];
	out->config_file = copies[1];
	out->config_copy = copies[2];
	out->home = copies[3];
}

void environment_take(struct environment *out)
{
	*out = (struct environment){.secure = getauxval(AT_SECURE) != 0};
	if (!out->secure)
		take_variables(out);
	look_for_files(out);
}

char *environment_home_file(const struct environment *environment)
{
	if (environment->home == NULL || environment->home[0] != '/')
		return NULL;
	const size_t length = strlen(environment->home);
	char *path = malloc(length + sizeof below_home);
	if (path == NULL)
		return NULL;
	memcpy(path, environment->home, length);
	memcpy(path + length, below_home, sizeof below_home);
	return path;
}
