// SPDX-License-Identifier: MIT
// Which full names a short name may mean, and the first that has an answer (resolv.conf(5): search, ndots).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct resolver;
struct lookup_context;

// Tries name (as a program spelled it) as it is and with each search domain, in glibc's order, until one has data for
// any of the types. questions and answers hold count (1 or 2) elements: what was asked last, and the answers, the
// caller's to clear. Returns the verdict over all the candidates: OUTCOME_FOUND when answers hold data, else what
// glibc makes of the failures. A name that is none is OUTCOME_NO_NAME without a packet.
enum outcome search_answer(struct resolver *resolver, const struct lookup_context *lookup, const char *name,
	uint16_t class, const uint16_t *types, size_t count, struct question *questions, struct answer *answers);

// May libc, which searches for the name by itself where it is asked for it, come upon one for which it is decided who
// answers (resolver_decides)? It must then be asked for a whole name, with a dot at its end.
bool search_meets_decided(const struct resolver *resolver, const struct lookup_context *lookup, const char *name);

// What libc is to be asked for after OUTCOME_SYSTEM for the name in question: name itself where all that may be meant
// is libc's to search for, else the whole one in question, with a dot at its end, in text, which has SEARCH_TEXT_SIZE
// bytes.
#define SEARCH_TEXT_SIZE (NAME_TEXT_SIZE + 1)
const char *search_libc_name(const struct resolver *resolver, const struct lookup_context *lookup, const char *name,
	const struct question *question, char *text);
