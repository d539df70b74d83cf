// SPDX-License-Identifier: MIT
#include "resolver/source/upstream/attempt.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/ascii.h"
#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/base/network.h"
#include "config/lookup_context.h"
#include "config/sync/keyed_random.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/packet_write.h"
#include "resolver/dns/server_reply.h"
#include "resolver/dns/wire.h"
#include "resolver/source/upstream/server_selection.h"
#include "resolver/source/upstream/server_state.h"
#include "resolver/source/upstream/upstream_request.h"

// The ids of one attempt must differ, so that no reply is taken for that of the other question (glibc bug 26600).
static bool draw(struct attempt *attempt)
{
	struct attempt_draws *draws = &attempt->draws;
	const size_t size = attempt->mixes_case ? sizeof(*draws) : offsetof(struct attempt_draws, letters);
	do {
		if (UNLIKELY(!keyed_random_draw(draws, size, attempt->started)))
			return false;
	} while (UNLIKELY(draws->ids[0] == draws->ids[1]));
	return true;
}

// Length bytes are less than 'A', so that only letters of labels change.
static void mix_case(uint8_t *wire, unsigned length, const uint8_t *letters)
{
	for (unsigned i = 0; i < length; i++)
		if (ascii_is_letter(wire[i]) && letters[i / 8] & 1u << i % 8)
			wire[i] ^= 'a' ^ 'A';
}

// The messages of one attempt, and the buffers of those that are composed here.
struct queries {
	size_t count;
	struct message_view views[QUESTIONS_MAX];
	uint8_t packets[QUESTIONS_MAX][PACKET_QUERY_MAX];
};

// A server at a loopback address is always asked from one.
static bool find_local(const struct attempt *attempt, struct address *local)
{
	*local = *attempt->server;
	return network_is_loopback(local) || channel_local(&attempt->channel, local);
}

static void compose_queries(struct attempt *attempt, const struct question *questions, struct queries *queries)
{
	struct address local;
	// Replies on a Unix socket cannot be forged: no cookie is needed.
	if (LIKELY(attempt->sends_cookie && attempt->server->family != AF_UNIX && find_local(attempt, &local)))
		server_state_cookie(attempt->server_state, &local, &attempt->cookie);
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		if (!(attempt->waiting & 1u << i))
			continue;
		const struct packet_request request = {
			.id = attempt->draws.ids[i],
			.flags = attempt->packet_flags,
			.payload = attempt->payload,
			.cookie = &attempt->cookie,
		};
		uint8_t *packet = queries->packets[queries->count];
		const size_t size = packet_write_request(&questions[i], &request, packet);
		if (UNLIKELY(attempt->mixes_case))
			mix_case(packet + PACKET_HEADER_SIZE, questions[i].name.length, attempt->draws.letters);
		queries->views[queries->count++] = (struct message_view){packet, size};
	}
}

// A query composed by the program keeps its id, which the program expects in the reply.
COLD static void take_query(struct attempt *attempt, const struct program_query *query, struct queries *queries)
{
	attempt->draws.ids[0] = wire_u16(query->bytes);
	attempt->opcode = query->opcode;
	queries->views[0] = (struct message_view){query->bytes, query->size};
	queries->count = 1;
}

int attempt_open(
	struct attempt *attempt, const struct candidate *candidate, const struct upstream_request *request, unsigned asked)
{
	struct queries queries;
	const bool is_feigned = attempt_is_feigned(attempt);
	attempt->channel = (struct channel){.descriptor = -1};
	attempt->server = candidate->address;
	attempt->server_state = candidate->server_state;
	attempt->waiting = asked;
	attempt->opcode = 0;
	attempt->cookie.size = 0;
	attempt->cookie_was_wrong = false;
	attempt->was_cut = false;
	attempt->ignored = 0;
	if (!draw(attempt) ||
		(LIKELY(!is_feigned) && channel_open(&attempt->channel, candidate->address, attempt->stream) < 0))
		goto failed;
	queries.count = 0;
	if (request->lookup->program_query)
		take_query(attempt, request->lookup->program_query, &queries);
	else
		compose_queries(attempt, request->questions, &queries);
	if (LIKELY(!is_feigned && !attempt->is_lost) && channel_send(&attempt->channel, queries.views, queries.count) < 0)
		goto failed;
	return 0;
failed:
	attempt_close(attempt);
	return -1;
}

static bool is_awaited(
	const struct attempt *attempt, const struct question *questions, const uint8_t *message, size_t size, size_t *which)
{
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		if (attempt->waiting & 1u << i &&
			LIKELY(packet_is_reply(message, size, attempt->draws.ids[i], attempt->opcode, &questions[i]))) {
			*which = i;
			return true;
		}
	}
	return false;
}

COLD static enum attempt_event ignore(struct attempt *attempt)
{
	if (!attempt->stream || ++attempt->ignored <= ATTEMPT_IGNORED_MAX)
		return ATTEMPT_IGNORED;
	attempt_close(attempt);
	errno = EPROTO;
	return ATTEMPT_BROKEN;
}

// Checks the client cookie. A reply without one is valid if the server has never sent one (RFC 7873 5.3).
static bool has_right_cookie(struct attempt *attempt, const uint8_t *message, size_t size, const struct answer *answer)
{
	struct packet_cookie cookie;
	if (UNLIKELY(!attempt->cookie.size))
		return true;
	if (!packet_find_cookie(message, size, answer, &cookie))
		return !server_state_has(attempt->server_state, SERVER_COOKIES);
	if (!cookie.size || memcmp(cookie.bytes, attempt->cookie.bytes, PACKET_COOKIE_CLIENT) != 0)
		return false;
	server_state_keep_cookie(attempt->server_state, &cookie);
	attempt->cookie_was_wrong =
		cookie.size != attempt->cookie.size || memcmp(cookie.bytes, attempt->cookie.bytes, cookie.size) != 0;
	return true;
}

// Returns whether the reply has the name with the case that was sent, which becomes that of the question.
COLD static bool restore_case(
	const struct attempt *attempt, uint8_t *message, size_t size, const struct question *question)
{
	struct name sent = question->name;
	mix_case(sent.wire, sent.length, attempt->draws.letters);
	const bool is_right = packet_repeats_case(message, size, &sent);
	packet_edit_case(message, size, &sent, &question->name);
	return is_right;
}

// Over TCP, which cannot be forged off-path, a missing cookie or case shows that the server lacks the capability.
static bool is_proven(struct attempt *attempt, bool cookie, bool letters)
{
	if (LIKELY(!attempt->stream))
		return cookie && letters;
	if (!cookie)
		server_state_note_lack(attempt->server_state, SERVER_COOKIES, attempt->received);
	if (!letters)
		server_state_note_lack(attempt->server_state, SERVER_CASE, attempt->received);
	return true;
}

static enum attempt_event answered(const struct attempt *attempt, struct answer *out)
{
	out->server = *attempt->server;
	if (attempt_is_feigned(attempt))
		out->source = SOURCE_FAULT;
	// For a program that parses the message itself, a long message from a Unix socket counts as received over TCP.
	const bool is_long = UNLIKELY(attempt->server->family == AF_UNIX) && out->message_size > PACKET_PLAIN_PAYLOAD;
	out->over_tcp = attempt->stream || is_long;
	if (LIKELY(out->has_opt && !answer_is_failure(out)))
		server_state_note_capability(attempt->server_state, SERVER_EDNS);
	return ATTEMPT_ANSWERED;
}

COLD static enum attempt_event reject(struct answer *answer, enum attempt_event event)
{
	answer_clear(answer);
	return event;
}

// Writes the reply of the fault to the next of the questions. As channel_receive.
COLD static ssize_t write_feigned(
	struct attempt *attempt, const struct question *questions, uint8_t *buffer, uint8_t **message)
{
	const size_t which = (size_t)__builtin_ctz(attempt->waiting);
	const struct question *question = &questions[which];
	struct answer answer = {0};
	size_t size;
	*message = buffer;
	if (fault_plan_has(&attempt->fault, FAULT_REPLY))
		return (ssize_t)fault_write_reply(attempt->fault.fault, question, attempt->draws.ids[which], buffer);
	const enum outcome outcome = fault_answer(&attempt->fault, question, &answer);
	uint8_t *reply = server_reply_make(&answer, question, attempt->draws.ids[which], &size);
	answer_clear(&answer);
	if (!reply || outcome == OUTCOME_ERROR) {
		free(reply);
		errno = ENOMEM;
		return -1;
	}
	if (outcome == OUTCOME_PASS)
		packet_edit_set_truncated(reply);
	free(attempt->channel.input);
	attempt->channel.input = *message = reply;
	return (ssize_t)size;
}

// Of a truncated message, or one that was cut when it was received.
COLD static bool needs_rest(const struct attempt *attempt)
{
	return !attempt->stream && (!attempt->keeps_truncated || (attempt->was_cut && !attempt->has_room));
}

enum attempt_event attempt_receive(
	struct attempt *attempt, const struct question *questions, size_t *which, struct answer *out)
{
	uint8_t datagram[PACKET_EDNS_PAYLOAD], *message = NULL;
	uint8_t *const buffer = attempt->has_room ? NULL : datagram;
	const ssize_t received = attempt_is_feigned(attempt)
		? write_feigned(attempt, questions, datagram, &message)
		: channel_receive(&attempt->channel, buffer, sizeof(datagram), &message, &attempt->was_cut);
	attempt->received = clock_now();
	if (received < 0) {
		attempt_close(attempt);
		return ATTEMPT_BROKEN;
	}
	if (!message)
		return ATTEMPT_NOTHING;
	const size_t size = (size_t)received;
	if (!is_awaited(attempt, questions, message, size, which))
		return ignore(attempt);
	const struct question *question = &questions[*which];
	const bool letters = !attempt->mixes_case || restore_case(attempt, message, size, question);
	const int error = LIKELY(packet_read(message, size, question, out)) ? 0 : errno;
	if (!is_proven(attempt, has_right_cookie(attempt, message, size, out), letters))
		return reject(out, ATTEMPT_DOUBTFUL);
	attempt->waiting &= ~(1u << *which);
	server_state_note_reply(attempt->server_state, attempt->stream ? 0 : attempt->received - attempt->started);
	if ((attempt->was_cut || packet_is_truncated(message)) && needs_rest(attempt))
		return reject(out, ATTEMPT_TRUNCATED);
	if (LIKELY(!error))
		return answered(attempt, out);
	if (error == EBADMSG && !attempt->keeps_malformed)
		return ATTEMPT_MALFORMED;
	if (error == EBADMSG && packet_keep(message, size, out))
		return answered(attempt, out);
	*out = (struct answer){.outcome = OUTCOME_ERROR, .error = ENOMEM};
	return ATTEMPT_ANSWERED;
}

void attempt_close(struct attempt *attempt)
{
	channel_close(&attempt->channel);
	attempt->waiting = 0;
}
