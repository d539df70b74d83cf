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

#include "config/base/clock.h"
#include "config/base/file.h"

#define HOME_FILE "/.config/withdns.conf"

// size bytes for the copies of all values; NULL without memory.
static char *open_room(struct environment *environment, size_t size)
{
	if (size <= sizeof environment->room)
		return environment->room;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return memory != MAP_FAILED ? memory : NULL;
}

bool environment_is_foreign(uid_t owner)
{
	return owner != 0 && owner != geteuid();
}

bool environment_is_foreign_file(int directory, const char *path, const struct stat *status)
{
	struct stat link;
	return environment_is_foreign(status->st_uid) ||
		(fstatat(directory, path, &link, AT_SYMLINK_NOFOLLOW) == 0 && environment_is_foreign(link.st_uid));
}

const char *environment_system_file(const struct environment *environment)
{
	return environment->system_path != NULL ? environment->system_path : "/etc/withdns.conf";
}

// Uses neither malloc, because it runs in a constructor, nor a path buffer on the stack, which may be small: behind the
// copy of HOME is room for the path.
static bool has_home_file(char *home)
{
	struct stat status;
	if (home == NULL || home[0] != '/')
		return false;
	char *end = strchr(home, '\0');
	strcpy(end, HOME_FILE);
	const bool is_ours = stat(home, &status) == 0 && !environment_is_foreign_file(AT_FDCWD, home, &status);
	*end = '\0';
	return is_ours;
}

static void look_for_files(struct environment *environment)
{
	struct stat status;
	const int saved = errno;
	environment->had_home_file = has_home_file((char *)environment->home);
	environment->had_system_file = stat(environment_system_file(environment), &status) == 0;
	errno = saved;
}

static void take_variables(struct environment *out)
{
	struct {
		const char **copy;
		const char *value;
	} variables[] = {
		{&out->directives, getenv("WITHDNS")}, {&out->config_file, getenv("WITHDNS_CONF")},
		{&out->config_copy, getenv("WITHDNS_CONF_COPY")}, {&out->version, getenv("WITHDNS_VERSION")},
		{&out->home, getenv("HOME")},  // last: there is room for HOME_FILE behind it
	};
	const size_t count = sizeof variables / sizeof *variables;
	size_t size = sizeof HOME_FILE;
	for (size_t i = 0; i < count; i++)
		size += variables[i].value != NULL ? strlen(variables[i].value) + 1 : 0;
	char *room = open_room(out, size);
	out->secure = room == NULL;
	for (size_t i = 0; room != NULL && i < count; i++) {
		if (variables[i].value == NULL)
			continue;
		*variables[i].copy = room;
		room = stpcpy(room, variables[i].value) + 1;
	}
}

void environment_take(struct environment *out)
{
	*out = (struct environment){.secure = getauxval(AT_SECURE) != 0, .begun = clock_now_by_call()};
	if (!out->secure)
		take_variables(out);
	look_for_files(out);
}

char *environment_home_file(const struct environment *environment)
{
	const char *home = environment->home;
	return home != NULL && home[0] == '/' ? file_path_of_word("~" HOME_FILE, NULL, home) : NULL;
}
