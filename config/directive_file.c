// SPDX-License-Identifier: MIT
#include "config/directive_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/base/file.h"
#include "config/environment.h"

// st_uid of owners that the user namespace does not map (user_namespaces(7)), such as the host's root in a sandbox.
#define OVERFLOW_USER 65534

// Has the process read the file itself, so that a copy is older?
static bool was_read(const struct config *before, const char *path)
{
	const struct config_file *known = before != NULL ? config_find_file(before, path) : NULL;
	return known != NULL && !known->is_copy;
}

void directive_file_find_copy(
	struct directive_file *file, const struct environment *environment, const struct config *before)
{
	file->prefers_copy = !environment->secure && !was_read(before, file->path) &&
		file_copy_find(environment->config_copy, file->path, &file->copy) && environment->prefers_copies;
}

bool directive_file_candidate(
	const struct environment *environment, const struct config *before, unsigned number, struct directive_file *out)
{
	const bool has_home = !environment->secure && environment->home != NULL && environment->home[0] == '/';
	const char *variable = environment->secure ? NULL : environment->config_file;
	const char *named = variable != NULL && variable[0] != '\0' ? variable : NULL;
	struct file_copy copy = {.path = NULL};
	const bool is_copied = !environment->secure && file_copy_find(environment->config_copy, named, &copy);
	if (number > (is_copied || named != NULL ? 0 : has_home))
		return false;
	*out =
		(struct directive_file){.copy = copy, .prefers_copy = environment->prefers_copies, .is_named = named != NULL};
	if (is_copied || named != NULL) {
		out->path = is_copied ? strndup(copy.path, copy.path_length) : strdup(named);
		out->is_required = true;
	} else if (number < has_home) {
		out->path = environment_home_file(environment);
		out->is_required = environment->had_home_file;
	} else {
		out->path = strdup(environment_system_file(environment));
		out->is_required = environment->had_system_file;
	}
	out->is_system = out->path != NULL && strcmp(out->path, environment_system_file(environment)) == 0;
	if (out->path != NULL && was_read(before, out->path)) {
		out->is_required = true;
		out->copy.text = NULL;
	}
	return true;
}

// Are there users that the user namespace does not map? Not as far as is known where proc(5) is missing.
static bool has_unmapped_users(void)
{
	char *map, *end;
	size_t size;
	if (file_read("/proc/self/uid_map", CONFIG_FILE_MAX, &map, &size) != 0)
		return false;
	const bool begins_at_zero = strtoul(map, &end, 10) == 0 && strtoul(end, &end, 10) == 0;
	const bool is_whole = begins_at_zero && strtoul(end, &end, 10) == UINT32_MAX;
	free(map);
	return !is_whole;
}

static bool has_trusted_owner(const struct directive_file *file, const struct stat *status)
{
	return !environment_is_foreign(status) ||
		(file->is_system && status->st_uid == OVERFLOW_USER && has_unmapped_users());
}

// 0 if the owner of a file, and of the link to it, and its mode are trusted, else EPERM (owner) or EACCES (mode).
static int trust_error(const struct directive_file *file, const struct stat *status)
{
	struct stat link;
	if (file->is_named)
		return 0;
	if (!has_trusted_owner(file, status) || (lstat(file->path, &link) == 0 && !has_trusted_owner(file, &link)))
		return EPERM;
	return S_ISREG(status->st_mode) && (status->st_mode & (S_IWGRP | S_IWOTH)) != 0 ? EACCES : 0;
}

// The result for a file that cannot be read or is not trusted: its copy, absent, foreign or failed.
static enum directive_file_state fall_back(const struct directive_file *file, int reason, struct directive_text *out)
{
	struct stat status;
	errno = reason;
	if (file_is_shortage(reason))
		return DIRECTIVE_FILE_FAILED;
	if (file->copy.text != NULL) {
		out->size = file->copy.size;
		out->bytes = strndup(file->copy.text, file->copy.size);
		return out->bytes != NULL ? DIRECTIVE_FILE_COPIED : DIRECTIVE_FILE_FAILED;
	}
	if (file->is_required)
		return DIRECTIVE_FILE_FAILED;
	const bool is_there = reason != ENOENT && stat(file->path, &status) == 0;
	const bool is_foreign = is_there && environment_is_foreign_file(AT_FDCWD, file->path, &status);
	errno = reason;
	if (!is_there)
		return DIRECTIVE_FILE_ABSENT;
	return file->is_system || !is_foreign ? DIRECTIVE_FILE_FAILED : DIRECTIVE_FILE_FOREIGN;
}

// A file that is there and cannot be read gets its stamp before a second try, so that a change meanwhile is noticed.
static int read_stamped(const char *path, struct directive_text *out, struct stat *status)
{
	if (file_read_with_status(path, CONFIG_FILE_MAX, &out->bytes, &out->size, status) == 0) {
		out->stamp = file_stamp_of_status(status);
		return 0;
	}
	if (errno == ENOENT)
		return -1;
	out->stamp = file_stamp_of(path);
	return file_read_with_status(path, CONFIG_FILE_MAX, &out->bytes, &out->size, status);
}

enum directive_file_state directive_file_read(const struct directive_file *file, struct directive_text *out)
{
	struct stat status;
	*out = (struct directive_text){.bytes = NULL};
	if (read_stamped(file->path, out, &status) != 0)
		return fall_back(file, errno, out);
	if (file->copy.text != NULL && (file->prefers_copy || out->stamp.is_young)) {
		free(out->bytes);
		return fall_back(file, 0, out);
	}
	const int reason = trust_error(file, &status);
	if (reason == 0)
		return DIRECTIVE_FILE_READ;
	free(out->bytes);
	if (reason == EPERM)
		return fall_back(file, reason, out);
	errno = reason;
	return DIRECTIVE_FILE_OPEN;
}
