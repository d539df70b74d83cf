// SPDX-License-Identifier: MIT
// What the command warns of: settings that are valid, and hardly what was meant.
#pragma once

struct command_line;
struct environment;

// Tells each on standard error, unless the line says that no warnings are wanted: the port of an IPv6 address without
// brackets, and a file of directives in HOME that is not followed because it is another user's.
void advice_tell(const struct command_line *line, const struct environment *inherited);
