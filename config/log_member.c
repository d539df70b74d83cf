// SPDX-License-Identifier: MIT
#include "config/log_member.h"

#define MEMBER(form, name, limit, place)                                         \
	{                                                                            \
#name, LOG_MEMBER_##form, offsetof(struct log_event, name), limit, place \
	}

const struct log_member log_members[] = {
	{"event", LOG_MEMBER_KIND, offsetof(struct log_event, kind), 16, 1},
	MEMBER(STRING, call, 64, 0),
	MEMBER(STRING, name, 512, 2),
	MEMBER(STRING, arguments, 256, 4),
	MEMBER(STRING, type, 16, 3),
	MEMBER(STRING, rule, 256, 8),
	MEMBER(SOURCE, source, 16, 5),
	MEMBER(STRING, server, 80, 6),
	MEMBER(STRING, transport, 16, 7),
	MEMBER(RESULT, result, 128, 9),
	MEMBER(STRING, rcode, 16, 0),
	{"answer", LOG_MEMBER_COUNT, offsetof(struct log_event, counts), 0, 0},
	{"authority", LOG_MEMBER_COUNT, offsetof(struct log_event, counts), 1, 0},
	{"additional", LOG_MEMBER_COUNT, offsetof(struct log_event, counts), 2, 0},
	MEMBER(NUMBER, try, 0, 11),
	MEMBER(WORDS, addresses, 80, 12),
	MEMBER(WORDS, names, 80, 13),
	MEMBER(LINES, records, LOG_RECORD_LIMIT, 0),
	MEMBER(STRING, detail, 256, 10),
	MEMBER(STRING, reason, 640, 0),
	MEMBER(NUMBER, bytes, 0, 15),
	{"ms", LOG_MEMBER_DURATION, offsetof(struct log_event, microseconds), 0, 14},
	{NULL, LOG_MEMBER_STRING, 0, 0, 0},
};

const struct log_member *log_member_at(unsigned trace_place)
{
	for (const struct log_member *member = log_members; member->key != NULL; member++)
		if (member->trace_place == trace_place)
			return member;
	return NULL;
}

static const void *value_of(const struct log_member *member, const struct log_event *event)
{
	return (const char *)event + member->offset;
}

const char *log_member_text(const struct log_member *member, const struct log_event *event)
{
	switch (member->form) {
	case LOG_MEMBER_KIND:
		return log_kind_word(event->kind);
	case LOG_MEMBER_SOURCE:
		return answer_source_word(event->source);
	case LOG_MEMBER_RESULT:
		return log_result_word(event->result);
	case LOG_MEMBER_STRING:
	case LOG_MEMBER_WORDS:
	case LOG_MEMBER_LINES:
		return *(const char *const *)value_of(member, event);
	default:
		return NULL;
	}
}

int64_t log_member_number(const struct log_member *member, const struct log_event *event)
{
	const void *value = value_of(member, event);
	switch (member->form) {
	case LOG_MEMBER_NUMBER:
		return *(const unsigned *)value > 0 ? (int64_t) * (const unsigned *)value : -1;
	case LOG_MEMBER_COUNT:
		return event->counts != NULL ? event->counts[member->limit] : -1;
	case LOG_MEMBER_DURATION:
		return *(const int64_t *)value;
	default:
		return -1;
	}
}
