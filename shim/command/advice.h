// SPDX-License-Identifier: MIT
// Warnings about settings that are valid but probably unintended.
#pragma once

struct command_line;
struct environment;

// Writes each to standard error, unless the line has --quiet: an IPv6 address with a port but without brackets, and a
// configuration file in HOME that is ignored because it belongs to another user.
void advice_write(const struct command_line *line, const struct environment *inherited);
