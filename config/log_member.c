// SPDX-License-Identifier: MIT
#include "config/log_member.h"

#define MEMBER(form, name, limit, trace_place) \
#name, LOG_MEMBER_##form, offsetof(struct log_event, name), limit, trace_place
#define COUNT(name, which) #name, LOG_MEMBER_COUNT, offsetof(struct log_event, counts), which, 0
#define SPELLED(place, call, other, before, prefix) .column = {place, LOG_PART_##call, LOG_PART_##other, before, prefix}
#define COLUMN(place, call, other) SPELLED(place, call, other, NULL, NULL)
#define NO_COLUMN COLUMN(0, NONE, NONE)

const struct log_member log_members[] = {
	{"event", LOG_MEMBER_KIND, offsetof(struct log_event, kind), 16, 1, COLUMN(1, NONE, SUBJECT)},
	{MEMBER(WORD, call, 64, 0), COLUMN(2, SUBJECT, NONE)},
	{MEMBER(WORD, name, 512, 2), COLUMN(3, SUBJECT, SUBJECT)},
	{MEMBER(STRING, arguments, 256, 4), COLUMN(5, SUBJECT, SUBJECT)},
	{MEMBER(WORD, type, 16, 3), COLUMN(4, SUBJECT, SUBJECT)},
	{MEMBER(WORD, rule, 256, 8), SPELLED(18, NOTES, NOTES, NULL, "for ")},
	{MEMBER(SOURCE, source, 16, 5), COLUMN(6, NOTES, NONE)},
	{MEMBER(WORD, server, 255, 6), SPELLED(7, NOTES, SUBJECT, " ", NULL)},
	{MEMBER(WORD, transport, 16, 7), SPELLED(8, NOTES, SUBJECT, " ", NULL)},
	{MEMBER(RESULT, result, 128, 9), COLUMN(9, RESULT, RESULT)},
	{MEMBER(WORD, rcode, 16, 0), COLUMN(13, RESULT, RESULT)},
	{COUNT(answer, 0), COLUMN(14, RESULT, RESULT)},
	{COUNT(authority, 1), SPELLED(15, RESULT, RESULT, "/", NULL)},
	{COUNT(additional, 2), SPELLED(16, RESULT, RESULT, "/", NULL)},
	{MEMBER(NUMBER, try, 0, 11), NO_COLUMN},
	{MEMBER(WORDS, addresses, 80, 12), COLUMN(11, RESULT, RESULT)},
	{MEMBER(WORDS, names, 80, 13), COLUMN(10, RESULT, RESULT)},
	{MEMBER(LINES, records, LOG_RECORD_LIMIT, 0), COLUMN(12, RESULT, RESULT)},
	{MEMBER(STRING, detail, 256, 10), COLUMN(17, NOTES, NOTES)},
	{MEMBER(STRING, reason, 640, 0), COLUMN(20, REASON, REASON)},
	{MEMBER(NUMBER, bytes, 0, 15), NO_COLUMN},
	{"ms", LOG_MEMBER_DURATION, offsetof(struct log_event, microseconds), 0, 14, COLUMN(19, NOTES, NOTES)},
	{NULL, LOG_MEMBER_STRING, 0, 0, 0, NO_COLUMN},
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
		return log_event_word(event->kind);
	case LOG_MEMBER_SOURCE:
		return answer_source_word(event->source);
	case LOG_MEMBER_RESULT:
		return log_result_word(event->result);
	case LOG_MEMBER_STRING:
	case LOG_MEMBER_WORD:
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
