// SPDX-License-Identifier: MIT
#include "tests/unit/files.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/base/file_stamp.h"
#include "tests/unit/unit.h"

#define WALK_DESCRIPTORS 8

struct path {
	struct path *next;
	char text[];
};

static struct path *paths;  // the last one is the directory
static pid_t owner;         // children of fork leave the directory alone

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	remove(path);
	return 0;
}

int files_remove(void **state)
{
	(void)state;
	if (paths)
		nftw(files_directory(), remove_entry, WALK_DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
	while (paths) {
		struct path *next = paths->next;
		free(paths);
		paths = next;
	}
	return 0;
}

static void remove_at_exit(void)
{
	if (getpid() == owner)
		files_remove(NULL);
}

static const char *add_path(const char *directory, const char *name)
{
	const size_t size = strlen(directory) + strlen(name) + 2;
	struct path *path = malloc(sizeof *path + size);
	assert_non_null(path);
	snprintf(path->text, size, "%s/%s", directory, name);
	path->next = paths;
	paths = path;
	return path->text;
}

static const char *base_directory(void)
{
	const char *base = getenv("TMPDIR");
	if (base && *base)
		return base;
	return access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
}

const char *files_directory(void)
{
	const struct path *last = paths;
	while (last && last->next)
		last = last->next;
	if (last)
		return last->text;
	if (!owner)
		atexit(remove_at_exit);
	owner = getpid();
	add_path(base_directory(), "withdns-test-XXXXXX");
	assert_non_null(mkdtemp(paths->text));
	return paths->text;
}

const char *files_path(const char *name)
{
	return add_path(files_directory(), name);
}

void files_write(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "w");
	if (!file)
		fail_msg("%s was not opened", path);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

void files_write_text(const char *path, const char *text)
{
	files_write(path, text, strlen(text));
}

const char *files_make(const char *name, const char *text)
{
	const char *path = files_path(name);
	files_write_text(path, text);
	return path;
}

void files_settle(const char *path)
{
	while (file_stamp_of(path).is_young)
		usleep(1000);
}

int files_open_memory(const void *bytes, size_t size)
{
	const int descriptor = memfd_create("test", MFD_CLOEXEC);
	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, bytes, size), size);
	return descriptor;
}

const char *files_read(const char *path)
{
	static char text[65536];
	FILE *file = fopen(path, "r");
	const size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;
	if (file)
		fclose(file);
	text[length] = '\0';
	return text;
}
