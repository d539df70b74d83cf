// SPDX-License-Identifier: MIT
// Checks that the files that the settings name can be used.
#pragma once

#include <stdbool.h>

struct config;
struct problem;

// Can the log and the recording be written, and is the hosts file none of another kind? Creates no file. False with
// *problem filled.
bool settings_files_check(const struct config *config, struct problem *problem);
