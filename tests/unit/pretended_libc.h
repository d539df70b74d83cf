// SPDX-License-Identifier: MIT
// The version of glibc that a test program takes itself to run with, whatever the machine has: gnu_get_libc_version of
// the test program stands before that of libc.
#pragma once

// "2.36" at the start. The text is borrowed until the next call.
void pretended_libc_set(const char *version);
