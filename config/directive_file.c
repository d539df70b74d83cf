// SPDX-License-Identifier: MIT
#include "config/directive_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/base/ascii.h"
#include "config/base/file.h"
#include "config/environment.h"

// st_uid of owners that the user namespace does not map (user_namespaces(7)), such as the host's root in a sandbox.
#define OVERFLOW_USER 65534

// ---- copies ----

// Reads a word and the blank that follows it.
static bool read_word(const char **text, const char *word)
{
	const size_t length = strlen(word);
	if (strncmp(*text, word, length) != 0 || (*text)[length] != ' ')
		return false;
	*text += length + 1;
	return true;
}

// Reads a number and the blank that follows it.
static bool read_number(const char **text, uint64_t *out)
{
	return ascii_take_number(text, UINT64_MAX, out) && read_word(text, "");
}

// Reads the copy at *text and advances *text. False at the end, and if the text is malformed.
static bool read_copy(const char **text, struct directive_copy *out)
{
	struct directive_copy copy = {.is_included = read_word(text, "include")};
	uint64_t size = 0;
	if (!copy.is_included && !read_word(text, "file"))
		return false;
	const bool is_left_out = read_word(text, "-");
	if ((!is_left_out && !read_number(text, &size)) || !read_number(text, &copy.version))
		return false;
	copy.path = *text;
	copy.path_length = strcspn(*text, "\n");
	const char *end = copy.path + copy.path_length;
	if (*end != '\n' || copy.path[0] != '/' || strnlen(end + 1, size) < size)
		return false;
	copy.text = is_left_out ? NULL : end + 1;
	copy.size = size;
	*text = end + 1 + size;
	*out = copy;
	return true;
}

static bool is_wanted(const struct directive_copy *copy, const char *path)
{
	if (path == NULL)
		return !copy->is_included;
	return strlen(path) == copy->path_length && memcmp(path, copy->path, copy->path_length) == 0;
}

bool directive_file_copy(const char *text, const char *path, struct directive_copy *out)
{
	struct directive_copy copy;
	while (text != NULL && read_copy(&text, &copy)) {
		if (!is_wanted(&copy, path))
			continue;
		*out = copy;
		return true;
	}
	return false;
}

// ---- candidates ----

void directive_file_find_copy(
	struct directive_file *file, const struct environment *environment, const struct config *before)
{
	const struct config_file *known = before != NULL ? config_find_file(before, file->path) : NULL;
	file->is_required |= known != NULL && !known->is_copy;
	file->prefers_copy = environment->prefers_copies;
	if ((known == NULL || known->is_copy) && !environment->secure)
		directive_file_copy(environment->config_copy, file->path, &file->copy);
}

bool directive_file_candidate(
	const struct environment *environment, const struct config *before, unsigned number, struct directive_file *out)
{
	const bool has_home = !environment->secure && environment->home != NULL && environment->home[0] == '/';
	const char *system = environment_system_file(environment);
	const char *variable = environment->secure ? NULL : environment->config_file;
	const char *named = variable != NULL && variable[0] != '\0' ? variable : NULL;
	struct directive_copy copy;
	const bool is_copied =
		named == NULL && !environment->secure && directive_file_copy(environment->config_copy, NULL, &copy);
	const bool is_chosen = is_copied || named != NULL, is_home = !is_chosen && number < has_home;
	if (number > (is_chosen ? 0 : has_home))
		return false;
	*out = (struct directive_file){.is_named = named != NULL,
		.is_required = is_chosen || (is_home ? environment->had_home_file : environment->had_system_file)};
	out->path = is_copied ? strndup(copy.path, copy.path_length)
		: is_home         ? environment_home_file(environment)
						  : strdup(named != NULL ? named : system);
	if (out->path == NULL)
		return true;
	out->is_system = strcmp(out->path, system) == 0;
	directive_file_find_copy(out, environment, before);
	return true;
}

// ---- reading ----

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

static bool is_trusted(const struct directive_file *file, uid_t owner)
{
	return !environment_is_foreign(owner) || (file->is_system && owner == OVERFLOW_USER && has_unmapped_users());
}

// 0 if the owner of a file, and of the link to it, and its mode are trusted, else EPERM (owner) or EACCES (mode).
static int trust_error(const struct directive_file *file, const struct file_stamp *stamp)
{
	struct stat link;
	if (file->is_named)
		return 0;
	if (!is_trusted(file, stamp->owner) || (lstat(file->path, &link) == 0 && !is_trusted(file, link.st_uid)))
		return EPERM;
	return stamp->is_regular && (stamp->mode & (S_IWGRP | S_IWOTH)) != 0 ? EACCES : 0;
}

// The result for a file that cannot be read or is not trusted: its copy, absent, foreign or failed.
static enum directive_file_state fall_back(const struct directive_file *file, int reason, struct directive_text *out)
{
	struct stat status;
	errno = reason;
	if (file_is_shortage(reason))
		return DIRECTIVE_FILE_FAILED;
	if (file->copy.text != NULL) {
		out->file.is_copy = true;
		out->file.version = file->copy.version;
		out->size = file->copy.size;
		out->bytes = strndup(file->copy.text, file->copy.size);
		return out->bytes != NULL ? DIRECTIVE_FILE_READ : DIRECTIVE_FILE_FAILED;
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

enum directive_file_state directive_file_read(const struct directive_file *file, struct directive_text *out)
{
	*out = (struct directive_text){.file.path = file->path};
	if (file_stamp_read(file->path, CONFIG_FILE_MAX, &out->file.stamp, &out->bytes, &out->size) != 0)
		return fall_back(file, errno, out);
	const bool is_replaced = file->copy.text != NULL && (file->prefers_copy || out->file.stamp.is_young);
	const int reason = is_replaced ? 0 : trust_error(file, &out->file.stamp);
	out->file.version = file_stamp_version(&out->file.stamp);
	if (reason == 0 && !is_replaced)
		return DIRECTIVE_FILE_READ;
	free(out->bytes);
	if (reason != EACCES)
		return fall_back(file, reason, out);
	errno = reason;
	return DIRECTIVE_FILE_OPEN;
}
