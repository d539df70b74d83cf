// SPDX-License-Identifier: MIT
#include "shim/command/program/program.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "config/base/file.h"
#include "shim/command/problem.h"
#include "shim/command/program/preload.h"
#include "shim/command/program/script.h"
#include "shim/command/text.h"

// The interpreter of a file that is neither ELF nor has a #! line (execvp(3)).
#define SHELL "/bin/sh"

// 0, or the errno of execve(2) before it reads the file.
static int why_not_runnable(const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return errno;
	if (!S_ISREG(status.st_mode) || faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) != 0)
		return EACCES;
	return 0;
}

static char *find_in_list(const char *name, const char *list)
{
	int error = ENOENT;
	for (const char *directory = list;; directory++) {
		size_t length = strcspn(directory, ":");
		// An empty directory is the current one (POSIX XBD 8.3).
		char *path = text_format("%.*s/%s", length > 0 ? (int)length : 1, length > 0 ? directory : ".", name);
		int why = path == NULL ? ENOMEM : why_not_runnable(path);
		if (why == 0)
			return path;
		free(path);
		if (why == EACCES)
			error = EACCES;
		directory += length;
		if (*directory == '\0')
			break;
	}
	errno = error;
	return NULL;
}

// The file that execvp(3) would execute for name: allocated, and with a slash in it. path is a PATH list; NULL stands
// for the default one. NULL with errno: ENOENT if there is no such file, EACCES if it cannot be executed, ENOMEM.
static char *find_executable(const char *name, const char *path)
{
	if (*name == '\0' || strchr(name, '/') != NULL) {
		errno = *name == '\0' ? ENOENT : why_not_runnable(name);
		return errno == 0 ? strdup(name) : NULL;
	}
	char standard[256];
	if (path == NULL)
		path = confstr(_CS_PATH, standard, sizeof(standard)) > 0 ? standard : "";
	return find_in_list(name, path);
}

// Do file capabilities raise privileges? They do if some are permitted or the effective flag is set (capabilities(7)),
// but not for a real user id of 0.
static bool has_capabilities(const char *path)
{
	struct vfs_ns_cap_data data = {.magic_etc = 0};
	if (getuid() == 0 || getxattr(path, "security.capability", &data, sizeof(data)) <= 0)
		return false;
	const bool is_effective = le32toh(data.magic_etc) & VFS_CAP_FLAGS_EFFECTIVE;
	return is_effective || data.data[0].permitted != 0 || data.data[1].permitted != 0;
}

static bool is_nosuid(const char *path)
{
	struct statvfs mount;
	return statvfs(path, &mount) == 0 && mount.f_flag & ST_NOSUID;
}

// Would execve(2) raise the privileges of the current user? Then the kernel sets AT_SECURE, and the loader ignores
// LD_PRELOAD. Linux (security/commoncap.c): for a change of the user or group id, and for capabilities. Set-group-ID
// without group execution marks a lock.
static enum program_result check_privileges(const char *path, const struct stat *status)
{
	if (is_nosuid(path))
		return PROGRAM_REDIRECTABLE;
	const bool may_change_ids = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1;
	if (may_change_ids && status->st_mode & S_ISUID && status->st_uid != getuid())
		return PROGRAM_SET_USER_ID;
	if (may_change_ids && status->st_mode & S_ISGID && status->st_mode & S_IXGRP && status->st_gid != getgid())
		return PROGRAM_SET_GROUP_ID;
	return has_capabilities(path) ? PROGRAM_HAS_CAPABILITIES : PROGRAM_REDIRECTABLE;
}

// For another architecture a library may be installed, too; a supervisor does not reach such programs.
static bool is_for_another(const struct program *program, const struct elf *elf)
{
	return !program->is_native &&
		(elf_is_static(elf) || elf_other_libc(elf) != NULL || !preload_has_library(program->library, elf));
}

static void check_elf(struct program *program, const struct elf *elf, const struct elf *library)
{
	if (is_for_another(program, elf)) {
		program->result = PROGRAM_OTHER_ARCHITECTURE;
		program->detail = elf_architecture(elf);
		return;
	}
	if (elf_is_static(elf)) {
		program->result = PROGRAM_STATIC;
		return;
	}
	const char *other = elf_other_libc(elf);
	if (other == NULL || (elf_is_for_musl(elf) && !library->needs_more_than_musl))
		return;
	program->result = PROGRAM_OTHER_LIBC;
	program->detail = other;
}

// Takes ownership of next. NULL: the next file is not known, or lack of memory.
static bool go_on_to(struct program *program, char *next)
{
	if (next == NULL || program->file_count == PROGRAM_FILES_MAX) {
		program->obstacle = "has an interpreter that cannot be determined";
		free(next);
		return false;
	}
	program->files[program->file_count++] = next;
	program->image = next;
	return true;
}

// env(1) itself need not be redirected: it only passes on its environment.
static bool follow_env(struct program *program, const char *argument)
{
	struct env_command command;
	if (!script_read_env(argument, &command))
		return go_on_to(program, NULL);
	char *found = find_executable(command.program, command.sets_path ? command.path : getenv("PATH"));
	if (found != NULL)
		return go_on_to(program, found);
	program->obstacle = "has an interpreter that env does not find";
	return false;
}

static bool follow_script(struct program *program, int descriptor)
{
	struct script script;
	if (!script_read(descriptor, &script))
		return go_on_to(program, strdup(SHELL));
	if (strcmp(file_base_name(script.interpreter), "env") == 0)
		return follow_env(program, script.argument);
	return go_on_to(program, strdup(script.interpreter));
}

// Examines one file. True if the next one, program->image, must be examined.
static bool examine_open(struct program *program, int descriptor, const struct elf *library)
{
	bool is_first = program->file_count == 1;
	struct stat status;
	if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
		program->obstacle = "is not a regular file";
		return false;
	}
	switch (elf_read(descriptor, &program->elf)) {
	case ELF_NONE:
		return follow_script(program, descriptor);
	case ELF_DAMAGED:
		program->is_elf = is_first;
		program->obstacle = "is a damaged ELF file";
		return false;
	case ELF_READ:
		break;
	}
	program->is_elf = is_first;
	program->is_read = true;
	program->is_native = elf_same_architecture(&program->elf, library);
	program->result = check_privileges(program->image, &status);
	if (program->result == PROGRAM_REDIRECTABLE)
		check_elf(program, &program->elf, library);
	return false;
}

static void check_unreadable(struct program *program, int error)
{
	struct stat status;
	program->obstacle = error == ENOENT ? "was not found" : "cannot be read";
	if (error != EACCES || stat(program->image, &status) != 0)
		return;
	program->result = check_privileges(program->image, &status);
	if (program->result == PROGRAM_REDIRECTABLE)
		program->result = PROGRAM_UNREADABLE;
}

// Files that cannot be executed are left to exec(2), which reports the error.
static void examine(struct program *program, const struct elf *library)
{
	bool goes_on = true;
	while (goes_on) {
		int descriptor = open(program->image, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (descriptor < 0) {
			check_unreadable(program, errno);
			return;
		}
		goes_on = examine_open(program, descriptor, library);
		close(descriptor);
	}
}

static void check_glibc(struct program *program, const char *library)
{
	const struct elf *elf = &program->elf;
	const char *loader = elf->interpreter[0] != '\0' ? elf->interpreter : program->image;
	if (program->is_read && program->result == PROGRAM_REDIRECTABLE && !elf_is_for_musl(elf) &&
		glibc_version_is_too_old(loader, library, &program->glibc))
		program->result = PROGRAM_OLDER_LIBC;
}

bool program_dies_of_preload(const struct program *program)
{
	return program->result == PROGRAM_OTHER_LIBC || program->result == PROGRAM_OLDER_LIBC;
}

bool program_raises_privileges(const struct program *program)
{
	return program->result == PROGRAM_SET_USER_ID || program->result == PROGRAM_SET_GROUP_ID ||
		program->result == PROGRAM_HAS_CAPABILITIES;
}

static bool not_found(const char *name, int error, struct problem *problem)
{
	if (error == ENOENT)
		return problem_set_status(problem, EXIT_NOT_FOUND, "%s: not found", name);
	return problem_set_status(problem, EXIT_CANNOT_RUN, "%s: cannot be run: %s", name, strerror(error));
}

bool program_examine(const char *name, const char *library, struct program *out, struct problem *problem)
{
	struct program program = {.name = name, .library = library};
	struct elf library_elf;
	if (!elf_read_file(library, &library_elf))
		return problem_set(problem, "%s: expected a shared library for this machine", library);
	char *path = find_executable(name, getenv("PATH"));
	if (path == NULL)
		return not_found(name, errno, problem);
	program.path = path;
	go_on_to(&program, path);
	examine(&program, &library_elf);
	check_glibc(&program, library);
	*out = program;
	return true;
}

void program_clear(struct program *program)
{
	for (size_t i = 0; i < program->file_count; i++)
		free(program->files[i]);
	*program = (struct program){.name = NULL};
}
