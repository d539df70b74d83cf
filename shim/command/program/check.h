// SPDX-License-Identifier: MIT
// --check: reports whether a program can be redirected.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct problem;

// Examines the program that execvp(3) would find for word, and writes the findings and a final verdict to out. *status
// is 0 if its lookups can be redirected, else 1. False with *problem filled.
bool check_program(const char *word, const char *library, bool json, FILE *out, int *status, struct problem *problem);
