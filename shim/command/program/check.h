// SPDX-License-Identifier: MIT
// --check: reports whether a program can be redirected.
#pragma once

#include <stdbool.h>

struct problem;

// Examines the program that execvp(3) would find for word, and writes what it found to standard output: lines that end
// with the result, or one JSON object. *status is 0 if its lookups can be redirected, else 1. False with *problem
// filled.
bool check_program(const char *word, const char *library, bool json, int *status, struct problem *problem);
