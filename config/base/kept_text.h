// SPDX-License-Identifier: MIT
// Texts that are never freed, such as the paths of addresses that are Unix sockets: addresses are copied freely.
#pragma once

// Returns a copy of text, the same for equal texts; NULL without memory. The list only grows: a program's
// configurations have few such texts. Thread-safe.
const char *kept_text(const char *text);
