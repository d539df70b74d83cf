// SPDX-License-Identifier: MIT
// Parses the command line, and writes the usage text.
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "shim/command/command_line.h"

struct problem;

// Reads options up to the first operand, "--" or the end (POSIX XBD 12.2); if no PROGRAM is run, options may also
// follow operands. --help and --version end the reading. argv is borrowed for as long as *out is used;
// command_line_clear frees the rest, after a failure too. False with *problem filled.
bool options_parse(int argc, char **argv, struct command_line *out, struct problem *problem);

// Writes the text of --help.
void options_write_usage(FILE *out);
