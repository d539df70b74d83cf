// SPDX-License-Identifier: MIT
#include "resolver/host_alias.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Parses "ALIAS NAME".
static bool is_alias_line(char *line, const char *alias, char **name)
{
	char *rest = NULL;
	const char *first = strtok_r(line, " \t\r\n", &rest);
	*name = strtok_r(NULL, " \t\r\n", &rest);
	return first && *name && strcasecmp(first, alias) == 0;
}

char *host_alias_find(const char *alias)
{
	const char *path = secure_getenv("HOSTALIASES");
	FILE *file = path ? fopen(path, "rce") : NULL;
	if (!file)
		return NULL;
	char *line = NULL, *name, *found = NULL;
	size_t capacity = 0;
	while (!found && getline(&line, &capacity, file) >= 0)
		if (is_alias_line(line, alias, &name))
			found = strdup(name);
	free(line);
	fclose(file);
	return found;
}
