// SPDX-License-Identifier: MIT
#include "resolver/source/recording_text.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/error_text.h"
#include "config/base/strbuf.h"
#include "config/sync/frame.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/record_index.h"
#include "resolver/dns/record_text.h"

void recording_text_write_owner(const struct name *name, char *text)
{
	record_text_write_owner(name, text);
	for (; *text; text++)
		*text = (char)ascii_lower(*text);
}

static bool put(struct recording_text *out, const char *bytes, size_t size)
{
	return array_append_all(&out->bytes, &out->used, bytes, size, 1);
}

// What is written for one answer. Allocated, because it is too large for the stack.
struct writing {
	const struct question *question;
	struct recording_text *out;
	struct answer section;
	struct record_index records;
	struct name owner, end, zone;
	char line[RECORD_TEXT_SIZE];
};

static bool put_record(struct writing *writing, const struct record *record)
{
	struct record_view view = answer_view(&writing->section, record, &writing->owner);
	if (!rrtype_is_record(record->type))
		return true;
	// No label is as long as a letter's code.
	for (unsigned i = 0; i < writing->owner.length; i++)
		writing->owner.wire[i] = (uint8_t)ascii_lower(writing->owner.wire[i]);
	view.ttl = RECORDING_TTL;
	return put(writing->out, writing->line, record_text_write(&view, writing->line));
}

// Callback for a name of the chain: writes its CNAME; at the end of the chain the records of the question's type.
static bool put_records_at(const struct name *name, const struct record *alias, void *context)
{
	struct writing *writing = context;
	const uint16_t type = writing->question->type;
	if (alias)
		return put_record(writing, alias);
	for (const struct record *record = NULL; (record = record_index_next(&writing->records, name, record));)
		if ((type == RRTYPE_ANY || record->type == type) && !put_record(writing, record))
			return false;
	return true;
}

NOINLINE_LARGE_FRAME static bool put_question(struct writing *writing, const char *result, const struct name *zone)
{
	char owner[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE];
	struct strbuf line = {.bytes = writing->line, .size = sizeof(writing->line)};
	recording_text_write_owner(&writing->question->name, owner);
	strbuf_add(&line, "; ");
	strbuf_add(&line, owner);
	strbuf_add(&line, " ");
	strbuf_add(&line, rrtype_write(writing->question->type, type));
	strbuf_add(&line, " ");
	strbuf_add(&line, result);
	if (zone) {
		recording_text_write_owner(zone, owner);
		strbuf_add(&line, " ");
		strbuf_add(&line, owner);
	}
	strbuf_add(&line, "\n");
	return put(writing->out, line.bytes, line.used);
}

// Finds the zone of a negative answer: the owner of the first SOA record in the authority section.
static bool find_zone(struct writing *writing, const struct answer *answer)
{
	struct answer authorities;
	bool is_found = false;
	if (!packet_read_section(answer->message, answer->message_size, SECTION_AUTHORITY, &authorities))
		return false;
	for (size_t i = 0; !is_found && i < authorities.record_count; i++) {
		is_found = authorities.records[i].type == RRTYPE_SOA;
		if (is_found)
			writing->zone = answer_owner(&authorities, &authorities.records[i]);
	}
	answer_clear(&authorities);
	return is_found;
}

static bool has_data(struct writing *writing)
{
	return answer_chain_end(&writing->section, writing->question, &writing->end) &&
		answer_has_data(&writing->section, &writing->end, writing->question->type);
}

static bool put_result(struct writing *writing, const struct answer *answer)
{
	char rcode[RRTYPE_TEXT_SIZE];
	const bool is_positive = answer->rcode == RCODE_NOERROR && has_data(writing);
	const bool has_zone = !is_positive && find_zone(writing, answer);
	const char *result = answer->is_lame ? RECORDING_LAME : rcode_write(answer->rcode, rcode);
	if (answer->rcode == RCODE_NOERROR && !is_positive && !answer->is_lame)
		result = RECORDING_NO_DATA;
	return put_question(writing, result, has_zone ? &writing->zone : NULL);
}

static bool put_reply(struct writing *writing, const struct answer *answer)
{
	if (!packet_read_section(answer->message, answer->message_size, SECTION_ANSWER, &writing->section))
		return false;
	writing->records = record_index_open(&writing->section, RRTYPE_ANY);
	const bool is_put = put_result(writing, answer);
	if (is_put)
		answer_chain_walk(&writing->section, writing->question, put_records_at, writing, &writing->end);
	record_index_close(&writing->records);
	answer_clear(&writing->section);
	return is_put;
}

bool recording_text_write(const struct question *question, const struct answer *answer, struct recording_text *out)
{
	struct writing *writing = calloc(1, sizeof(*writing));
	if (!writing)
		return false;
	writing->question = question;
	writing->out = out;
	const int error = answer->outcome == OUTCOME_UNUSABLE ? EBADMSG : answer->error;
	const bool is_done = answer->message ? put_reply(writing, answer) : put_question(writing, error_text(error), NULL);
	free(writing);
	return is_done;
}
