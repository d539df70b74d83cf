// SPDX-License-Identifier: MIT
// Writes settings as a file of resolv.conf(5).
#pragma once

struct config;

// The search list, the options that resolv.conf has, and the server 127.0.0.1, for programs whose queries are all
// answered here, whichever server they ask. The chosen servers are not named: that of a known service makes browsers
// use its DNS over HTTPS. Allocated; NULL for lack of memory.
char *resolvconf_text(const struct config *config);
