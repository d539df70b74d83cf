// SPDX-License-Identifier: MIT
// Internationalised names (RFC 5890) as people type them, in the form that DNS has of them.
#pragma once

// name in ASCII as libidn2 makes it, where that is installed; a name in ASCII, or one that is no UTF-8, as it is.
// Allocated; NULL with *why, a constant, where it cannot be.
char *idn_name(const char *name, const char **why);
