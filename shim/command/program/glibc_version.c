// SPDX-License-Identifier: MIT
#include "shim/command/program/glibc_version.h"

#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim/command/program/elf_file.h"
#include "shim/command/text.h"

#define VERSION_PREFIX "GLIBC_2."

// The program is the first object.
static int read_interpreter(struct dl_phdr_info *info, size_t size, void *out)
{
	(void)size;
	for (unsigned i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_INTERP)
			*(const char **)out = (const char *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
	return 1;
}

static bool is_own_loader(const char *loader)
{
	const char *own = "";
	struct stat one, other;
	dl_iterate_phdr(read_interpreter, &own);
	return strcmp(own, loader) == 0 ||
		(stat(own, &one) == 0 && stat(loader, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino);
}

// The newest version among those that the file defines and needs, all of which its dynamic strings name; 0 for none.
static unsigned newest_version(const char *path)
{
	struct elf_file file = {.descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
	struct elf_strings strings = {.size = 0};
	Elf64_Phdr segment;
	unsigned newest = 0;
	if (file.descriptor < 0)
		return 0;
	const bool is_loaded = elf_file_read_header(&file) && elf_file_load_dynamic(&file, &segment, &strings);
	const char *at = is_loaded ? strings.bytes : NULL, *end = is_loaded ? at + strings.size : NULL;
	while (at != NULL && (at = memmem(at, (size_t)(end - at), VERSION_PREFIX, strlen(VERSION_PREFIX))) != NULL) {
		at += strlen(VERSION_PREFIX);
		const unsigned version = (unsigned)strtoul(at, NULL, 10);
		newest = version > newest ? version : newest;
	}
	free(strings.bytes);
	close(file.descriptor);
	return newest;
}

static unsigned version_beside(const char *loader)
{
	char *file = realpath(loader, NULL);
	const char *slash = file != NULL ? strrchr(file, '/') : NULL;
	char *libc = slash != NULL ? text_format("%.*s/libc.so.6", (int)(slash - file), file) : NULL;
	const unsigned version = libc != NULL ? newest_version(libc) : 0;
	free(libc);
	free(file);
	return version;
}

bool glibc_version_is_too_old(const char *loader, const char *library, struct glibc_versions *out)
{
	if (is_own_loader(loader))
		return false;
	const struct glibc_versions versions = {version_beside(loader), newest_version(library)};
	if (versions.found == 0 || versions.found >= versions.needed)
		return false;
	*out = versions;
	return true;
}
