// SPDX-License-Identifier: MIT
#include "config/directive_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/base/file.h"
#include "config/environment.h"

// st_uid of owners that the user namespace does not map (user_namespaces(7)), such as the host's root in a sandbox.
#define OVERFLOW_USER 65534

static bool is_set(const char *value)
{
	return value != NULL && value[0] != '\0';
}

// The path in WITHDNS_CONF_COPY, allocated; NULL without memory. *text: the content, NULL if the file was too long.
static char *copy_path(const char *copy, const char **text)
{
	const char *end = strchrnul(copy, '\n');
	*text = *end != '\0' ? end + 1 : NULL;
	return strndup(copy, (size_t)(end - copy));
}

// Is there a copy, and is it of the file that WITHDNS_CONF names, if it names one?
static bool copy_counts(const struct environment *environment)
{
	if (environment->secure || !is_set(environment->config_copy) || environment->config_copy[0] != '/')
		return false;
	if (!is_set(environment->config_file))
		return true;
	const size_t length = strcspn(environment->config_copy, "\n");
	return strlen(environment->config_file) == length &&
		memcmp(environment->config_file, environment->config_copy, length) == 0;
}

static struct directive_file copied_file(const struct environment *environment)
{
	struct directive_file file = {.is_named = is_set(environment->config_file), .is_required = true};
	file.path = copy_path(environment->config_copy, &file.copy);
	file.is_system = file.path != NULL && strcmp(file.path, environment_system_file(environment)) == 0;
	return file;
}

// Fills files and returns their number. A path is NULL without memory.
static size_t list(const struct environment *environment, struct directive_file *files)
{
	size_t count = 0;
	if (copy_counts(environment)) {
		files[count++] = copied_file(environment);
		return count;
	}
	if (!environment->secure && is_set(environment->config_file)) {
		char *path = strdup(environment->config_file);
		files[count++] = (struct directive_file){.path = path, .is_named = true, .is_required = true};
		return count;
	}
	if (!environment->secure && environment->home != NULL && environment->home[0] == '/')
		files[count++] = (struct directive_file){
			.path = environment_home_file(environment),
			.is_required = environment->had_home_file,
		};
	files[count++] = (struct directive_file){
		.path = strdup(environment_system_file(environment)),
		.is_system = true,
		.is_required = environment->had_system_file,
	};
	return count;
}

size_t directive_file_list(const struct environment *environment, const struct config *before,
	struct directive_file files[DIRECTIVE_FILES_MAX])
{
	const char *known = before != NULL && !before->file_is_copy ? before->file.path : NULL;
	const size_t count = list(environment, files);
	bool is_whole = true;
	for (size_t i = 0; i < count; i++) {
		is_whole = is_whole && files[i].path != NULL;
		if (known == NULL || files[i].path == NULL || strcmp(known, files[i].path) != 0)
			continue;
		files[i].is_required = true;
		files[i].copy = NULL;
	}
	for (size_t i = 0; !is_whole && i < count; i++)
		directive_file_clear(&files[i]);
	return is_whole ? count : 0;
}

void directive_file_clear(struct directive_file *file)
{
	free(file->path);
	*file = (struct directive_file){.path = NULL};
}

// 0 if a file's owner and mode are trusted, else EPERM (owner) or EACCES (mode).
static int trust_error(const struct directive_file *file, const struct stat *status)
{
	if (file->is_named)
		return 0;
	if (environment_is_foreign(status) && !(file->is_system && status->st_uid == OVERFLOW_USER))
		return EPERM;
	return S_ISREG(status->st_mode) && (status->st_mode & (S_IWGRP | S_IWOTH)) != 0 ? EACCES : 0;
}

// The result for a file that cannot be read or is not trusted: its copy, absent, foreign or failed.
static enum directive_file_state fall_back(const struct directive_file *file, int reason, char **bytes, size_t *size)
{
	struct stat status;
	errno = reason;
	if (file_is_shortage(reason))
		return DIRECTIVE_FILE_FAILED;
	if (file->copy != NULL) {
		*size = strlen(file->copy);
		*bytes = strdup(file->copy);
		return *bytes != NULL ? DIRECTIVE_FILE_COPIED : DIRECTIVE_FILE_FAILED;
	}
	if (file->is_required)
		return DIRECTIVE_FILE_FAILED;
	const bool is_there = stat(file->path, &status) == 0;
	errno = reason;
	if (!is_there)
		return DIRECTIVE_FILE_ABSENT;
	return file->is_system || !environment_is_foreign(&status) ? DIRECTIVE_FILE_FAILED : DIRECTIVE_FILE_FOREIGN;
}

enum directive_file_state directive_file_read(
	const struct directive_file *file, char **bytes, size_t *size, bool *is_open)
{
	struct stat status;
	*is_open = false;
	if (file_read_with_status(file->path, CONFIG_FILE_MAX, bytes, size, &status) != 0)
		return fall_back(file, errno, bytes, size);
	const int reason = trust_error(file, &status);
	if (reason == 0)
		return DIRECTIVE_FILE_READ;
	free(*bytes);
	if (reason == EPERM)
		return fall_back(file, reason, bytes, size);
	*is_open = true;
	errno = reason;
	return DIRECTIVE_FILE_FAILED;
}
