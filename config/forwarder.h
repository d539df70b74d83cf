// SPDX-License-Identifier: MIT
// Encrypted servers are asked by way of a forwarder: a withdns(1) that keeps the connections to them, at the address of
// the directive `forwarder`. The library itself never speaks TLS.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct address;
struct config;

// A packet to the forwarder consists of the key of its struct run_address, the byte FORWARDER_QUERY, the settings, a
// newline, the text of the server, a NUL, and the query. A reply is a DNS message, or an int: the errno of a failure.
#define FORWARDER_QUERY 'q'

// What the connections to a server depend on, as text: "IDLE TICKETS PIN,... CA", where IDLE is a number of seconds,
// TICKETS 0 or 1, and "-" stands for no pin and for no path of a file of authorities. The path, which comes last, may
// contain blanks.

// Gives all encrypted servers of the configuration the address of the forwarder and the settings (address.h).
// False without memory.
bool forwarder_bind(struct config *config);

// The first encrypted server of the configuration; NULL if there is none.
const struct address *forwarder_find(const struct config *config);

// The settings, a newline, and the text of the first encrypted server, of which there is one: what a forwarder can
// prepare before the first query. The caller frees it. NULL without memory.
char *forwarder_write_first(const struct config *config);
