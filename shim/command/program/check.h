// SPDX-License-Identifier: MIT
// --check: can a program be redirected, and does it ask through libc at all?
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct problem;

// Examines the program that word names, as execvp(3) would find it, and writes what was found to out, a verdict at the
// end. *status is 0 where its lookups go through the library, 1 where they cannot. False with *problem filled.
bool check_program(const char *word, const char *library, bool json, FILE *out, int *status, struct problem *problem);
