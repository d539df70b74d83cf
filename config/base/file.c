// SPDX-License-Identifier: MIT
#include "config/base/file.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE_UNKNOWN 4096  // bytes, as a first guess
#define LINKS_MAX 40       // that are followed, as in Linux

// 0 for a readable kind of file, with *expected its size, 0 if unknown; else -1 with errno.
static int check_kind(int descriptor, struct stat *file, size_t *expected)
{
	if (fstat(descriptor, file) != 0)
		return -1;
	*expected = file->st_size > 0 ? (size_t)file->st_size : 0;
	if (S_ISREG(file->st_mode) || S_ISCHR(file->st_mode))
		return 0;
	errno = S_ISDIR(file->st_mode) ? EISDIR : EINVAL;
	return -1;
}

static ssize_t read_some(int descriptor, char *bytes, size_t size)
{
	ssize_t count;
	do {
		count = read(descriptor, bytes, size);
	} while (count < 0 && errno == EINTR);
	return count;
}

// Makes room for more bytes after used, and a NUL; first for the expected size and one byte more, so that the end of
// the file is found without growing.
static int grow(char **bytes, size_t *capacity, size_t used, size_t expected)
{
	if (used + 1 < *capacity)
		return 0;
	const size_t larger = *capacity == 0 ? (expected > 0 ? expected : SIZE_UNKNOWN) + 2 : *capacity * 2;
	char *moved = realloc(*bytes, larger);
	if (moved == NULL)
		return -1;
	*bytes = moved;
	*capacity = larger;
	return 0;
}

static int read_all(int descriptor, size_t expected, size_t limit, char **bytes, size_t *size)
{
	size_t capacity = 0, used = 0;
	if (expected > limit) {
		errno = EFBIG;
		return -1;
	}
	for (;;) {
		if (grow(bytes, &capacity, used, expected) != 0)
			return -1;
		const ssize_t count = read_some(descriptor, *bytes + used, capacity - used - 1);
		if (count < 0)
			return -1;
		used += (size_t)count;
		if (used > limit) {
			errno = EFBIG;
			return -1;
		}
		// A regular file that gives its size, and less than was asked for, is at its end.
		if (count == 0 || (used == expected && used < capacity - 1))
			break;
	}
	(*bytes)[used] = '\0';
	*size = used;
	return 0;
}

int file_read_with_status(const char *path, size_t limit, char **bytes, size_t *size, struct stat *status)
{
	const int descriptor = open(path, FILE_READ_FLAGS);
	if (descriptor < 0)
		return -1;
	char *content = NULL;
	size_t length, expected;
	int result = check_kind(descriptor, status, &expected);
	if (result == 0)
		result = read_all(descriptor, expected, limit, &content, &length);
	file_close(descriptor);
	if (result != 0) {
		free(content);
		return -1;
	}
	*bytes = content;
	*size = length;
	return 0;
}

int file_read(const char *path, size_t limit, char **bytes, size_t *size)
{
	struct stat status;
	return file_read_with_status(path, limit, bytes, size, &status);
}

void file_close(int descriptor)
{
	const int saved = errno;
	close(descriptor);
	errno = saved;
}

bool file_is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM;
}

rlim_t file_raise_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return RLIM_INFINITY;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_max;
}

const char *file_skip_mark(const char *bytes, size_t *size)
{
	static const char mark[] = {'\xEF', '\xBB', '\xBF'};
	if (*size < sizeof mark || memcmp(bytes, mark, sizeof mark) != 0)
		return bytes;
	*size -= sizeof mark;
	return bytes + sizeof mark;
}

static char *join(const char *directory, const char *path)
{
	const size_t length = strlen(directory);
	const bool has_slash = length > 0 && directory[length - 1] == '/';
	char *joined = malloc(length + 1 + strlen(path) + 1);
	if (joined == NULL)
		return NULL;
	memcpy(joined, directory, length);
	strcpy(joined + length, has_slash ? "" : "/");
	return strcat(joined, path);
}

char *file_absolute_path(const char *path, const char *directory)
{
	if (path[0] == '/')
		return strdup(path);
	if (directory != NULL)
		return join(directory, path);
	char *working = getcwd(NULL, 0);
	if (working == NULL)
		return NULL;
	char *joined = join(working, path);
	free(working);
	return joined;
}

char *file_path_of_word(const char *word, const char *directory, const char *home)
{
	const bool is_below_home = word[0] == '~' && word[1] == '/' && home != NULL && home[0] == '/';
	return is_below_home ? join(home, word + strlen("~/")) : file_absolute_path(word, directory);
}

const char *file_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

char *file_beside(const char *path, const char *name)
{
	const size_t directory = name[0] == '/' ? 0 : (size_t)(file_base_name(path) - path);
	char *joined = malloc(directory + strlen(name) + 1);
	if (joined != NULL)
		strcpy(mempcpy(joined, path, directory), name);
	return joined;
}

// May the link of that owner be followed? As proc_sys_fs(5), protected_symlinks.
static bool is_trusted_link(const char *path, uid_t owner)
{
	struct stat status = {.st_mode = S_ISVTX | S_IWOTH};
	char *directory = file_beside(path, ".");
	if (directory != NULL)
		stat(directory, &status);
	free(directory);
	return owner == geteuid() || owner == status.st_uid || (~status.st_mode & (S_ISVTX | S_IWOTH)) != 0;
}

// What the symbolic link names. Allocated; NULL with errno.
static char *read_link(const char *path, uid_t owner)
{
	char *target = malloc(PATH_MAX), *found = NULL;
	const ssize_t size = target != NULL ? readlink(path, target, PATH_MAX - 1) : -1;
	if (size >= 0 && is_trusted_link(path, owner)) {
		target[size] = '\0';
		found = file_beside(path, target);
	} else if (size >= 0) {
		errno = EACCES;
	}
	free(target);
	return found;
}

int file_open_output(const char *path, int flags)
{
	struct stat link;
	const int descriptor = open(path, flags | O_NOFOLLOW, 0666);
	if (descriptor >= 0 || lstat(path, &link) != 0 || !S_ISLNK(link.st_mode))
		return descriptor;
	if (is_trusted_link(path, link.st_uid))
		return open(path, flags, 0666);
	errno = EACCES;
	return -1;
}

char *file_follow(const char *path)
{
	struct stat status;
	char *name = strdup(path);
	for (int links = 0; name != NULL && lstat(name, &status) == 0 && S_ISLNK(status.st_mode); links++) {
		errno = ELOOP;
		char *next = links < LINKS_MAX ? read_link(name, status.st_uid) : NULL;
		free(name);
		name = next;
	}
	return name;
}
