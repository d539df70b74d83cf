// SPDX-License-Identifier: MIT
#include "resolver/message_lookup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/strbuf.h"
#include "config/config.h"
#include "config/lookup_context.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/record_text.h"
#include "resolver/dns/server_reply.h"
#include "resolver/resolver.h"
#include "resolver/search.h"
#include "resolver/source/upstream/upstream_request.h"

// Composes a message for an answer without one. over_tcp is set as if a server had sent it: over TCP if it exceeds 512
// bytes (RFC 1035 4.2.1).
static enum outcome complete(
	const struct lookup_context *lookup, struct answer *answer, const struct question *question, uint16_t id)
{
	bool is_answered = !answer_has_no_reply(answer) && answer->source != SOURCE_SYSTEM;
	if (!answer->message && is_answered && question->name.length) {
		if (!server_reply_set_message(answer, answer, question, id))
			return answer_finish(answer, false);
		answer->over_tcp |= answer->message_size > PACKET_PLAIN_PAYLOAD;
		if (lookup->on_reply)
			lookup->on_reply(lookup->context, answer->message, answer->message_size, answer->over_tcp);
	}
	return answer->outcome;
}

enum outcome message_lookup_query(struct resolver *resolver, const struct lookup_context *lookup, const char *name,
	struct question *question, struct answer *out)
{
	question->name.length = 0;
	*out = (struct answer){.outcome = OUTCOME_NO_RECOVERY, .error = EMSGSIZE};
	// As in glibc, an empty name is the root.
	if (!name_read(*name ? name : ".", &question->name))
		return OUTCOME_NO_RECOVERY;
	resolver_answer(resolver, lookup, question, 1, out);
	return complete(lookup, out, question, 0);
}

enum outcome message_lookup_search(struct resolver *resolver, const struct lookup_context *lookup, const char *name,
	struct question *question, struct answer *out)
{
	struct lookup_context listed = *lookup;
	listed.is_listed = name_lists_have(&lookup->config->only, name);
	question->name.length = 0;
	name_read(name, &question->name);
	const enum outcome outcome = search_answer(&(struct search){resolver, &listed, question, out, 1}, name);
	return complete(lookup, out, question, 0) == OUTCOME_ERROR ? OUTCOME_ERROR : outcome;
}

#define DATA_MAX 512  // bytes; longer data are not converted

// Returns false if the data are cut.
static bool add_data(struct strbuf *line, const struct answer *answer, const struct record *record)
{
	static const char rest[] = "\n...";
	const uint8_t *data = answer_data(answer, record);
	const size_t room = strbuf_room(line) > sizeof(rest) ? strbuf_room(line) - sizeof(rest) : 0;
	char *shown = NULL;
	if (record->data_length <= DATA_MAX)
		shown = record_text_data(record->type, RRCLASS_IN, data, record->data_length);
	const bool is_whole = shown && strlen(shown) <= room;
	if (shown && (is_whole || !line->used))
		strbuf_add_escaped(line, shown, ESCAPE_TEXT, room);
	else
		strbuf_add(line, "...");
	free(shown);
	return is_whole;
}

char *message_lookup_write_records(const struct answer *answer, uint16_t type, char *text)
{
	struct strbuf line = {.bytes = text, .size = MESSAGE_LOOKUP_RECORDS_SIZE};
	size_t shown = 0;
	for (size_t i = 0; i < answer->record_count; i++) {
		const struct record *record = &answer->records[i];
		if (type != RRTYPE_ANY && record->type != type)
			continue;
		if (shown)
			strbuf_add(&line, "\n");
		if (shown++ == MESSAGE_LOOKUP_RECORDS_MAX)
			strbuf_add(&line, "...");
		if (shown > MESSAGE_LOOKUP_RECORDS_MAX || !add_data(&line, answer, record))
			break;
	}
	return strbuf_end(&line);
}

enum outcome message_lookup_send(struct resolver *resolver, const struct lookup_context *lookup, const uint8_t *bytes,
	size_t size, struct answer *out)
{
	struct program_query query = {.bytes = bytes, .size = size};
	struct lookup_context sending = *lookup;
	struct question question;
	uint16_t id;
	*out = (struct answer){.outcome = OUTCOME_ERROR, .error = EINVAL};
	if (size > UINT16_MAX || !packet_read_query(bytes, size, &id, &query.opcode, &question))
		return OUTCOME_ERROR;
	sending.program_query = &query;
	resolver_answer(resolver, &sending, &question, 1, out);
	return complete(lookup, out, &question, id);
}
