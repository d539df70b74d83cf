// SPDX-License-Identifier: MIT
// Reads another process: its memory, which the kernel permits as it permits ptrace(2), and its files in proc(5).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Copies size bytes from the process of the thread: 0 or errno, EFAULT also if only a part is there.
int process_read(pid_t thread, uint64_t from, void *to, size_t size);

// Copies a string, of at most PATH_MAX bytes with its NUL: 0 or errno, ENAMETOOLONG without a NUL.
int process_read_path(pid_t thread, uint64_t from, char *path);

// The number that the format of scanf(3) finds in a line of a file of the kernel; otherwise if there is none.
int process_read_number(const char *file, const char *format, int otherwise);

// Is it in the same namespace as we are ("net", see namespaces(7))? Is its user ours?
bool process_has_same(pid_t process, const char *namespace);
bool process_has_same_user(pid_t process);
