// SPDX-License-Identifier: MIT
#include "config/environment.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

static const char *const variables[] = {"WITHDNS", "WITHDNS_CONF", "HOME"};

#define VARIABLE_COUNT (sizeof variables / sizeof *variables)

// Memory for all the values, of which there is at least one; NULL where there is none.
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

void environment_take(struct environment *out)
{
	const char *values[VARIABLE_COUNT] = {NULL};
	const char *copies[VARIABLE_COUNT] = {NULL};
	*out = (struct environment){.secure = getauxval(AT_SECURE) != 0};
	if (out->secure)
		return;
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
	out->home = copies[2];
}

char *environment_home_file(const struct environment *environment)
{
	static const char below_home[] = "/.config/withdns.conf";
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
