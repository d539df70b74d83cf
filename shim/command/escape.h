// SPDX-License-Identifier: MIT
// Text that anybody may have written, shown so that no terminal obeys it.
#pragma once

#include <stdio.h>

#include "config/base/strbuf.h"

// Writes it with its controls, and bytes that are no UTF-8, escaped.
void escape_write(const char *text, FILE *out);

// The same, escaped in that style.
void escape_write_as(const char *text, enum escape_style style, FILE *out);
