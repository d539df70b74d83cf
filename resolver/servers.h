// SPDX-License-Identifier: MIT
// What the servers say: what they have said already, else what they are asked now, by one thread for all that want to
// know it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct config;
struct route;
struct servers;
struct lookup_context;

// config is borrowed; what older (NULL: none) has learned of the servers goes on, its answers do not. NULL without
// memory.
struct servers *servers_open(const struct config *config, const struct servers *older);
void servers_close(struct servers *servers);  // accepts NULL

// See save_failure; 0 where nothing is saved.
int servers_save_failure(const struct servers *servers);

// Answers those of the questions (at most UPSTREAM_QUESTIONS_MAX, of one name) whose bits are set in wanted by the
// servers of one route, which holds at least one address. As upstream_answer, but that answers may be SOURCE_CACHE's.
void servers_answer(struct servers *servers, const struct lookup_context *lookup, const struct route *route,
                    const struct question *questions, unsigned wanted, struct answer *answers);

// A query that a program wrote itself: sent as it is, nothing of it kept (upstream_relay).
void servers_relay(struct servers *servers, const struct lookup_context *lookup, const struct route *route, const uint8_t *query,
                   size_t size, const struct question *question, struct answer *answer);
