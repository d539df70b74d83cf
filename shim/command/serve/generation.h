// SPDX-License-Identifier: MIT
// The resolver that answers now. A new one replaces it when the settings or their files change.
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "resolver/reload.h"
#include "resolver/resolver.h"
#include "shim/command/shared_resolver.h"

struct command_line;
struct listeners;
struct problem;

struct generations {
	const struct command_line *line;  // these two are borrowed
	const struct listeners *listeners;
	// Initialised by the owner: who takes the current one holds it before it is replaced and released.
	pthread_mutex_t lock;
	_Atomic(struct shared_resolver *) current;
	struct reload reload;
};

// Reads the settings. False with *problem filled if they are invalid, or name one of the listeners as a server.
bool generations_open(struct generations *generations, struct problem *problem);

// Reads the settings again if a file has changed, or in any case with is_forced. If that fails, the current one stays,
// and the reason is written to standard error, once.
void generations_renew(struct generations *generations, bool is_forced);

// Takes the current one for use until shared_resolver_release. Thread-safe.
struct shared_resolver *generations_take(struct generations *generations);

// Replaces *held, which the caller has taken (initially NULL), by the current one if it differs. Costs one load if
// nothing has changed.
void generations_follow(struct generations *generations, struct shared_resolver **held);
