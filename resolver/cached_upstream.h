// SPDX-License-Identifier: MIT
// Answers from the cache or else from the servers; identical concurrent queries are coalesced into one.
#pragma once

struct answer;
struct cached_upstream;
struct config;
struct upstream_request;

// config must outlive the result. The server state of older (NULL: none) is taken over, its cached answers are not.
// Returns NULL without memory. Everything below except close is thread-safe.
struct cached_upstream *cached_upstream_open(const struct config *config, const struct cached_upstream *older);
void cached_upstream_close(struct cached_upstream *cached);  // accepts NULL

// As save_failure; 0 if the configuration saves no answers.
int cached_upstream_save_failure(const struct cached_upstream *cached);

// As upstream_answer, except that the source of an answer may be SOURCE_CACHE. Waits for another thread's identical
// query rather than sending its own. For a query that the program composed itself the cache is neither read nor
// written.
void cached_upstream_answer(
	struct cached_upstream *cached, const struct upstream_request *request, struct answer *answers);
