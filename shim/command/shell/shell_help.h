// SPDX-License-Identifier: MIT
// The help texts of the shell.
#pragma once

#include <stdbool.h>

// Prints all commands and directives to standard output.
void shell_help_print_all(void);

// Prints one command or directive; false for an unknown word.
bool shell_help_print(const char *word);
