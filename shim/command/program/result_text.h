// SPDX-License-Identifier: MIT
// Says in words whether a program can be redirected, why not, and what the user can do.
#pragma once

#include <stdbool.h>

struct findings;
struct program;

// One sentence for the start of a program whose result is not PROGRAM_REDIRECTABLE: "ping is set-user-ID, and ...: use
// a copy that is not". Allocated; NULL for lack of memory.
char *result_text_of_program(const struct program *program);

// The result of --check in one line: "curl: can be redirected". is_supervised: the program is supervised without the
// option. Allocated; NULL for lack of memory.
char *result_text_of_findings(const struct findings *findings, bool is_supervised);

// What the user can do if the program cannot be redirected: "use a dynamically linked build"; else NULL.
const char *result_text_remedy(const struct findings *findings);
