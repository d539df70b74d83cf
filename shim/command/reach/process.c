// SPDX-License-Identifier: MIT
#include "shim/command/reach/process.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>

#define PAGE_LEAST 4096

int process_read(pid_t thread, uint64_t from, void *to, size_t size)
{
	const struct iovec local = {to, size}, remote = {(void *)(uintptr_t)from, size};
	if (size == 0)
		return 0;
	const ssize_t length = process_vm_readv(thread, &local, 1, &remote, 1, 0);
	if (length < 0)
		return errno;
	return (size_t)length == size ? 0 : EFAULT;
}

// The page after the string need not be there.
int process_read_path(pid_t thread, uint64_t from, char *path)
{
	const size_t first = PAGE_LEAST - from % PAGE_LEAST;
	const struct iovec local = {path, PATH_MAX};
	const struct iovec remote[] = {
		{(void *)(uintptr_t)from, first}, {(void *)(uintptr_t)(from + first), PATH_MAX - first}};
	const ssize_t length = process_vm_readv(thread, &local, 1, remote, 2, 0);
	if (length < 0)
		return errno;
	return memchr(path, '\0', (size_t)length) != NULL ? 0 : ENAMETOOLONG;
}

static bool stat_both(pid_t process, const char *file, struct stat *ours, struct stat *theirs)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/self/%s", file);
	if (stat(path, ours) != 0)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/%s", process, file);
	return stat(path, theirs) == 0;
}

bool process_has_same(pid_t process, const char *namespace)
{
	struct stat ours, theirs;
	char file[16];
	snprintf(file, sizeof(file), "ns/%s", namespace);
	return stat_both(process, file, &ours, &theirs) && ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev;
}

bool process_has_same_user(pid_t process)
{
	struct stat ours, theirs;
	return stat_both(process, "", &ours, &theirs) && ours.st_uid == theirs.st_uid;
}

int process_read_number(const char *file, const char *format, int otherwise)
{
	FILE *in = fopen(file, "re");
	char line[256];
	int number = otherwise;
	while (in != NULL && fgets(line, sizeof(line), in) != NULL && sscanf(line, format, &number) != 1)
		;
	if (in != NULL)
		fclose(in);
	return number;
}
