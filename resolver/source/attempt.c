// SPDX-License-Identifier: MIT
#include "resolver/source/attempt.h"

#include <errno.h>
#include <sys/random.h>

#include "config/clock.h"
#include "resolver/dns/packet.h"

// The ids of one attempt differ, or a reply could be taken for the other question's (glibc bug 26600).
static bool draw_ids(uint16_t *ids)
{
	do {
		if (getrandom(ids, UPSTREAM_QUESTIONS_MAX * sizeof(*ids), 0) < 0)
			return false;
	} while (ids[0] == ids[1]);
	return true;
}

// Makes the queries in packets and lets views point to them; returns how many.
static size_t write_queries(const struct attempt *attempt, const struct question *questions, unsigned asked,
                            unsigned flags, uint8_t packets[][PACKET_QUERY_MAX], struct message_view *views)
{
	size_t count = 0;
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++) {
		if (!(asked & 1u << i))
			continue;
		size_t size = packet_write_query(&questions[i], attempt->ids[i], flags, packets[count]);
		views[count] = (struct message_view){ packets[count], size };
		count++;
	}
	return count;
}

// A program's own query keeps its id, which the program looks for in the reply.
static size_t take_query(struct attempt *attempt, const struct message_view *query, struct message_view *views)
{
	struct question ignored;
	packet_read_query(query->bytes, query->size, &attempt->ids[0], &attempt->opcode, &ignored);
	views[0] = *query;
	return 1;
}

int attempt_open(struct attempt *attempt, const struct address *server, const struct asking *asking, unsigned asked,
                 bool stream, unsigned packet_flags)
{
	uint8_t packets[UPSTREAM_QUESTIONS_MAX][PACKET_QUERY_MAX];
	struct message_view views[UPSTREAM_QUESTIONS_MAX];
	size_t count;
	*attempt = (struct attempt){
		.channel.descriptor = -1,
		.server = *server,
		.stream = stream,
		.edns = packet_flags & PACKET_EDNS,
		.started = clock_now(),
	};
	if (asking->query)
		count = take_query(attempt, asking->query, views);
	else if (draw_ids(attempt->ids))
		count = write_queries(attempt, asking->questions, asked, packet_flags, packets, views);
	else
		return -1;
	if (channel_open(&attempt->channel, server, stream, views, count) < 0)
		return -1;
	attempt->waiting = asked;
	return 0;
}

static bool is_awaited(const struct attempt *attempt, const struct question *questions, const uint8_t *message,
                       size_t size, size_t *which)
{
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++) {
		if (attempt->waiting & 1u << i &&
		    packet_is_reply(message, size, attempt->ids[i], attempt->opcode, &questions[i])) {
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

static enum attempt_event answered(const struct attempt *attempt, struct answer *out)
{
	out->server = attempt->server;
	out->over_tcp = attempt->stream;
	return ATTEMPT_ANSWERED;
}

enum attempt_event attempt_receive(struct attempt *attempt, const struct question *questions, uint8_t *buffer,
                                   size_t *which, struct answer *out)
{
	const uint8_t *message = NULL;
	bool cut;
	ssize_t size = channel_receive(&attempt->channel, buffer, &message, &cut);
	if (size < 0) {
		attempt_close(attempt);
		return ATTEMPT_BROKEN;
	}
	if (!message)
		return ATTEMPT_NOTHING;
	if (!is_awaited(attempt, questions, message, (size_t)size, which))
		return ignore(attempt);
	attempt->waiting &= ~(1u << *which);
	if (!attempt->stream && !attempt->keeps_truncated && (cut || packet_is_truncated(message)))
		return ATTEMPT_TRUNCATED;
	if (packet_read(message, (size_t)size, &questions[*which], out))
		return answered(attempt, out);
	if (errno == EBADMSG && !attempt->keeps_malformed)
		return ATTEMPT_MALFORMED;
	if (errno == EBADMSG && packet_keep(message, (size_t)size, out))
		return answered(attempt, out);
	*out = (struct answer){ .outcome = OUTCOME_ERROR, .error = ENOMEM };
	return ATTEMPT_ANSWERED;
}

void attempt_close(struct attempt *attempt)
{
	channel_close(&attempt->channel);
	attempt->waiting = 0;
}
