// SPDX-License-Identifier: MIT
#include "config/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config/base/append.h"
#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/base/strbuf.h"
#include "config/log_member.h"

// ---- JSON ----

#define LIST_RESERVE 480    // bytes that stay free behind a list, which takes all that is left
#define STRING_RESERVE 120  // bytes that stay free behind a string

static void add_key(struct strbuf *line, const char *key)
{
	strbuf_add_texts(line, ",\"", key, "\":");
}

static void add_string_member(struct strbuf *line, const char *key, const char *value, size_t limit)
{
	const size_t room = strbuf_room_before(line, STRING_RESERVE);
	add_key(line, key);
	strbuf_add(line, "\"");
	strbuf_add_escaped(line, value, ESCAPE_JSON, limit < room ? limit : room);
	strbuf_add(line, "\"");
}

static int64_t process_of(const struct log_event *event)
{
	return event->process != NULL ? event->process->pid : getpid();
}

// 0 for the first thread, which has the number of its process and is left out.
static uint64_t number_of_thread(const struct log_event *event)
{
	const long thread = syscall(SYS_gettid);
	return thread <= 0 || thread == process_of(event) ? 0 : (uint64_t)thread;
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

// Adds an object with a member for each value of the event (log_member.h). The object stays whole: long values are cut,
// and a list ends in "...". line holds at least LOG_LINE_SIZE - 1 bytes.
static void write_json(struct strbuf *line, const struct log_event *event)
{
	strbuf_add(line, "{\"v\":1,\"time\":\"");
	strbuf_add_time(line);
	strbuf_add(line, "\",\"pid\":");
	strbuf_add_number(line, (uint64_t)process_of(event));
	add_string_member(line, "program", log_process_program(event->process), 64);
	for (const struct log_member *member = log_members; member->key != NULL; member++)
		add_member(line, member, event);
	const uint64_t thread = number_of_thread(event);
	if (thread > 0) {
		add_key(line, "thread");
		strbuf_add_number(line, thread);
	}
	strbuf_add(line, "}");
}

// ---- text ----

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
		strbuf_add_texts(line, line->used == start ? part->open : before,
			member->column.prefix != NULL ? member->column.prefix : "");
		if (number >= 0)
			add_number(line, member, number);
		else
			add_text(line, member, text, part->reserve);
	}
	strbuf_add(line, line->used > start ? part->close : "");
}

// Adds the time, the process and the columns of the event (log_member.h). Long values are cut.
static void write_text(struct strbuf *line, const struct log_event *event)
{
	const struct log_member *columns[LOG_COLUMNS_MAX] = {NULL};
	for (const struct log_member *member = log_members; member->key != NULL; member++)
		if (member->column.place > 0)
			columns[member->column.place - 1] = member;
	strbuf_add_time(line);
	strbuf_add(line, " ");
	strbuf_add_escaped(line, log_process_program(event->process), ESCAPE_WORD, 64);
	strbuf_add(line, "[");
	strbuf_add_number(line, (uint64_t)process_of(event));
	strbuf_add(line, "]");
	for (enum log_part part = LOG_PART_SUBJECT; part <= LOG_PART_REASON; part++)
		add_part(line, part, columns, event);
}

// ---- for the parent of a run ----

static void add_number_pair(struct strbuf *line, const char *key, int64_t number)
{
	strbuf_add_texts(line, key, "=");
	strbuf_add_number(line, (uint64_t)number);
	strbuf_add_byte(line, '\0');
}

static void add_text_pair(struct strbuf *line, const struct log_member *member, const char *text)
{
	const bool is_list = member->form == LOG_MEMBER_WORDS || member->form == LOG_MEMBER_LINES;
	const size_t room = strbuf_room_before(line, is_list ? LIST_RESERVE : STRING_RESERVE);
	strbuf_add_texts(line, member->key, "=");
	if (member->form == LOG_MEMBER_LINES)
		add_lines(line, text, room);
	else
		strbuf_add_escaped(line, text, ESCAPE_NOTHING, is_list || room < member->limit ? room : member->limit);
	strbuf_add_byte(line, '\0');
}

// Adds "KEY=VALUE" and a NUL for each value of the event (log_member.h): durations in microseconds, lines separated by
// ", ", text unescaped. Long values are cut.
static void write_pairs(struct strbuf *line, const struct log_event *event)
{
	static const struct log_member program = {.key = "program", .form = LOG_MEMBER_WORD, .limit = 64};
	add_number_pair(line, "time", clock_read(CLOCK_REALTIME) / 1000);
	add_number_pair(line, "pid", process_of(event));
	add_number_pair(line, "thread", (int64_t)number_of_thread(event));
	add_text_pair(line, &program, log_process_program(event->process));
	for (const struct log_member *member = log_members; member->key != NULL; member++) {
		const int64_t number = log_member_number(member, event);
		const char *text = log_member_text(member, event);
		if (number >= 0)
			add_number_pair(line, member->key, number);
		if (text != NULL)
			add_text_pair(line, member, text);
	}
}

// ---- writing ----

static bool is_still_bound(const struct log *log)
{
	struct stat now;
	if (log->descriptor == STDERR_FILENO)
		return true;
	return fstat(log->descriptor, &now) == 0 && now.st_dev == log->device && now.st_ino == log->inode;
}

void log_bind(struct log *log, int descriptor)
{
	struct stat now = {.st_dev = 0};
	const int saved = errno;
	const bool is_open = fstat(descriptor, &now) == 0;
	log->target = is_open || descriptor == STDERR_FILENO ? LOG_DESCRIPTOR : LOG_OFF;
	log->descriptor = descriptor;
	log->device = now.st_dev;
	log->inode = now.st_ino;
	errno = saved;
}

// -1 if there is nothing to write to; with LOG_FILE with errno.
static int open_target(const struct log *log)
{
	if (log->target == LOG_DESCRIPTOR)
		return is_still_bound(log) ? log->descriptor : -1;
	return append_open(log->path, O_CREAT);
}

// The errno for which the file could not be opened, else 0.
static int deliver(const struct log *log, const char *bytes, size_t size)
{
	if (log->target == LOG_RUN) {
		run_send_event(&log->run, bytes, size);
		return 0;
	}
	const int descriptor = open_target(log);
	if (descriptor < 0)
		return log->target == LOG_FILE ? errno : 0;
	append_write(descriptor, bytes, size);
	if (log->target == LOG_FILE)
		close(descriptor);
	return 0;
}

// The line is allocated, because threads with small stacks make lookups. Without memory it is lost.
static int write_line(const struct log *log, const struct log_event *event)
{
	char *bytes = malloc(LOG_LINE_SIZE);
	if (bytes == NULL) {
		if (log->target == LOG_RUN)
			run_note_loss();
		return 0;
	}
	struct strbuf line = {.bytes = bytes, .size = LOG_LINE_SIZE - 1};
	(log->target == LOG_RUN ? write_pairs : log->json ? write_json : write_text)(&line, event);
	if (log->target != LOG_RUN)
		bytes[line.used++] = '\n';
	const int failure = deliver(log, bytes, line.used);
	free(bytes);
	return failure;
}

int log_write(const struct log *log, const struct log_event *event)
{
	if (!log_is_on(log))
		return 0;
	const int saved = errno;
	const int failure = write_line(log, event);
	errno = saved;
	return failure;
}
