// SPDX-License-Identifier: MIT
#include "resolver/reasons.h"

#include <string.h>
#include <strings.h>

#include "config/base/clock.h"
#include "config/base/hash.h"
#include "config/base/strbuf.h"
#include "config/log.h"

enum { TYPE_A = 1, TYPE_AAAA = 2, TYPE_OTHER = 4 };

void reasons_begin(struct reasons *reasons)
{
	reasons->count = 0;
	reasons->is_full = reasons->is_not_in_hosts = reasons->is_shared = reasons->has_names = false;
	reasons->types = 0;
	reasons->name[0] = reasons->first_name[0] = '\0';
}

static bool is_same(const char *one, const char *other)
{
	return one && other && strcmp(one, other) == 0;
}

// "APP.test." is how a program may spell "app.test".
static bool is_spelling(const char *spelled, const char *name)
{
	size_t length = strlen(spelled);
	length -= length > 1 && spelled[length - 1] == '.';
	return length == strlen(name) && strncasecmp(spelled, name, length) == 0;
}

// At most what finds room with a NUL behind it; what others wrote is escaped. NULL is nothing.
static void put(char *out, size_t size, const char *text)
{
	struct strbuf line = {.bytes = out, .size = size - 1};
	strbuf_add_escaped(&line, text ? text : "", ESCAPE_TEXT, size - 1);
	out[line.used] = '\0';
}

static unsigned type_bit(const char *type)
{
	if (!type)
		return 0;
	return is_same(type, "A") ? TYPE_A : is_same(type, "AAAA") ? TYPE_AAAA : TYPE_OTHER;
}

// ---- what was said ----

static bool says_the_same(const struct reason *one, const struct reason *other)
{
	return is_same(one->who, other->who) && is_same(one->transport, other->transport) &&
		is_same(one->what, other->what) && is_same(one->detail, other->detail);
}

static uint64_t name_number(const char *name)
{
	return hash_bytes(HASH_START, name, strlen(name));
}

static void add_name(struct reason *reason, const char *name)
{
	struct strbuf line = {.bytes = reason->names, .size = sizeof(reason->names) - 1, .used = strlen(reason->names)};
	reason->name_count++;
	reason->last_name = name_number(name);
	strbuf_add(&line, line.used ? ", " : "");
	strbuf_add_escaped(&line, name, ESCAPE_TEXT, sizeof(reason->names));
	reason->names[line.used] = '\0';
}

static bool has_name(const struct reason *reason, const char *name)
{
	const size_t length = strlen(name);
	for (const char *at = reason->names; length && (at = strstr(at, name)); at++) {
		const bool begins = at == reason->names || at[-1] == ' ';
		if (begins && (at[length] == '\0' || at[length] == ','))
			return true;
	}
	return false;
}

// One that finds no room among the names.
static bool is_last_name(const struct reason *reason, const char *name)
{
	return reason->name_count && reason->last_name == name_number(name);
}

// From when to when (clock_now).
struct period {
	int64_t began, ended;
};

static struct period period_of(const struct log_event *event)
{
	const int64_t now = clock_now();
	return (struct period){event->microseconds > 0 ? now - event->microseconds : now, now};
}

static void count_in(struct reason *reason, const struct log_event *event, struct period period)
{
	reason->times += !event->type || is_same(reason->type, event->type);
	reason->types |= type_bit(event->type);
	if (event->name && !has_name(reason, event->name) && !is_last_name(reason, event->name))
		add_name(reason, event->name);
	reason->began = clock_least(reason->began, period.began);
	reason->ended = clock_most(reason->ended, period.ended);
}

static struct reason make(const char *who, struct log_result result, const struct log_event *event)
{
	struct reason made;
	put(made.who, sizeof(made.who), who);
	put(made.transport, sizeof(made.transport), event->transport);
	put(made.what, sizeof(made.what), log_result_word(result));
	put(made.detail, sizeof(made.detail), event->detail);
	put(made.type, sizeof(made.type), event->type);
	made.names[0] = '\0';
	made.types = made.times = made.name_count = 0;
	made.began = INT64_MAX;
	made.ended = 0;
	made.is_hidden = false;
	made.is_fault = event->kind == EVENT_FAULT;
	made.code = result.code;
	return made;
}

static void add(struct reasons *reasons, const struct reason *said, const struct log_event *event, struct period period)
{
	size_t at = 0;
	while (at < reasons->count && !says_the_same(&reasons->list[at], said))
		at++;
	if (at == REASONS_MAX) {
		reasons->is_full = true;
		return;
	}
	if (at == reasons->count)
		reasons->list[reasons->count++] = *said;
	count_in(&reasons->list[at], event, period);
}

static void say(struct reasons *reasons, const char *who, struct log_result result, const struct log_event *event)
{
	const struct reason said = make(who, result, event);
	add(reasons, &said, event, period_of(event));
}

// What names and types are asked for in all.
static void note_question(struct reasons *reasons, const struct log_event *event)
{
	reasons->types |= type_bit(event->type);
	put(reasons->name, sizeof(reasons->name), event->name);
	if (!reasons->first_name[0])
		memcpy(reasons->first_name, reasons->name, sizeof(reasons->name));
	reasons->has_names |= strcasecmp(reasons->first_name, reasons->name) != 0;
}

// A reply that came, or did not. NOERROR says nothing yet of what is in it; of a lame one it never will.
static void note_reply(struct reasons *reasons, const char *who, const struct log_event *event)
{
	const bool is_noerror = event->result.code == RESULT_NOERROR;
	const bool is_lame = is_noerror && event->is_lame;
	struct reason said = make(who, is_lame ? (struct log_result){.code = RESULT_LAME} : event->result, event);
	if (is_lame)
		said.detail[0] = '\0';
	said.is_hidden = is_noerror && !event->detail;
	note_question(reasons, event);
	add(reasons, &said, event, period_of(event));
}

static const char *put_fault(char *who, size_t size, const struct log_event *event)
{
	struct strbuf line = {.bytes = who, .size = size - 1};
	strbuf_add(&line, "fault ");
	strbuf_add_escaped(&line, event->arguments ? event->arguments : "", ESCAPE_TEXT, size);
	who[line.used] = '\0';
	return who;
}

// The detail of a fault is its count, which does not explain the failure.
static void note_fault(struct reasons *reasons, const struct log_event *event)
{
	char who[sizeof(reasons->list[0].who)];
	struct log_event plain = *event;
	plain.detail = NULL;
	note_reply(reasons, put_fault(who, sizeof(who), event), &plain);
}

// The earlier NOERROR of the same source.
static struct reason *find_reply(struct reasons *reasons, const struct log_event *event)
{
	const bool is_fault = event->source == SOURCE_FAULT;
	for (size_t i = reasons->count; i-- > 0;) {
		struct reason *reason = &reasons->list[i];
		const bool is_his = is_fault
			? reason->is_fault
			: is_same(reason->who, event->server) && is_same(reason->transport, event->transport);
		if (is_his && reason->code == RESULT_NOERROR)
			return reason;
	}
	return NULL;
}

// NOERROR it was, and nothing to be found in it.
static void note_emptiness(struct reasons *reasons, const struct log_event *event)
{
	struct reason *reply = find_reply(reasons, event);
	const char *who = event->server ? event->server : answer_source_word(event->source);
	struct reason said = make(reply ? reply->who : who, event->result, event);
	if (event->result.code != RESULT_NODATA && event->result.code != RESULT_UNUSABLE)
		return;
	struct period period = period_of(event);
	if (reply) {
		period.began = reply->began;
		reply->is_hidden = true;
		memcpy(said.detail, reply->detail, sizeof(said.detail));
	}
	note_question(reasons, event);
	add(reasons, &said, event, period);
}

// Does anybody say so already? A name may be tried twice.
static bool is_told(const struct reasons *reasons, const struct log_event *event)
{
	for (size_t i = 0; event->name && i < reasons->count; i++)
		if (is_same(reasons->list[i].what, log_result_word(event->result)) && has_name(&reasons->list[i], event->name))
			return true;
	return false;
}

// The silence of others takes all the time that a lookup has: names that come later fail at once.
static bool is_late(const struct reasons *reasons)
{
	for (size_t i = 0; i < reasons->count; i++)
		if (reasons->list[i].transport[0] && reasons->list[i].code == RESULT_TIMEOUT)
			return true;
	return false;
}

// Of the same name in another type.
static void note_lateness(struct reasons *reasons, const struct log_event *event)
{
	for (size_t i = 0; event->name && i < reasons->count; i++)
		if (reasons->list[i].code == RESULT_NO_TIME && is_last_name(&reasons->list[i], event->name))
			reasons->list[i].types |= type_bit(event->type);
}

// A failure without anybody's answer: where it was told who failed, it is known. What was asked a moment ago is not
// asked again (RFC 9520).
static void note_failure(struct reasons *reasons, const struct log_event *event)
{
	char name[sizeof(reasons->name)];
	const bool is_timeout = event->result.code == RESULT_TIMEOUT;
	put(name, sizeof(name), event->name);
	if (reasons->count && is_same(name, reasons->name)) {
		note_lateness(reasons, event);
		return;
	}
	note_question(reasons, event);
	if (reasons->is_shared)
		say(reasons, "another thread's question", event->result, event);
	else if (is_timeout && is_late(reasons))
		say(reasons, "", (struct log_result){.code = RESULT_NO_TIME}, event);
	else
		say(reasons, is_timeout ? "cache" : "", event->result, event);
}

static void note_route(struct reasons *reasons, const struct log_event *event)
{
	char who[sizeof(reasons->list[0].who)];
	struct strbuf line = {.bytes = who, .size = sizeof(who) - 1};
	strbuf_add(&line, "nameserver ");
	strbuf_add(&line, answer_source_word(event->source));
	if (event->rule) {
		strbuf_add(&line, " for ");
		strbuf_add_escaped(&line, event->rule, ESCAPE_TEXT, sizeof(who));
	}
	who[line.used] = '\0';
	note_question(reasons, event);
	const bool is_system = event->result.code == RESULT_SYSTEM;
	say(reasons, who, is_system ? (struct log_result){.text = "libc was asked"} : event->result, event);
}

static void note_answer(struct reasons *reasons, const struct log_event *event)
{
	if (event->result.code == RESULT_NOERROR)
		return;
	if (event->source == SOURCE_NOBODY) {
		note_failure(reasons, event);
	} else if (event->source == SOURCE_SERVER || event->source == SOURCE_FAULT) {
		note_emptiness(reasons, event);
	} else if (event->source == SOURCE_NONE || event->source == SOURCE_SYSTEM) {
		note_route(reasons, event);
	} else if (event->result.code == RESULT_NO_ENTRY) {
		reasons->is_not_in_hosts = true;
		put(reasons->hosts_type, sizeof(reasons->hosts_type), event->type);
	} else if (!is_told(reasons, event)) {
		note_question(reasons, event);
		say(reasons, answer_source_word(event->source), event->result, event);
	}
}

void reasons_note(void *context, const struct log_event *event)
{
	struct reasons *reasons = context;
	if (event->kind == EVENT_EXCHANGE)
		note_reply(reasons, event->server, event);
	else if (event->kind == EVENT_FAULT)
		note_fault(reasons, event);
	else if (event->kind == EVENT_SHARED)
		reasons->is_shared = true;
	else if (event->kind == EVENT_ANSWER)
		note_answer(reasons, event);
}

// ---- the line ----

// When he was asked first, of all that he said.
static int64_t first_of(const struct reasons *reasons, const struct reason *reason)
{
	int64_t first = INT64_MAX;
	for (size_t i = 0; i < reasons->count; i++)
		if (is_same(reasons->list[i].who, reason->who) && reasons->list[i].began < first)
			first = reasons->list[i].began;
	return first;
}

static bool goes_before(const struct reasons *reasons, const struct reason *one, const struct reason *other)
{
	const int64_t firsts[] = {first_of(reasons, one), first_of(reasons, other)};
	if (firsts[0] != firsts[1])
		return firsts[0] < firsts[1];
	return is_same(one->who, other->who) ? one->began < other->began : one < other;
}

// Those that can be seen, in their order; returns how many.
static size_t sort(const struct reasons *reasons, const struct reason **out)
{
	size_t count = 0;
	for (size_t i = 0; i < reasons->count; i++) {
		if (reasons->list[i].is_hidden)
			continue;
		size_t at = count++;
		for (; at && goes_before(reasons, &reasons->list[i], out[at - 1]); at--)
			out[at] = out[at - 1];
		out[at] = &reasons->list[i];
	}
	return count;
}

// "0.02 ms", "1.2 ms", "12 ms", "5.0 s"
static void add_duration(struct strbuf *line, int64_t microseconds)
{
	const bool is_long = microseconds >= 1000000;
	const unsigned digits = is_long ? 1 : microseconds < 1000 ? 2 : microseconds < 10000;
	const unsigned thousandths = (unsigned)(microseconds / (is_long ? 1000 : 1) % 1000);
	strbuf_add_number(line, (uint64_t)microseconds / (is_long ? 1000000 : 1000));
	strbuf_add(line, digits ? "." : "");
	if (digits)
		strbuf_add_digits(line, digits == 1 ? thousandths / 100 : thousandths / 10, digits);
	strbuf_add(line, is_long ? " s" : " ms");
}

// " for AAAA of app.example.com": as much of it as is not clear without.
static void add_question(
	struct strbuf *line, const struct reasons *reasons, const struct reason *reason, bool shows_names)
{
	const bool shows_type = reason->types && reason->types != reasons->types;
	shows_names &= reason->names[0] != '\0';
	if (shows_type || shows_names)
		strbuf_add(line, " for ");
	if (shows_type)
		strbuf_add(line, reason->types == (TYPE_A | TYPE_AAAA) ? "addresses" : reason->type);
	if (shows_type && shows_names)
		strbuf_add(line, " of ");
	if (shows_names)
		strbuf_add(line, reason->names);
}

static void add_reason(
	struct strbuf *line, const struct reasons *reasons, const struct reason *reason, bool shows_names)
{
	strbuf_add(line, reason->what);
	if (reason->code == RESULT_NO_HOSTNAME) {
		strbuf_add(line, ": ");
		strbuf_add(line, reason->names);
		return;
	}
	if (reason->transport[0] && reason->times > reason->name_count) {
		strbuf_add(line, " ");
		strbuf_add_number(line, reason->times);
		strbuf_add(line, "x");
	}
	add_question(line, reasons, reason, shows_names);
	if (!reason->detail[0] && !reason->transport[0])
		return;
	strbuf_add(line, " (");
	strbuf_add(line, reason->detail);
	strbuf_add(line, reason->detail[0] && reason->transport[0] ? ", " : "");
	if (reason->transport[0])
		add_duration(line, reason->ended - reason->began);
	strbuf_add(line, ")");
}

static void add_who(struct strbuf *line, const struct reason *reason, const struct reason *before)
{
	const bool is_same_one = before && is_same(before->who, reason->who);
	if (before)
		strbuf_add(line, is_same_one ? ", " : "; ");
	if (is_same_one && is_same(before->transport, reason->transport))
		return;
	if (!is_same_one)
		strbuf_add(line, reason->who);
	if (reason->transport[0]) {
		strbuf_add(line, is_same_one ? "" : " ");
		strbuf_add(line, reason->transport);
	}
	if (reason->who[0])
		strbuf_add(line, ": ");
}

static void add_hosts(struct strbuf *line, const struct reasons *reasons)
{
	strbuf_add(line, "hosts file: no entry");
	strbuf_add(line, reasons->hosts_type[0] ? " for " : "");
	strbuf_add(line, reasons->hosts_type);
}

char *reasons_write(const struct reasons *reasons, const char *name, char *text)
{
	const struct reason *sorted[REASONS_MAX];
	const size_t count = sort(reasons, sorted);
	const bool shows_names = reasons->has_names || (name && reasons->count && !is_spelling(name, reasons->first_name));
	struct strbuf line = {.bytes = text, .size = REASONS_TEXT_SIZE - sizeof("...")};
	for (size_t i = 0; i < count; i++) {
		add_who(&line, sorted[i], i ? sorted[i - 1] : NULL);
		add_reason(&line, reasons, sorted[i], shows_names);
	}
	if (!count && reasons->is_not_in_hosts)
		add_hosts(&line, reasons);
	const bool is_cut = reasons->is_full || !strbuf_room(&line);
	line.size = REASONS_TEXT_SIZE;
	strbuf_add(&line, is_cut ? "..." : "");
	return line.used ? strbuf_end(&line) : NULL;
}
