// SPDX-License-Identifier: MIT
// --explain: who would be asked for a name, for what and in which order, told without asking.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct resolver;

// Writes it for each of the words, NAME or ADDRESS. False without memory.
bool explain_names(struct resolver *resolver, char *const *words, size_t count, bool json, FILE *out);
