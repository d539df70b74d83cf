// SPDX-License-Identifier: MIT
#include "resolver/source/upstream/server_selection.h"

#include <string.h>

#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/config.h"
#include "resolver/source/upstream/server_state.h"

#define WIDE_TURNS_MAX 3  // turns that ask two servers: limits the packets of one lookup

// Inserts a usable server after the other usable ones, a down one at the end. Reads its state only once, since another
// thread may change it.
static void add_candidate(
	struct server_selection *selection, const struct address *address, struct server_state *server_state)
{
	size_t position = selection->count++;
	if (LIKELY(!server_state_is_down(server_state)))
		for (const size_t first = selection->usable_count++; UNLIKELY(position > first); position--)
			selection->candidates[position] = selection->candidates[position - 1];
	selection->candidates[position] = (struct candidate){.address = address, .server_state = server_state};
}

void server_selection_open(struct server_selection *selection, struct candidate *candidates,
	struct server_states *server_states, const struct route *route, size_t first)
{
	*selection = (struct server_selection){.candidates = candidates};
	for (size_t i = 0; i < route->server_count; i++) {
		const struct server *server = &route->servers[(first + i) % route->server_count];
		if (LIKELY(server->kind == SERVER_ADDRESS))
			add_candidate(selection, &server->address, server_states_find(server_states, &server->address));
	}
}

void server_selection_begin(struct server_selection *selection, const struct options *options, int64_t deadline)
{
	selection->options = options;
	selection->deadline = deadline;
	selection->wide_turns = 0;
	memset(selection->turns, 0, sizeof(selection->turns));
	for (size_t i = 0; i < selection->count; i++)
		memset(selection->candidates[i].rejections, 0, sizeof(selection->candidates[i].rejections));
}

// The maximum over the questions.
static size_t turns_taken(const struct server_selection *selection)
{
	size_t turns = 0;
	for (size_t i = 0; i < QUESTIONS_MAX; i++)
		if (selection->turns[i] > turns)
			turns = selection->turns[i];
	return turns;
}

size_t server_selection_width(struct server_selection *selection)
{
	if (LIKELY(selection->count < 2))
		return 1;
	const bool is_late = turns_taken(selection) >= selection->count;
	if (!(is_late || !selection->usable_count) || selection->wide_turns == WIDE_TURNS_MAX)
		return 1;
	selection->wide_turns++;
	return 2;
}

static bool find_candidate(const struct server_selection *selection, size_t question, size_t *turns, size_t *candidate)
{
	for (size_t passed = 0; passed < selection->count; passed++) {
		size_t i = (*turns)++ % selection->count;
		if (LIKELY(selection->candidates[i].rejections[question] < selection->options->attempts)) {
			*candidate = i;
			return true;
		}
	}
	return false;
}

bool server_selection_next(struct server_selection *selection, unsigned *asked, unsigned *together, size_t *candidate)
{
	unsigned chosen = 0;
	size_t server = 0;
	for (unsigned left = *asked; left; left &= left - 1) {
		const size_t i = (size_t)__builtin_ctz(left);
		size_t turns = selection->turns[i], found;
		if (UNLIKELY(!find_candidate(selection, i, &turns, &found))) {
			*asked &= ~(1u << i);
		} else if (LIKELY(found == server) || !chosen) {
			server = found;
			chosen |= 1u << i;
			selection->turns[i] = turns;
		}
	}
	*candidate = server;
	*together = chosen;
	return chosen;
}

int64_t server_selection_wait(const struct server_selection *selection, size_t candidate, int64_t now, uint8_t draw)
{
	size_t turns = turns_taken(selection);
	int64_t wait = server_state_wait(selection->candidates[candidate].server_state),
			longest = selection->options->timeout * INT64_C(1000000);
	if (UNLIKELY(turns < selection->count))
		longest = clock_least(longest, (selection->deadline - now) / (int64_t)(selection->count - turns + 1));
	for (size_t round = 1; UNLIKELY(round * selection->count < turns && wait < longest); round++)
		wait += wait / 2;
	wait = clock_least(wait, longest);
	return wait - wait / 8 * draw / UINT8_MAX;
}

COLD void server_selection_reject(struct server_selection *selection, size_t candidate, unsigned questions)
{
	uint8_t *counts = selection->candidates[candidate].rejections;
	for (size_t i = 0; i < QUESTIONS_MAX; i++)
		if (questions & 1u << i && counts[i] < UINT8_MAX)
			counts[i]++;
}

COLD size_t server_selection_probe(const struct server_selection *selection, int64_t now, int64_t *probe_wait)
{
	for (size_t i = selection->usable_count; selection->usable_count && i < selection->count; i++) {
		*probe_wait = server_state_take_probe(selection->candidates[i].server_state, now);
		if (*probe_wait)
			return i;
	}
	return selection->count;
}

void server_selection_report(const struct server_selection *selection, int64_t now)
{
	for (size_t i = 0; i < selection->count; i++) {
		const struct candidate *candidate = &selection->candidates[i];
		if (UNLIKELY(!candidate->has_replied) && candidate->due && candidate->due <= now)
			server_state_note_silence(candidate->server_state, now);
	}
}
