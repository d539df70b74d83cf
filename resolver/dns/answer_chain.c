// SPDX-License-Identifier: MIT
#include "resolver/dns/answer_chain.h"

#include <stdlib.h>

#include "config/base/compiler.h"
#include "config/base/hash.h"

#define HASHED_LEAST 64  // records; among fewer the owners are compared at once

struct walk {
	const struct answer *answer;
	uint64_t *hashes;  // of the owners of its CNAME records; NULL for few records, and if out of memory
	const struct name *at;
	struct name *room;  // for the targets
};

static uint64_t *hash_owners(const struct answer *answer)
{
	const size_t count = answer->record_count;
	uint64_t *hashes = count < HASHED_LEAST ? NULL : calloc(count, sizeof(*hashes));
	for (size_t i = 0; hashes && i < count; i++) {
		if (answer->records[i].type != RRTYPE_CNAME)
			continue;
		const struct name owner = answer_owner(answer, &answer->records[i]);
		hashes[i] = name_hash(&owner, HASH_START);
	}
	return hashes;
}

// The first CNAME record of the name that the walk has reached; NULL if there is none.
static const struct record *find_alias(const struct walk *walk)
{
	const struct answer *answer = walk->answer;
	const uint64_t hash = walk->hashes ? name_hash(walk->at, HASH_START) : 0;
	for (size_t i = 0; i < answer->record_count; i++) {
		const struct record *record = &answer->records[i];
		if (record->type != RRTYPE_CNAME || (walk->hashes && walk->hashes[i] != hash))
			continue;
		if (answer_owner_is(answer, record, walk->at))
			return record;
	}
	return NULL;
}

// Are there CNAME records that the question does not ask for?
static bool has_links(const struct answer *answer, const struct question *question)
{
	bool has_alias = false;
	for (size_t i = 0; i < answer->record_count; i++)
		has_alias |= answer->records[i].type == RRTYPE_CNAME;
	return UNLIKELY(has_alias) && question->type != RRTYPE_CNAME && question->type != RRTYPE_ANY;
}

// Follows all links. False if visit stops, and for more links than ANSWER_CHAIN_MAX or than records, as in a loop.
static bool go_along(struct walk *walk, answer_chain_visit *visit, void *context)
{
	const size_t count = walk->answer->record_count, most = count < ANSWER_CHAIN_MAX ? count : ANSWER_CHAIN_MAX;
	for (size_t links = 0;; links++) {
		const struct record *alias = find_alias(walk);
		if ((alias && links == most) || (visit && !visit(walk->at, alias, context)))
			return false;
		if (!alias)
			return true;
		if (!answer_target(walk->answer, alias, walk->room))
			return false;
		walk->at = walk->room;
	}
}

COLD static const struct name *follow(const struct answer *answer, const struct question *question,
	answer_chain_visit *visit, void *context, struct name *room)
{
	struct walk walk = {answer, hash_owners(answer), &question->name, room};
	const bool is_whole = go_along(&walk, visit, context);
	free(walk.hashes);
	return is_whole ? walk.at : NULL;
}

const struct name *answer_chain_walk(const struct answer *answer, const struct question *question,
	answer_chain_visit *visit, void *context, struct name *room)
{
	if (has_links(answer, question))
		return follow(answer, question, visit, context, room);
	return visit(&question->name, NULL, context) ? &question->name : NULL;
}

const struct name *answer_chain_end(const struct answer *answer, const struct question *question, struct name *room)
{
	return has_links(answer, question) ? follow(answer, question, NULL, NULL, room) : &question->name;
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

bool answer_chain_cut(struct answer *answer, const struct question *question)
{
	struct name room;
	struct cut cut = {.answer = answer};
	if (!answer_chain_walk(answer, question, keep_link, &cut, &room)) {
		answer_clear(&cut.chain);
		return false;
	}
	answer->record_count = answer->authority_count = answer->additional_count = answer->store_size = 0;
	const bool is_cut = answer_extend(&cut.chain, answer);
	*answer = cut.chain;
	return is_cut;
}
