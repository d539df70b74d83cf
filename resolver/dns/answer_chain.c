// SPDX-License-Identifier: MIT
#include "resolver/dns/answer_chain.h"

#include <stdlib.h>

#include "config/base/hash.h"
#include "resolver/dns/record_index.h"

// Loop detection by Brent's algorithm: keeps the hash of one earlier name, updated at links 0, 1, 2, 4, 8, ...
struct walk {
	struct record_index aliases;
	struct name at;
	uint64_t noted;  // hash
	int links;
};

static bool is_looping(struct walk *walk)
{
	const uint64_t hash = name_hash(&walk->at, HASH_START);
	const bool is_known = walk->links && hash == walk->noted;
	if (!(walk->links & (walk->links - 1)))
		walk->noted = hash;
	return is_known;
}

// Follows all links. False for a loop, too many links, or if visit stops.
static bool go_along(struct walk *walk, answer_chain_visit *visit, void *context)
{
	for (;; walk->links++) {
		const struct record *alias = record_index_next(&walk->aliases, &walk->at, NULL);
		if ((alias && is_looping(walk)) || (visit && !visit(&walk->at, alias, context)))
			return false;
		if (!alias)
			return true;
		if (walk->links == ANSWER_CHAIN_MAX || !answer_target(walk->aliases.answer, alias, &walk->at))
			return false;
	}
}

bool answer_chain_walk(const struct answer *answer, const struct question *question, answer_chain_visit *visit,
	void *context, struct name *end)
{
	if (question->type == RRTYPE_CNAME || question->type == RRTYPE_ANY) {
		*end = question->name;
		return !visit || visit(end, NULL, context);
	}
	struct walk walk;
	walk.aliases = record_index_open(answer, RRTYPE_CNAME);
	walk.at = question->name;
	walk.links = 0;
	const bool is_whole = go_along(&walk, visit, context);
	record_index_close(&walk.aliases);
	if (is_whole)
		*end = walk.at;
	return is_whole;
}

bool answer_chain_end(const struct answer *answer, const struct question *question, struct name *end)
{
	return answer_chain_walk(answer, question, NULL, NULL, end);
}

struct cut {
	const struct answer *answer;
	struct answer chain;
};

static bool keep_link(const struct name *name, const struct record *alias, void *context)
{
	struct cut *cut = context;
	if (!alias)
		return true;
	const struct record_view record = {
		name, alias->type, alias->ttl, answer_data(cut->answer, alias), alias->data_length};
	return answer_add(&cut->chain, SECTION_ANSWER, &record);
}

bool answer_chain_cut(struct answer *answer, const struct question *question, struct name *end)
{
	struct cut cut = {.answer = answer};
	if (!answer_chain_walk(answer, question, keep_link, &cut, end)) {
		answer_clear(&cut.chain);
		return false;
	}
	free(answer->records);
	free(answer->store);
	answer->records = cut.chain.records;
	answer->record_count = cut.chain.record_count;
	answer->authority_count = answer->additional_count = 0;
	answer->store = cut.chain.store;
	answer->store_size = cut.chain.store_size;
	return true;
}
