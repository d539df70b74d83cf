// SPDX-License-Identifier: MIT
// Applies the search list: tries the full names that a short name may stand for (resolv.conf(5): search, ndots).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct resolver;
struct lookup_context;

// Questions of one name that are asked together, and their answers.
struct search {
	struct resolver *resolver;
	const struct lookup_context *lookup;
	struct question *questions;  // the caller sets type and class, and the first one's name; the search all names
	struct answer *answers;
	size_t count;  // of each; 1 to QUESTIONS_MAX
};

// Tries name, as the program spelled it or as the file that HOSTALIASES names (hostname(7)) replaces it, except in
// privileged programs (secure_getenv(3)), as it is and with each search domain, in the order of glibc's res_search,
// until one has data of any of the types. The caller has read name into the first question (length 0: it is invalid).
// The questions get the last name asked for, the answers are its answers, which the caller clears. Returns
// OUTCOME_FOUND if answers hold data, else the outcome that glibc derives from all failures. An invalid name is
// OUTCOME_NO_NAME without a query. Thread-safe.
enum outcome search_answer(const struct search *search, const char *name);

// Returns whether libc, if asked for name, might in its own search try a name that is decided (resolver_decides). libc
// must then be asked for a name with a final dot.
bool search_meets_decided(const struct resolver *resolver, const struct lookup_context *lookup, const char *name);

// Returns the name to ask libc for after OUTCOME_SYSTEM at question: name itself if libc may search for it, else the
// name of question with a final dot, written to text, which has SEARCH_TEXT_SIZE bytes.
#define SEARCH_TEXT_SIZE (NAME_TEXT_SIZE + 1)
const char *search_libc_name(const struct resolver *resolver, const struct lookup_context *lookup, const char *name,
	const struct question *question, char *text);
