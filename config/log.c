// SPDX-License-Identifier: MIT
#include "config/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "config/base/append.h"
#include "config/base/clock.h"
#include "config/base/error_text.h"
#include "config/base/rrtype.h"
#include "config/base/strbuf.h"
#include "config/log_member.h"
#include "config/sync/frame.h"

// The longest that one value may get, and what stays free behind the addresses, which take all that is left.
#define VALUE_LIMIT 256
#define NAME_LIMIT 512
#define TAIL_SIZE 480

#define TARGETS_SIZE 120  // what stays free behind what is written behind the addresses
#define REASON_LIMIT 640

const char *log_kind_word(enum event_kind kind)
{
	static const char *const words[] = {
		[EVENT_CALL] = "call",
		[EVENT_EXCHANGE] = "exchange",
		[EVENT_ANSWER] = "answer",
		[EVENT_SHARED] = "shared",
		[EVENT_FAULT] = "fault",
		[EVENT_CONFIG] = "config",
		[EVENT_SAVE] = "save",
	};
	return words[kind];
}

enum event_kind log_kind_of(const char *word)
{
	for (enum event_kind kind = EVENT_CALL; kind <= EVENT_SAVE; kind++)
		if (strcmp(word, log_kind_word(kind)) == 0)
			return kind;
	return EVENT_NONE;
}

const char *log_result_word(struct log_result result)
{
	static const char *const words[] = {
		[RESULT_NOERROR] = "NOERROR",
		[RESULT_NODATA] = "NODATA",
		[RESULT_NXDOMAIN] = "NXDOMAIN",
		[RESULT_UNUSABLE] = "unusable answer",
		[RESULT_SYSTEM] = "system",
		[RESULT_LAME] = "lame",
		[RESULT_NO_SERVER] = "no server",
		[RESULT_NO_ANSWER] = "no answer",
		[RESULT_NO_ENTRY] = "no entry",
		[RESULT_NO_HOSTNAME] = "no hostname",
		[RESULT_ANSWERED] = "answered",
		[RESULT_MALFORMED] = "malformed",
		[RESULT_DOUBTFUL] = "doubtful",
		[RESULT_TRUNCATED] = "truncated",
		[RESULT_NO_ANSWER_YET] = "no answer so far",
		[RESULT_NO_TIME] = "no time left",
	};
	if (result.code == RESULT_TIMEOUT)
		return error_text(ETIMEDOUT);
	return result.code == RESULT_TEXT ? result.text : words[result.code];
}

struct log_result log_result_of_error(int error)
{
	if (error == ETIMEDOUT)
		return (struct log_result){.code = RESULT_TIMEOUT};
	return (struct log_result){.text = error_text(error)};
}

struct log_result log_result_of_rcode(uint16_t rcode, char *text)
{
	if (rcode == RCODE_NOERROR)
		return (struct log_result){.code = RESULT_NOERROR};
	if (rcode == RCODE_NXDOMAIN)
		return (struct log_result){.code = RESULT_NXDOMAIN};
	return (struct log_result){.text = rcode_write(rcode, text)};
}

static bool has_text(const char *value)
{
	return value != NULL && value[0] != '\0';
}

struct date {
	unsigned year, month, day;
};

// gmtime_r(3) would take libc's time zone lock, which a fork can leave held. Years are counted from March, so that the
// day that comes and goes is the last one.
static struct date date_of_day(uint64_t days_since_1970)
{
	const uint64_t days = days_since_1970 + 719468;  // since 0000-03-01
	const uint64_t era = days / 146097;
	const unsigned day_of_era = (unsigned)(days % 146097);
	const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	const unsigned month_from_march = (5 * day_of_year + 2) / 153;
	const unsigned month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
	return (struct date){
		.year = (unsigned)(era * 400) + year_of_era + (month <= 2),
		.month = month,
		.day = day_of_year - (153 * month_from_march + 2) / 5 + 1,
	};
}

static void add_time(struct strbuf *line)
{
	struct timespec now;
	clock_get(CLOCK_REALTIME, &now);
	const uint64_t seconds = now.tv_sec > 0 ? (uint64_t)now.tv_sec : 0;
	const unsigned second = (unsigned)(seconds % 86400);
	const struct date date = date_of_day(seconds / 86400);
	const struct {
		const char *before;
		unsigned number, digits;
	} parts[] = {
		{"", date.year, 4},
		{"-", date.month, 2},
		{"-", date.day, 2},
		{"T", second / 3600, 2},
		{":", second / 60 % 60, 2},
		{":", second % 60, 2},
		{".", (unsigned)(now.tv_nsec / 1000000), 3},
	};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		strbuf_add(line, parts[i].before);
		strbuf_add_digits(line, parts[i].number, parts[i].digits);
	}
	strbuf_add(line, "Z");
}

static void add_milliseconds(struct strbuf *line, int64_t microseconds, unsigned digits)
{
	const unsigned fraction = (unsigned)(microseconds % 1000);
	strbuf_add_number(line, (uint64_t)(microseconds / 1000));
	strbuf_add(line, ".");
	strbuf_add_digits(line, digits == 2 ? fraction / 10 : fraction, digits);
}

static void add_word(struct strbuf *line, const char *before, const char *value, size_t limit)
{
	if (!has_text(value))
		return;
	strbuf_add(line, before);
	strbuf_add_escaped(line, value, ESCAPE_WORD, limit);
}

static void add_text(struct strbuf *line, const char *before, const char *value, size_t limit)
{
	if (!has_text(value))
		return;
	strbuf_add(line, before);
	strbuf_add_escaped(line, value, ESCAPE_TEXT, limit);
}

static size_t room_before(const struct strbuf *line, size_t tail)
{
	return strbuf_room(line) > tail ? strbuf_room(line) - tail : 0;
}

static size_t room_before_tail(const struct strbuf *line)
{
	return room_before(line, TAIL_SIZE);
}

static size_t least(size_t one, size_t other)
{
	return one < other ? one : other;
}

// "10 a.example., 20 b.example."
NOINLINE_LARGE_FRAME static void add_records(struct strbuf *line, const char *records)
{
	const char *before = " ";
	for (const char *at = records; has_text(at); at += strspn(at, "\n")) {
		char record[LOG_RECORD_LIMIT];
		const size_t length = strcspn(at, "\n");
		memcpy(record, at, least(length, sizeof record - 1));
		record[least(length, sizeof record - 1)] = '\0';
		add_text(line, before, record, room_before_tail(line));
		before = ", ";
		at += length;
	}
}

// " -> 192.0.2.1 2001:db8::1" for a call that found something, " -> EAI_NONAME" for one that did not;
// " -> NOERROR 192.0.2.1" for an exchange.
static void add_result(struct strbuf *line, const struct log_event *event)
{
	const char *found = has_text(event->names) ? event->names : event->addresses;
	const bool has_found = has_text(found) || has_text(event->records);
	const char *result = log_result_word(event->result);
	if (!has_text(result) && !has_found)
		return;
	strbuf_add(line, " ->");
	if (event->kind != EVENT_CALL || !has_found)
		add_text(line, " ", result, VALUE_LIMIT);
	add_text(line, " ", found, room_before_tail(line));
	if (event->records != NULL)
		add_records(line, event->records);
	add_word(line, " ", event->rcode, 16);
	for (size_t i = 0; event->counts != NULL && i < 3; i++) {
		strbuf_add(line, i > 0 ? "/" : " ");
		strbuf_add_number(line, event->counts[i]);
	}
}

static void add_server(struct strbuf *line, const char *before, const struct log_event *event)
{
	add_word(line, before, event->server, 80);
	add_word(line, has_text(event->server) ? " " : before, event->transport, 16);
}

static void write_text(struct strbuf *line, const struct log_event *event)
{
	const bool is_call = event->kind == EVENT_CALL;
	add_time(line);
	add_word(line, " ", program_invocation_short_name, 64);
	strbuf_add(line, "[");
	strbuf_add_number(line, (uint64_t)getpid());
	strbuf_add(line, "]");
	add_word(line, " ", is_call ? event->call : log_kind_word(event->kind), 64);
	add_word(line, " ", event->name, NAME_LIMIT);
	add_word(line, " ", event->type, 16);
	add_text(line, " ", event->arguments, VALUE_LIMIT);
	if (!is_call)
		add_server(line, " ", event);
	add_result(line, event);

	const char *before = " (";
	const size_t start = line->used;
	if (is_call) {
		add_word(line, before, answer_source_word(event->source), 16);
		add_server(line, line->used > start ? " " : before, event);
	}
	add_text(line, before, event->detail, least(VALUE_LIMIT, room_before(line, VALUE_LIMIT + TARGETS_SIZE)));
	add_word(line, line->used > start ? ", for " : " (for ", event->rule, VALUE_LIMIT);
	if (event->microseconds >= 0) {
		strbuf_add(line, line->used > start ? ", " : before);
		add_milliseconds(line, event->microseconds, 2);
		strbuf_add(line, " ms");
	}
	if (line->used > start)
		strbuf_add(line, ")");
	add_text(line, " because ", event->reason, REASON_LIMIT);
}

static void add_key(struct strbuf *line, const char *key)
{
	strbuf_add(line, ",\"");
	strbuf_add(line, key);
	strbuf_add(line, "\":");
}

static void add_string_member(struct strbuf *line, const char *key, const char *value, size_t limit)
{
	if (value == NULL)
		return;
	add_key(line, key);
	strbuf_add(line, "\"");
	strbuf_add_escaped(line, value, ESCAPE_JSON, least(limit, room_before(line, TARGETS_SIZE)));
	strbuf_add(line, "\"");
}

static void add_number_member(struct strbuf *line, const char *key, uint64_t number)
{
	add_key(line, key);
	strbuf_add_number(line, number);
}

// The first thread has the number of its process, and goes without saying.
static void add_thread(struct strbuf *line)
{
	const long thread = syscall(SYS_gettid);
	if (thread > 0 && thread != getpid())
		add_number_member(line, "thread", (uint64_t)thread);
}

// Elements that are parted by the separator, and how long one may get and grow by being escaped.
struct list {
	const char *key, *elements, *separator;
	size_t limit, growth;
};

// What finds no room is told by a last element "...".
NOINLINE_LARGE_FRAME static void add_list(struct strbuf *line, const struct list *list)
{
	if (list->elements == NULL)
		return;
	add_key(line, list->key);
	strbuf_add(line, "[");
	const char *before = "\"";
	const char *at = list->elements + strspn(list->elements, list->separator);
	for (; *at != '\0'; at += strspn(at, list->separator)) {
		char element[LOG_RECORD_LIMIT + 2];  // one byte more than is written, so that a longer one is seen to be cut
		const size_t length = strcspn(at, list->separator);
		struct strbuf one = {.bytes = element, .size = list->limit + 2};
		for (size_t i = 0; i < length; i++)
			strbuf_add(&one, (const char[]){at[i], '\0'});
		strbuf_end(&one);
		const bool fits = room_before_tail(line) > one.used * list->growth + sizeof "\",\"...";
		strbuf_add(line, before);
		strbuf_add_escaped(line, fits ? element : "...", ESCAPE_JSON, list->limit);
		strbuf_add(line, "\"");
		if (!fits)
			break;
		before = ",\"";
		at += length;
	}
	strbuf_add(line, "]");
}

static void add_list_member(struct strbuf *line, const struct log_member *member, const char *elements)
{
	const bool are_lines = member->form == LOG_MEMBER_LINES;
	const struct list list = {member->key, elements, are_lines ? "\n" : " ", member->limit, are_lines ? 2 : 6};
	add_list(line, &list);
}

static void add_member(struct strbuf *line, const struct log_member *member, const struct log_event *event)
{
	const int64_t number = log_member_number(member, event);
	switch (member->form) {
	case LOG_MEMBER_WORDS:
	case LOG_MEMBER_LINES:
		add_list_member(line, member, log_member_text(member, event));
		break;
	case LOG_MEMBER_NUMBER:
	case LOG_MEMBER_COUNT:
		if (number >= 0)
			add_number_member(line, member->key, (uint64_t)number);
		break;
	case LOG_MEMBER_DURATION:
		if (number < 0)
			break;
		add_key(line, member->key);
		add_milliseconds(line, number, 3);
		break;
	default:
		add_string_member(line, member->key, log_member_text(member, event), member->limit);
	}
}

static void write_json(struct strbuf *line, const struct log_event *event)
{
	strbuf_add(line, "{\"v\":1,\"time\":\"");
	add_time(line);
	strbuf_add(line, "\",\"pid\":");
	strbuf_add_number(line, (uint64_t)getpid());
	add_string_member(line, "program", program_invocation_short_name, 64);
	for (const struct log_member *member = log_members; member->key != NULL; member++)
		add_member(line, member, event);
	add_thread(line);
	strbuf_add(line, "}");
}

static bool is_still_bound(const struct log *trace)
{
	struct stat now;
	if (trace->descriptor == STDERR_FILENO)
		return true;
	return fstat(trace->descriptor, &now) == 0 && now.st_dev == trace->device && now.st_ino == trace->inode;
}

void log_bind(struct log *trace, int descriptor)
{
	struct stat now = {.st_dev = 0};
	const int saved = errno;
	const bool is_open = fstat(descriptor, &now) == 0;
	trace->target = is_open || descriptor == STDERR_FILENO ? LOG_DESCRIPTOR : LOG_OFF;
	trace->descriptor = descriptor;
	trace->device = now.st_dev;
	trace->inode = now.st_ino;
	errno = saved;
}

// -1 where there is nothing to write to.
static int open_target(const struct log *trace)
{
	if (trace->target == LOG_DESCRIPTOR)
		return is_still_bound(trace) ? trace->descriptor : -1;
	return append_open(trace->path, O_CREAT);
}

// The errno for which the file could not be opened, else 0.
static int deliver(const struct log *trace, const char *bytes, size_t size)
{
	if (trace->target == TRACE_RUN) {
		run_send_event(&trace->run, bytes, size);
		return 0;
	}
	const int descriptor = open_target(trace);
	if (descriptor < 0)
		return trace->target == LOG_FILE ? errno : 0;
	append_write(descriptor, bytes, size);
	if (trace->target == LOG_FILE)
		close(descriptor);
	return 0;
}

// Allocated: threads with the smallest of stacks look names up. Without memory the line is lost.
static int write_line(const struct log *trace, const struct log_event *event)
{
	char *bytes = malloc(LOG_LINE_SIZE);
	if (bytes == NULL) {
		if (trace->target == TRACE_RUN)
			run_note_loss();
		return 0;
	}
	struct strbuf line = {.bytes = bytes, .size = LOG_LINE_SIZE - 1};
	(trace->json ? write_json : write_text)(&line, event);
	bytes[line.used++] = '\n';
	const int failure = deliver(trace, bytes, line.used);
	free(bytes);
	return failure;
}

int log_write(const struct log *trace, const struct log_event *event)
{
	if (!log_is_on(trace))
		return 0;
	const int saved = errno;
	const int failure = write_line(trace, event);
	errno = saved;
	return failure;
}
