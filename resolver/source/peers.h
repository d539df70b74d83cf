// SPDX-License-Identifier: MIT
// What is remembered of each server for the life of the resolver.
#pragma once

#include <stdbool.h>

struct address;
struct config;
struct peers;

// One entry for each address in the configuration. NULL without memory.
struct peers *peers_open(const struct config *config);
void peers_close(struct peers *peers);  // accepts NULL

// May a server be asked with EDNS? So it is until one is remembered that does not know it (RFC 6891 7); that holds for a
// quarter of an hour. Servers that are not of the configuration are not remembered. Both safe in many threads.
bool peers_know_edns(const struct peers *peers, const struct address *server);
void peers_remember_no_edns(struct peers *peers, const struct address *server);
