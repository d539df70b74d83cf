// SPDX-License-Identifier: MIT
// What the servers say: what they have said already, else what they are asked now, by one thread for all that want to
// know it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct config;
struct route;
struct cached_upstream;
struct lookup_context;

// config is borrowed; what older (NULL: none) has learned of the servers goes on, its answers do not. NULL without
// memory.
struct cached_upstream *cached_upstream_open(const struct config *config, const struct cached_upstream *older);
void cached_upstream_close(struct cached_upstream *cached);  // accepts NULL

// See save_failure; 0 where nothing is saved.
int cached_upstream_save_failure(const struct cached_upstream *cached);

// Answers those of the questions (at most QUESTIONS_MAX, of one name) whose bits are set in wanted by the
// servers of one route, which holds at least one address. As upstream_answer, but that answers may be SOURCE_CACHE's.
void cached_upstream_answer(struct cached_upstream *cached, const struct lookup_context *lookup,
	const struct route *route, const struct question *questions, unsigned wanted, struct answer *answers);

// A query that a program wrote itself: sent as it is, nothing of it kept (upstream_send).
void cached_upstream_send(struct cached_upstream *cached, const struct lookup_context *lookup,
	const struct route *route, const uint8_t *query, size_t size, const struct question *question,
	struct answer *answer);
