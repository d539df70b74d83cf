// SPDX-License-Identifier: MIT
// The sources that consist of directives: the variable WITHDNS and the configuration file.
#pragma once

#include <stdbool.h>

struct loading;

// Read WITHDNS, and the first configuration file that exists, into loading->config. False with the load's error filled;
// errno is that of a file that could not be read.
bool load_directives_variable(struct loading *loading);
bool load_directives_file(struct loading *loading);
