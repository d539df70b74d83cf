// SPDX-License-Identifier: MIT
#include "config/log_json.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config/base/strbuf.h"
#include "config/base/timestamp.h"
#include "config/log_member.h"
#include "config/sync/frame.h"

#define LIST_RESERVE 480    // bytes that stay free behind a list, which takes all that is left
#define STRING_RESERVE 120  // bytes that stay free behind a string

static void add_key(struct strbuf *line, const char *key)
{
	strbuf_add(line, ",\"");
	strbuf_add(line, key);
	strbuf_add(line, "\":");
}

static void add_string_member(struct strbuf *line, const char *key, const char *value, size_t limit)
{
	const size_t room = strbuf_room_before(line, STRING_RESERVE);
	add_key(line, key);
	strbuf_add(line, "\"");
	strbuf_add_escaped(line, value, ESCAPE_JSON, limit < room ? limit : room);
	strbuf_add(line, "\"");
}

// The first thread has the number of its process and is left out.
static void add_thread(struct strbuf *line, int64_t process)
{
	const long thread = syscall(SYS_gettid);
	if (thread <= 0 || thread == process)
		return;
	add_key(line, "thread");
	strbuf_add_number(line, (uint64_t)thread);
}

// Adds an array of the elements, at most member->limit bytes of each. growth: how many times longer escaping makes an
// element at most. The last element is "..." if the others do not fit.
NOINLINE_LARGE_FRAME static void add_list(
	struct strbuf *line, const struct log_member *member, const char *elements, const char *separator, size_t growth)
{
	const char *before = "\"";
	add_key(line, member->key);
	strbuf_add(line, "[");
	for (const char *at = elements + strspn(elements, separator); *at != '\0'; at += strspn(at, separator)) {
		char element[LOG_RECORD_LIMIT + 2];  // one byte more than is written, so that a longer one is seen to be cut
		const size_t length = strcspn(at, separator);
		struct strbuf one = {.bytes = element, .size = member->limit + 2};
		strbuf_add_bytes(&one, at, length);
		strbuf_end(&one);
		const bool fits = strbuf_room_before(line, LIST_RESERVE) > one.used * growth + sizeof "\",\"...";
		strbuf_add(line, before);
		strbuf_add_escaped(line, fits ? element : "...", ESCAPE_JSON, member->limit);
		strbuf_add(line, "\"");
		if (!fits)
			break;
		before = ",\"";
		at += length;
	}
	strbuf_add(line, "]");
}

static void add_member(struct strbuf *line, const struct log_member *member, const struct log_event *event)
{
	const int64_t number = log_member_number(member, event);
	const char *text = log_member_text(member, event);
	if (number >= 0) {
		add_key(line, member->key);
		if (member->form == LOG_MEMBER_DURATION)
			strbuf_add_milliseconds(line, number, 3);
		else
			strbuf_add_number(line, (uint64_t)number);
	}
	if (text == NULL)
		return;
	if (member->form == LOG_MEMBER_LINES)
		add_list(line, member, text, "\n", 2);
	else if (member->form == LOG_MEMBER_WORDS)
		add_list(line, member, text, " ", 6);
	else
		add_string_member(line, member->key, text, member->limit);
}

void log_json_write(struct strbuf *line, const struct log_event *event)
{
	const int64_t process = log_event_pid(event);
	strbuf_add(line, "{\"v\":1,\"time\":\"");
	timestamp_add(line);
	strbuf_add(line, "\",\"pid\":");
	strbuf_add_number(line, (uint64_t)process);
	add_string_member(line, "program", log_event_program(event), 64);
	for (const struct log_member *member = log_members; member->key != NULL; member++)
		add_member(line, member, event);
	add_thread(line, process);
	strbuf_add(line, "}");
}
