// SPDX-License-Identifier: MIT
// Reads the directives of WITHDNS and of the configuration file, and of the files that they include.
#pragma once

#include <stdbool.h>

struct loading;

// Add the settings to loading->config. False with the error filled (loading.h). Included files are read as if their
// lines stood in place of the `include` line; not nested in calls, because the stack may be small.
bool directive_reader_load_variable(struct loading *loading);
bool directive_reader_load_file(struct loading *loading);
