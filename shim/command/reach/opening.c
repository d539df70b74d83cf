// SPDX-License-Identifier: MIT
#include "shim/command/reach/opening.h"

#include <limits.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config/base/file.h"
#include "config/base/older_headers.h"
#include "shim/command/reach/arch.h"
#include "shim/command/reach/process.h"
#include "shim/command/serve/serve.h"

#define RESOLVCONF "/etc/resolv.conf"

// A call of the thread that opens a file.
struct opening {
	pid_t thread;
	int directory;
	uint64_t path, flags;
};

// open(2) has no directory. False for an openat2(2) with what openat(2) lacks: how holds flags, mode and resolve.
static bool read_call(const struct seccomp_notif *report, struct opening *out)
{
	const int call = report->data.nr;
	const uint64_t *path = (const uint64_t *)report->data.args + (call != SYS_open);
	*out =
		(struct opening){(pid_t)report->pid, call == SYS_open ? AT_FDCWD : (int)report->data.args[0], path[0], path[1]};
	uint64_t how[3];
	if (call != SYS_openat2)
		return call == SYS_open || call == SYS_openat;
	if (path[2] != sizeof(how) || process_read(out->thread, path[1], how, sizeof(how)) != 0)
		return false;
	out->flags = how[0];
	return (how[0] & ~(uint64_t)(O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_LARGEFILE)) == 0 && how[1] == 0 && how[2] == 0;
}

// Does the path lead to the file? It is followed as the process would follow it, but for absolute links in a root of
// its own.
static bool leads_to_file(const struct opening *opening, const char *path)
{
	char file[PATH_MAX + 64], wanted[64];
	struct stat one, other;
	if (path[0] == '/')
		snprintf(file, sizeof(file), "/proc/%d/root%s", opening->thread, path);
	else if (opening->directory == AT_FDCWD)
		snprintf(file, sizeof(file), "/proc/%d/cwd/%s", opening->thread, path);
	else
		snprintf(file, sizeof(file), "/proc/%d/fd/%d/%s", opening->thread, opening->directory, path);
	snprintf(wanted, sizeof(wanted), "/proc/%d/root" RESOLVCONF, opening->thread);
	return stat(file, &one) == 0 && stat(wanted, &other) == 0 && one.st_ino == other.st_ino &&
		one.st_dev == other.st_dev;
}

// Paths with other names are not followed: they may lead to where the program itself has to answer (fuse(4)).
static bool is_resolvconf(const struct opening *opening)
{
	char path[PATH_MAX];
	return process_read_path(opening->thread, opening->path, path) == 0 &&
		(strcmp(path, RESOLVCONF) == 0 ||
			(strstr(file_base_name(path), "resolv.conf") != NULL && leads_to_file(opening, path)));
}

// A file for reading, with a position of its own, that nobody can change. -1 if it cannot be had.
static int make_file(const char *text)
{
	const size_t size = strlen(text);
	// Not by memfd_create(2) of libc, which is new in glibc 2.27.
	const int memory = (int)syscall(SYS_memfd_create, "resolv.conf", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	char path[32];
	int file = -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
	if (memory >= 0 && write(memory, text, size) == (ssize_t)size && fchmod(memory, 0444) == 0 &&
		fcntl(memory, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0)
		file = open(path, O_RDONLY | O_CLOEXEC);
	file_close(memory);
	return file;
}

bool opening_answer(int reports, const struct seccomp_notif *report)
{
	struct opening opening;
	if (!read_call(report, &opening) || (opening.flags & OPENING_OTHER_FLAGS) != 0 || !is_resolvconf(&opening))
		return false;
	char *text = serve_resolvconf();
	const int file = text != NULL ? make_file(text) : -1;
	const struct seccomp_notif_addfd answer = {
		.id = report->id,
		.flags = SECCOMP_ADDFD_FLAG_SEND,
		.srcfd = (uint32_t)file,
		.newfd_flags = opening.flags & O_CLOEXEC,
	};
	const bool done = file >= 0 && ioctl(reports, SECCOMP_IOCTL_NOTIF_ADDFD, &answer) >= 0;
	file_close(file);
	free(text);
	return done;
}
