// SPDX-License-Identifier: MIT
#include "config/log_text.h"

#include <string.h>

#include "config/base/strbuf.h"
#include "config/base/timestamp.h"
#include "config/log_member.h"

struct part {
	const char *open, *between, *close;
	size_t reserve;  // bytes that free text and lists in this part leave for what follows
};

static const struct part parts[] = {
	[LOG_PART_SUBJECT] = {" ", " ", "", 0},
	[LOG_PART_RESULT] = {" -> ", " ", "", 480},
	[LOG_PART_NOTES] = {" (", ", ", ")", 376},
	[LOG_PART_REASON] = {" because ", " ", "", 0},
};

static bool has_text(const char *value)
{
	return value != NULL && value[0] != '\0';
}

// Adds lines separated by ", ", in at most limit bytes.
static void add_lines(struct strbuf *line, const char *lines, size_t limit)
{
	const size_t end = line->used + limit;
	for (const char *at = lines; *at != '\0' && line->used < end;) {
		char record[LOG_RECORD_LIMIT];
		struct strbuf one = {.bytes = record, .size = sizeof record};
		const size_t length = strcspn(at, "\n");
		strbuf_add_bytes(&one, at, length);
		strbuf_add_escaped(line, strbuf_end(&one), ESCAPE_TEXT, end - line->used);
		at += length + strspn(at + length, "\n");
		strbuf_add(line, *at != '\0' ? ", " : "");
	}
}

static void add_number(struct strbuf *line, const struct log_member *member, int64_t number)
{
	if (member->form != LOG_MEMBER_DURATION) {
		strbuf_add_number(line, (uint64_t)number);
		return;
	}
	strbuf_add_milliseconds(line, number, 2);
	strbuf_add(line, " ms");
}

static void add_text(struct strbuf *line, const struct log_member *member, const char *text, size_t reserve)
{
	const size_t room = strbuf_room_before(line, reserve);
	switch (member->form) {
	case LOG_MEMBER_LINES:
		add_lines(line, text, room);
		break;
	case LOG_MEMBER_WORDS:
		strbuf_add_escaped(line, text, ESCAPE_TEXT, room);
		break;
	case LOG_MEMBER_STRING:
	case LOG_MEMBER_RESULT:
		strbuf_add_escaped(line, text, ESCAPE_TEXT, room < member->limit ? room : member->limit);
		break;
	default:
		strbuf_add_escaped(line, text, ESCAPE_WORD, member->limit);
	}
}

// A call that found something succeeded: its line shows what was found, not the result.
static bool is_implied(const struct log_member *member, const struct log_event *event)
{
	return member->form == LOG_MEMBER_RESULT && event->kind == EVENT_CALL &&
		(has_text(event->names) || has_text(event->addresses) || has_text(event->records));
}

// Adds the columns of one part, in the order of their places.
static void add_part(
	struct strbuf *line, enum log_part which, const struct log_member *const *columns, const struct log_event *event)
{
	const struct part *part = &parts[which];
	const size_t start = line->used;
	for (size_t i = 0; i < LOG_COLUMNS_MAX; i++) {
		const struct log_member *member = columns[i];
		if (member == NULL || (event->kind == EVENT_CALL ? member->column.call : member->column.other) != which)
			continue;
		const char *text = log_member_text(member, event);
		const int64_t number = log_member_number(member, event);
		if ((!has_text(text) && number < 0) || is_implied(member, event))
			continue;
		const char *before = member->column.before != NULL ? member->column.before : part->between;
		strbuf_add(line, line->used == start ? part->open : before);
		strbuf_add(line, member->column.prefix != NULL ? member->column.prefix : "");
		if (number >= 0)
			add_number(line, member, number);
		else
			add_text(line, member, text, part->reserve);
	}
	strbuf_add(line, line->used > start ? part->close : "");
}

void log_text_write(struct strbuf *line, const struct log_event *event)
{
	const struct log_member *columns[LOG_COLUMNS_MAX] = {NULL};
	for (const struct log_member *member = log_members; member->key != NULL; member++) {
		if (member->column.place > 0)
			columns[member->column.place - 1] = member;
	}
	timestamp_add(line);
	strbuf_add(line, " ");
	strbuf_add_escaped(line, log_event_program(event), ESCAPE_WORD, 64);
	strbuf_add(line, "[");
	strbuf_add_number(line, (uint64_t)log_event_pid(event));
	strbuf_add(line, "]");
	for (enum log_part part = LOG_PART_SUBJECT; part <= LOG_PART_REASON; part++)
		add_part(line, part, columns, event);
}
