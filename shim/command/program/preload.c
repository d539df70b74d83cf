// SPDX-License-Identifier: MIT
#include "shim/command/program/preload.h"

#include <dlfcn.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim/command/problem.h"
#include "shim/command/program/elf.h"
#include "shim/command/text.h"

#define LIBRARY "libwithdns.so"
#define MIXED "/$LIB/" LIBRARY

static bool own_path(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - 1);
	if (length <= 0)
		return false;
	path[length] = '\0';
	return path[0] == '/';
}

// Would the loader of this architecture find it? It searches, and loads nothing.
static bool loader_finds(const char *path)
{
	void *handle = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
	const bool is_found = dlerror() == NULL;
	if (handle != NULL)
		dlclose(handle);
	return is_found;
}

static char *library_in(const char *directory, const char *below, const char *name)
{
	char *path = text_format("%s%s%s", directory, below, name);
	if (path != NULL && access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}

// Are there libraries for other architectures beside it? The links for this one lead to the same file.
static bool has_others(const char *library)
{
	char *pattern = text_format("%.*s/{lib*,lib/*}/" LIBRARY, (int)(strstr(library, MIXED) - library), library);
	glob_t found = {.gl_pathc = 0};
	struct stat own, other;
	bool has_any = false;
	if (pattern != NULL && stat(library, &own) == 0 && glob(pattern, GLOB_BRACE | GLOB_NOSORT, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc && !has_any; i++)
			has_any = stat(found.gl_pathv[i], &other) == 0 && other.st_ino != own.st_ino;
	globfree(&found);
	free(pattern);
	return has_any;
}

// In a directory for all architectures, or for this one.
static char *library_in_either(const char *directory, const char *mixed, const char *plain)
{
	char *library = library_in(directory, mixed, MIXED);
	if (library != NULL && has_others(library) && loader_finds(library))
		return library;
	free(library);
	return library_in(directory, plain, "/" LIBRARY);
}

static char *find_beside_self(void)
{
	char path[PATH_MAX];
	if (!own_path(path, sizeof(path)))
		return NULL;
	*strrchr(path, '/') = '\0';
	char *library = library_in_either(path, "/preload", "");
	if (library != NULL || path[0] == '\0')
		return library;
	*strrchr(path, '/') = '\0';
	return library_in_either(path, "/lib/withdns", "/lib");
}

// ld.so splits LD_PRELOAD at blanks and colons, and replaces words that follow a dollar sign.
static bool is_preloadable(const char *library)
{
	const char *special = strpbrk(library, " \t\n:$");
	return special == NULL || strcmp(special - 1, MIXED) == 0;
}

char *preload_find_library(struct problem *problem)
{
	char *library = find_beside_self();
	if (library == NULL)
		library = library_in_either("", PRELOADDIR, LIBDIR);
	if (library == NULL) {
		problem_set(problem, LIBRARY " was not found beside withdns, in ../lib or in " LIBDIR);
		return NULL;
	}
	if (is_preloadable(library))
		return library;
	problem_set(
		problem, "%s: LD_PRELOAD cannot hold a path with a blank, a colon or a dollar sign; move the library", library);
	free(library);
	return NULL;
}

bool preload_has_library(const char *library, const struct elf *program)
{
	const char *token = strstr(library, MIXED);
	bool is_there = false;
	for (size_t i = 0; token != NULL && i < ELF_LIB_WORDS && !is_there; i++) {
		char word[ELF_LIB_WORD_SIZE];
		struct elf found;
		elf_lib_word(program, i, word);
		char *path = text_format("%.*s/%s/" LIBRARY, (int)(token - library), library, word);
		is_there = path != NULL && elf_read_file(path, &found) && elf_same_architecture(program, &found);
		free(path);
	}
	return is_there;
}

// ld.so splits LD_PRELOAD at blanks and colons.
char *preload_value(const char *library, bool is_first, const char *preload)
{
	size_t own = strlen(library);
	const char *others = preload == NULL ? "" : preload;
	char *value = malloc(own + strlen(others) + 2);
	if (value == NULL)
		return NULL;
	char *end = stpcpy(value, is_first ? library : "");
	for (size_t length; *others != '\0'; others += length) {
		others += strspn(others, " :");
		length = strcspn(others, " :");
		if (length == 0 || (length == own && memcmp(others, library, own) == 0))
			continue;
		if (end > value)
			*end++ = ':';
		end = mempcpy(end, others, length);
	}
	*end = '\0';
	return value;
}
