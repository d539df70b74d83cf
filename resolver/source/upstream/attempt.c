// SPDX-License-Identifier: MIT
#include "resolver/source/upstream/attempt.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/ascii.h"
#include "config/base/clock.h"
#include "config/base/network.h"
#include "config/lookup_context.h"
#include "config/sync/keyed_random.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/packet_write.h"
#include "resolver/dns/server_reply.h"
#include "resolver/source/upstream/server_selection.h"
#include "resolver/source/upstream/server_state.h"
#include "resolver/source/upstream/upstream_request.h"

// The random values of one attempt.
struct draws {
	uint16_t ids[QUESTIONS_MAX];
	uint8_t spare;
	uint8_t letters[(NAME_WIRE_SIZE + 7) / 8];
};

// The ids of one attempt must differ, so that no reply is taken for that of the other question (glibc bug 26600).
static bool draw(struct draws *draws, const struct attempt *attempt)
{
	const size_t size = attempt->mixes_case ? sizeof(*draws) : offsetof(struct draws, letters);
	do {
		if (!keyed_random_draw(draws, size, attempt->started))
			return false;
	} while (draws->ids[0] == draws->ids[1]);
	return true;
}

// Length bytes are less than 'A', so that only letters of labels change.
static void mix_case(struct name *name, const uint8_t *letters)
{
	for (unsigned i = 0; i < name->length; i++)
		if (ascii_is_letter(name->wire[i]) && letters[i / 8] & 1u << i % 8)
			name->wire[i] ^= 'a' ^ 'A';
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
	*local = attempt->server;
	return network_is_loopback(local) || channel_local(&attempt->channel, local);
}

static void compose_queries(
	struct attempt *attempt, const struct question *questions, const struct draws *draws, struct queries *queries)
{
	struct address local;
	// Replies on a Unix socket cannot be forged: no cookie is needed.
	if (attempt->sends_cookie && attempt->server.family != AF_UNIX && find_local(attempt, &local))
		server_state_cookie(attempt->server_state, &local, &attempt->cookie);
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		if (!(attempt->waiting & 1u << i))
			continue;
		struct question *question = &attempt->questions[i];
		*question = questions[i];
		if (attempt->mixes_case)
			mix_case(&question->name, draws->letters);
		attempt->ids[i] = draws->ids[i];
		const struct packet_request request = {
			.id = attempt->ids[i],
			.flags = attempt->packet_flags,
			.payload = attempt->payload,
			.cookie = &attempt->cookie,
		};
		uint8_t *packet = queries->packets[queries->count];
		const size_t size = packet_write_request(question, &request, packet);
		queries->views[queries->count++] = (struct message_view){packet, size};
	}
}

// A query composed by the program keeps its id, which the program expects in the reply.
static void take_query(struct attempt *attempt, const struct program_query *query, struct queries *queries)
{
	packet_read_query(query->bytes, query->size, &attempt->ids[0], &attempt->opcode, &attempt->questions[0]);
	queries->views[0] = (struct message_view){query->bytes, query->size};
	queries->count = 1;
}

bool attempt_is_feigned(const struct attempt *attempt)
{
	return fault_plan_has(&attempt->fault, FAULT_OUTCOMES) ||
		(fault_plan_has(&attempt->fault, FAULT_TRUNCATE) && !attempt->stream);
}

int attempt_open(
	struct attempt *attempt, const struct candidate *candidate, const struct upstream_request *request, unsigned asked)
{
	struct queries queries;
	struct draws draws;
	attempt->channel.descriptor = -1;
	attempt->server = *candidate->address;
	attempt->server_state = candidate->server_state;
	attempt->waiting = asked;
	attempt->started = clock_now();
	const bool is_feigned = attempt_is_feigned(attempt);
	if (!draw(&draws, attempt) ||
		(!is_feigned && channel_open(&attempt->channel, candidate->address, attempt->stream) < 0))
		goto failed;
	queries.count = 0;
	if (request->lookup->program_query)
		take_query(attempt, request->lookup->program_query, &queries);
	else
		compose_queries(attempt, request->questions, &draws, &queries);
	if (!is_feigned && !attempt->is_lost && channel_send(&attempt->channel, queries.views, queries.count) < 0)
		goto failed;
	attempt->draw = draws.spare;
	return 0;
failed:
	attempt_close(attempt);
	return -1;
}

static bool is_awaited(const struct attempt *attempt, const uint8_t *message, size_t size, size_t *which)
{
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		if (attempt->waiting & 1u << i &&
			packet_is_reply(message, size, attempt->ids[i], attempt->opcode, &attempt->questions[i])) {
			*which = i;
			return true;
		}
	}
	return false;
}

static enum attempt_event ignore(struct attempt *attempt)
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
	if (!attempt->cookie.size)
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

static bool has_right_case(const struct attempt *attempt, const uint8_t *message, size_t size, size_t which)
{
	return !attempt->mixes_case || packet_repeats_case(message, size, &attempt->questions[which].name);
}

// Over TCP, which cannot be forged off-path, a missing cookie or case shows that the server lacks the capability.
static bool is_proven(struct attempt *attempt, bool cookie, bool letters)
{
	if (!attempt->stream)
		return cookie && letters;
	if (!cookie)
		server_state_note_lack(attempt->server_state, SERVER_COOKIES, clock_now());
	if (!letters)
		server_state_note_lack(attempt->server_state, SERVER_CASE, clock_now());
	return true;
}

static enum attempt_event answered(const struct attempt *attempt, struct answer *out)
{
	out->server = attempt->server;
	if (attempt_is_feigned(attempt))
		out->source = SOURCE_FAULT;
	// For a program that parses the message itself, a long message from a Unix socket counts as received over TCP.
	const bool is_long = attempt->server.family == AF_UNIX && out->message_size > PACKET_PLAIN_PAYLOAD;
	out->over_tcp = attempt->stream || is_long;
	if (out->has_opt && !answer_is_failure(out))
		server_state_note_capability(attempt->server_state, SERVER_EDNS);
	return ATTEMPT_ANSWERED;
}

static enum attempt_event reject(struct answer *answer, enum attempt_event event)
{
	answer_clear(answer);
	return event;
}

// Writes the reply of the fault to the next of the questions. As channel_receive.
static ssize_t write_feigned(const struct attempt *attempt, uint8_t *buffer, uint8_t **message)
{
	const size_t which = (size_t)__builtin_ctz(attempt->waiting);
	const struct question *question = &attempt->questions[which];
	struct answer answer = {0};
	size_t size;
	*message = buffer;
	if (fault_plan_has(&attempt->fault, FAULT_REPLY))
		return (ssize_t)fault_write_reply(attempt->fault.fault, question, attempt->ids[which], buffer);
	const enum outcome outcome = fault_answer(&attempt->fault, question, &answer);
	uint8_t *reply = server_reply_make(&answer, question, attempt->ids[which], &size);
	answer_clear(&answer);
	if (!reply || outcome == OUTCOME_ERROR) {
		free(reply);
		errno = ENOMEM;
		return -1;
	}
	if (outcome == OUTCOME_PASS)
		packet_edit_set_truncated(reply);
	memcpy(buffer, reply, size);
	free(reply);
	return (ssize_t)size;
}

enum attempt_event attempt_receive(
	struct attempt *attempt, const struct question *questions, uint8_t *buffer, size_t *which, struct answer *out)
{
	uint8_t *message = NULL;
	bool cut = false;
	ssize_t received = attempt_is_feigned(attempt)
		? write_feigned(attempt, buffer, &message)
		: channel_receive(&attempt->channel, buffer, TRANSPORT_DATAGRAM_MAX, &message, &cut);
	if (received < 0) {
		attempt_close(attempt);
		return ATTEMPT_BROKEN;
	}
	if (!message)
		return ATTEMPT_NOTHING;
	size_t size = (size_t)received;
	if (!is_awaited(attempt, message, size, which))
		return ignore(attempt);
	const bool letters = has_right_case(attempt, message, size, *which);
	if (attempt->mixes_case)
		packet_edit_case(message, size, &attempt->questions[*which].name, &questions[*which].name);
	const int error = packet_read(message, size, &questions[*which], out) ? 0 : errno;
	if (!is_proven(attempt, has_right_cookie(attempt, message, size, out), letters))
		return reject(out, ATTEMPT_DOUBTFUL);
	attempt->waiting &= ~(1u << *which);
	server_state_note_reply(attempt->server_state, attempt->stream ? 0 : clock_now() - attempt->started);
	if (!attempt->stream && !attempt->keeps_truncated && (cut || packet_is_truncated(message)))
		return reject(out, ATTEMPT_TRUNCATED);
	if (!error)
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
