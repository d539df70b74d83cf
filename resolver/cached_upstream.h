// SPDX-License-Identifier: MIT
// Answers from the cache or else from the servers; identical concurrent queries are coalesced into one.
#pragma once

#include "resolver/dns/message.h"

struct answer;
struct cached_upstream;
struct config;
struct question;
struct recording;
struct upstream_request;

// config and recording (NULL: none) must outlive the result. The server state of older (NULL: none) is taken over, its
// cached answers are not. Returns NULL without memory. Everything below except close is thread-safe.
struct cached_upstream *cached_upstream_open(
	const struct config *config, struct recording *recording, const struct cached_upstream *older);
void cached_upstream_close(struct cached_upstream *cached);  // accepts NULL

// As upstream_answer, except that the source of an answer may be SOURCE_CACHE or SOURCE_RECORDING. Records the answers
// of servers, and logs questions without a recorded answer. Waits for another thread's identical query rather than
// sending its own. For a query that the program composed itself the cache is neither read nor written.
void cached_upstream_answer(
	struct cached_upstream *cached, const struct upstream_request *request, struct answer *answers);
