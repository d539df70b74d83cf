// SPDX-License-Identifier: MIT
// Finds the file of a program as execvp(3) does.
#pragma once

// The file that execvp(3) would execute for name: allocated, and with a slash in it. path is a PATH list; NULL stands
// for the default one. NULL with errno: ENOENT if there is no such file, EACCES if it cannot be executed, ENOMEM.
char *executable_find(const char *name, const char *path);
