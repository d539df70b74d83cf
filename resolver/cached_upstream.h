// SPDX-License-Identifier: MIT
// Answers from the cache or else from the servers; identical concurrent queries are coalesced into one.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct config;
struct route;
struct cached_upstream;
struct lookup_context;

// config must outlive the result. The server state of older (NULL: none) is taken over, its cached answers are not.
// Returns NULL without memory. Everything below except close is thread-safe.
struct cached_upstream *cached_upstream_open(const struct config *config, const struct cached_upstream *older);
void cached_upstream_close(struct cached_upstream *cached);  // accepts NULL

// As save_failure; 0 if the configuration saves no answers.
int cached_upstream_save_failure(const struct cached_upstream *cached);

// Answers the questions (at most QUESTIONS_MAX, all of the same name) whose bits are set in the mask wanted, using the
// servers of route, which must contain at least one address. As upstream_answer, except that the source of an answer
// may be SOURCE_CACHE. Waits for another thread's identical query rather than sending its own.
void cached_upstream_answer(struct cached_upstream *cached, const struct lookup_context *lookup,
	const struct route *route, const struct question *questions, unsigned wanted, struct answer *answers);

// Sends a query that the program composed itself, unchanged, as upstream_send; the cache is neither read nor
// written.
void cached_upstream_send(struct cached_upstream *cached, const struct lookup_context *lookup,
	const struct route *route, const uint8_t *query, size_t size, const struct question *question,
	struct answer *answer);
