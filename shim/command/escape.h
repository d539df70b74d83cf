// SPDX-License-Identifier: MIT
// Escapes untrusted text for terminals.
#pragma once

#include <stdio.h>

#include "config/base/strbuf.h"

// Writes text with control characters, and bytes that are not UTF-8, escaped.
void escape_write(const char *text, FILE *out);

// The same in that style.
void escape_write_as(const char *text, enum escape_style style, FILE *out);
