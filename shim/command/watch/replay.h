// SPDX-License-Identifier: MIT
// A recording that is only replayed: the questions of a run that it does not answer.
#pragma once

#include <stddef.h>
#include <stdio.h>

struct journal;

// Writes one line for each such question, with the program and the process that asked it first. Returns their number.
size_t replay_write_unknown(const struct journal *journal, FILE *out);
