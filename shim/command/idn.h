// SPDX-License-Identifier: MIT
// Converts internationalized names (RFC 5890) to their ASCII form.
#pragma once

// name in ASCII by libidn2, if that is installed; a name that is ASCII already or not UTF-8 is copied unchanged.
// Allocated; NULL with *why, a constant, if it cannot be converted.
char *idn_name(const char *name, const char **why);
