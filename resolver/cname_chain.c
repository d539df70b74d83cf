// SPDX-License-Identifier: MIT
#include "resolver/cname_chain.h"

#include <stdlib.h>

#include "config/lookup_context.h"
#include "config/sync/frame.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/dns/host.h"
#include "resolver/dry_run.h"
#include "resolver/source/hosts.h"
#include "resolver/sources.h"

// The maximum number of additional queries to follow one CNAME chain.
#define FOLLOWED_MAX 16

// Returns whether the CNAME chain of the answer is incomplete, as from a server that does not recurse; *next is then
// the name to ask for. With an SOA record the chain is complete (RFC 2308 2.2).
static bool is_unfinished(const struct answer *answer, const struct question *question, struct name *next)
{
	return answer->outcome == OUTCOME_UNUSABLE && !answer->has_soa && answer_chain_end(answer, question, next) &&
		!name_equal(next, &question->name);
}

// Continues a chain that began in a `record` line or a zone in the hosts file. Returns false if the file has no address
// for any of the questions.
NOINLINE_LARGE_FRAME static bool ask_hosts(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	char text[NAME_TEXT_SIZE];
	bool is_found = false;
	for (size_t i = 0; i < count; i++) {
		struct host host = {0};
		const sa_family_t family = questions[i].type == RRTYPE_A ? AF_INET : AF_INET6;
		const bool is_address = questions[i].type == RRTYPE_A || questions[i].type == RRTYPE_AAAA;
		answers[i] = (struct answer){.outcome = OUTCOME_NO_DATA, .source = SOURCE_HOSTS};
		if (!is_address)
			continue;
		name_write(&questions[i].name, text);
		const enum outcome outcome = hosts_find(sources->hosts, text, family, true, &host);
		dry_run_note_hosts(lookup, text, outcome, &host);
		if (outcome == OUTCOME_FOUND &&
			answer_add_addresses(&answers[i], &questions[i], host.addresses, host.address_count)) {
			answers[i].outcome = OUTCOME_FOUND;
			is_found = true;
		}
		host_clear(&host);
	}
	return is_found;
}

// Appends the next part of the chain. If the chain is then too long to be walked, the answer is unusable.
NOINLINE_LARGE_FRAME static void extend_chain(
	struct answer *answer, struct answer *more, const struct question *question)
{
	struct name end;
	if (answer_extend(answer, more) && answer->outcome == OUTCOME_FOUND && !answer_chain_end(answer, question, &end))
		answer->outcome = OUTCOME_UNUSABLE;
}

// Asks for the ends of unfinished chains; questions whose chains end in the same name are asked together. Returns false
// if no chain was extended.
static bool follow_chains(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	struct question next[QUESTIONS_MAX];
	struct answer more[QUESTIONS_MAX];
	size_t places[QUESTIONS_MAX], unfinished = 0;
	for (size_t i = 0; i < count; i++) {
		struct question *end = &next[unfinished];
		if (!is_unfinished(&answers[i], &questions[i], &end->name) || !name_equal(&end->name, &next[0].name))
			continue;
		end->type = questions[i].type;
		end->class = questions[i].class;
		places[unfinished++] = i;
	}
	if (!unfinished)
		return false;
	const bool is_given = sources_is_configured(&answers[places[0]]);
	if (!is_given || !ask_hosts(sources, lookup, next, unfinished, more))
		sources_answer(sources, lookup, next, unfinished, more);
	bool is_extended = false;
	for (size_t i = 0; i < unfinished; i++) {
		// Stop here: libc would be asked for the first name of the chain, which must not leave this resolver.
		if (more[i].outcome == OUTCOME_SYSTEM)
			continue;
		extend_chain(&answers[places[i]], &more[i], &questions[places[i]]);
		is_extended = true;
	}
	return is_extended;
}

void cname_chain_finish(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	for (int links = 0; links < FOLLOWED_MAX; links++)
		if (!follow_chains(sources, lookup, questions, count, answers))
			return;
}

void cname_chain_finish_packet(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *question, struct answer *answer)
{
	struct lookup_context plain = *lookup;
	const uint16_t flags = answer->flags;
	struct name end;
	plain.as_packets = false;
	cname_chain_finish(sources, &plain, question, 1, answer);
	answer->flags = flags;  // AA refers to the first name (RFC 1035 4.1.1)
	if (answer->outcome == OUTCOME_UNUSABLE && !answer_chain_end(answer, question, &end)) {
		answer->outcome = OUTCOME_TRY_AGAIN;  // the chain is a loop or too long: recursive servers reply SERVFAIL
		answer->rcode = RCODE_SERVFAIL;
	}
	free(answer->message);
	answer->message = NULL;
	answer->message_size = 0;
}
