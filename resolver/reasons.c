// SPDX-License-Identifier: MIT
#include "resolver/reasons.h"

#include <string.h>
#include <strings.h>

#include "config/base/clock.h"
#include "config/base/hash.h"
#include "config/base/strbuf.h"

void reasons_begin(struct reasons *reasons)
{
	memset(reasons, 0, offsetof(struct reasons, list));
}

static bool is_same(const char *one, const char *other)
{
	return one && other && strcmp(one, other) == 0;
}

// Joins the texts, escaped, cut to size with a NUL. Returns out. NULL among the texts is empty.
static const char *join(char *out, size_t size, const char *first, const char *second, const char *third)
{
	const char *texts[] = {first, second, third};
	struct strbuf line = {.bytes = out, .size = size - 1};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		strbuf_add_escaped(&line, texts[i] ? texts[i] : "", ESCAPE_TEXT, size - 1);
	out[line.used] = '\0';
	return out;
}

static void copy(char *out, size_t size, const char *text)
{
	join(out, size, text, NULL, NULL);
}

static uint16_t type_of(const struct log_event *event)
{
	uint16_t type = 0;
	if (event->type)
		rrtype_read(event->type, &type);
	return type;
}

static unsigned type_bit(uint16_t type)
{
	if (!type)
		return 0;
	return type == RRTYPE_A ? REASON_A : type == RRTYPE_AAAA ? REASON_AAAA : REASON_OTHER;
}

// ---- the names of a reason ----

static uint64_t hash_of(const char *name)
{
	return hash_bytes(HASH_START, name, strlen(name));
}

// Returns whether the name is the last one that was added, also if it did not fit.
static bool is_last_name(const struct reason *reason, const char *name)
{
	return reason->name_count && reason->last_name == hash_of(name);
}

static bool has_name(const struct reason *reason, const char *name)
{
	const size_t length = strlen(name);
	for (const char *at = reason->names; length && (at = strstr(at, name)); at++) {
		const bool begins = at == reason->names || at[-1] == ' ';
		if (begins && (at[length] == '\0' || at[length] == ','))
			return true;
	}
	return is_last_name(reason, name);
}

static void add_name(struct reason *reason, const char *name)
{
	const size_t used = strlen(reason->names);
	reason->name_count++;
	reason->last_name = hash_of(name);
	join(reason->names + used, sizeof(reason->names) - used, used ? ", " : NULL, name, NULL);
}

// ---- the list of reasons ----

static struct reason make(const char *source, struct log_result result, const struct log_event *event)
{
	const int64_t now = clock_now();
	struct reason made = {
		.code = result.code,
		.type = type_of(event),
		.began = event->microseconds > 0 ? now - event->microseconds : now,
		.ended = now,
		.is_fault = event->kind == EVENT_FAULT,
	};
	copy(made.source, sizeof(made.source), source);
	copy(made.transport, sizeof(made.transport), event->transport);
	copy(made.result, sizeof(made.result), log_result_word(result));
	copy(made.detail, sizeof(made.detail), event->detail);
	return made;
}

static bool is_equal(const struct reason *one, const struct reason *other)
{
	return one->code == other->code && is_same(one->result, other->result) && is_same(one->source, other->source) &&
		is_same(one->transport, other->transport) && is_same(one->detail, other->detail);
}

static void note_question(struct reasons *reasons, const struct log_event *event)
{
	reasons->types |= type_bit(type_of(event));
	copy(reasons->name, sizeof(reasons->name), event->name);
	if (!reasons->first_name[0])
		memcpy(reasons->first_name, reasons->name, sizeof(reasons->name));
	reasons->has_names |= strcasecmp(reasons->first_name, reasons->name) != 0;
}

// Adds a reason for the question of the event to the list, or counts it with an equal one.
static void add(struct reasons *reasons, const struct reason *added, const struct log_event *event)
{
	size_t i = 0;
	note_question(reasons, event);
	while (i < reasons->count && !is_equal(&reasons->list[i], added))
		i++;
	if (i == REASONS_MAX) {
		reasons->is_full = true;
		return;
	}
	struct reason *reason = &reasons->list[i];
	if (i == reasons->count) {
		*reason = *added;
		reasons->count++;
	}
	reason->times += !added->type || added->type == reason->type;
	reason->types |= type_bit(added->type);
	reason->began = clock_least(reason->began, added->began);
	reason->ended = clock_most(reason->ended, added->ended);
	if (event->name && !has_name(reason, event->name))
		add_name(reason, event->name);
}

static void add_result(
	struct reasons *reasons, const char *source, struct log_result result, const struct log_event *event)
{
	const struct reason reason = make(source, result, event);
	add(reasons, &reason, event);
}

// ---- replies ----

// NOERROR is no reason until the event for the whole question reports that the reply had no data, except in a lame
// reply.
static void note_reply(struct reasons *reasons, const char *source, const struct log_event *event)
{
	const bool is_noerror = event->result.code == RESULT_NOERROR;
	const bool is_lame = is_noerror && event->is_lame;
	struct reason reason = make(source, is_lame ? (struct log_result){.code = RESULT_LAME} : event->result, event);
	if (is_lame)
		reason.detail[0] = '\0';
	reason.is_hidden = is_noerror && !event->detail;
	add(reasons, &reason, event);
}

// The detail of a fault is its count, which does not explain the failure.
static void note_fault(struct reasons *reasons, const struct log_event *event)
{
	char source[sizeof(reasons->list[0].source)];
	struct log_event plain = *event;
	plain.detail = NULL;
	note_reply(reasons, join(source, sizeof(source), "fault ", event->arguments, NULL), &plain);
}

// Returns the latest NOERROR or malformed reply of the server or fault that answered the question, or NULL.
static struct reason *find_noerror(struct reasons *reasons, const struct log_event *event)
{
	for (size_t i = reasons->count; i-- > 0;) {
		struct reason *reason = &reasons->list[i];
		const bool is_source = event->source == SOURCE_FAULT
			? reason->is_fault
			: is_same(reason->source, event->server) && is_same(reason->transport, event->transport);
		if (is_source && (reason->code == RESULT_NOERROR || reason->code == RESULT_MALFORMED))
			return reason;
	}
	return NULL;
}

// A reply without data: replaces the NOERROR of the reply, and keeps its time and detail.
static void note_no_data(struct reasons *reasons, const struct log_event *event)
{
	if (event->result.code != RESULT_NODATA && event->result.code != RESULT_UNUSABLE)
		return;
	const char *source = event->server ? event->server : answer_source_word(event->source);
	struct reason *reply = find_noerror(reasons, event);
	struct reason reason = make(reply ? reply->source : source, event->result, event);
	if (reply) {
		reply->is_hidden = true;
		reason.began = reply->began;
		memcpy(reason.detail, reply->detail, sizeof(reason.detail));
	}
	add(reasons, &reason, event);
}

// ---- answers of other sources ----

// Returns whether the same result for the name is in the list: a search may ask for a name twice.
static bool is_known(const struct reasons *reasons, const struct log_event *event)
{
	for (size_t i = 0; event->name && i < reasons->count; i++)
		if (is_same(reasons->list[i].result, log_result_word(event->result)) &&
			has_name(&reasons->list[i], event->name))
			return true;
	return false;
}

// Returns whether a server was silent: that takes all the time of the lookup, and later names fail at once.
static bool has_silent_server(const struct reasons *reasons)
{
	for (size_t i = 0; i < reasons->count; i++)
		if (reasons->list[i].transport[0] && reasons->list[i].code == RESULT_TIMEOUT)
			return true;
	return false;
}

// Adds the type to the reason "no time left" of the same name.
static void note_no_time(struct reasons *reasons, const struct log_event *event)
{
	for (size_t i = 0; event->name && i < reasons->count; i++)
		if (reasons->list[i].code == RESULT_NO_TIME && is_last_name(&reasons->list[i], event->name))
			reasons->list[i].types |= type_bit(type_of(event));
}

// A failure without an answer. If replies for the name were noted, they explain it. Otherwise no server was asked: a
// timeout then comes from the cache (RFC 9520), unless it is that of an earlier name.
static void note_failure(struct reasons *reasons, const struct log_event *event)
{
	char name[sizeof(reasons->name)];
	const bool is_timeout = event->result.code == RESULT_TIMEOUT;
	copy(name, sizeof(name), event->name);
	if (reasons->count && is_same(name, reasons->name))
		note_no_time(reasons, event);
	else if (reasons->is_shared)
		add_result(reasons, "another thread's question", event->result, event);
	else if (is_timeout && has_silent_server(reasons))
		add_result(reasons, "", (struct log_result){.code = RESULT_NO_TIME}, event);
	else
		add_result(reasons, is_timeout ? "cache" : "", event->result, event);
}

// The answer of `nameserver none` or `nameserver system`.
static void note_route(struct reasons *reasons, const struct log_event *event)
{
	char source[sizeof(reasons->list[0].source)];
	const char *of = event->source == SOURCE_NONE ? "nameserver none" : "nameserver system";
	const bool is_system = event->result.code == RESULT_SYSTEM;
	join(source, sizeof(source), of, event->rule ? " for " : NULL, event->rule);
	add_result(reasons, source, is_system ? (struct log_result){.text = "libc was asked"} : event->result, event);
}

static void note_answer(struct reasons *reasons, const struct log_event *event)
{
	if (event->result.code == RESULT_NOERROR)
		return;
	if (event->source == SOURCE_UNSET) {
		note_failure(reasons, event);
	} else if (event->source == SOURCE_SERVER || event->source == SOURCE_FAULT) {
		note_no_data(reasons, event);
	} else if (event->source == SOURCE_NONE || event->source == SOURCE_SYSTEM) {
		note_route(reasons, event);
	} else if (event->result.code == RESULT_NO_ENTRY) {
		reasons->is_not_in_hosts = true;
		reasons->hosts_type = type_of(event);
	} else if (!is_known(reasons, event)) {
		add_result(reasons, answer_source_word(event->source), event->result, event);
	}
}

void reasons_note(void *context, const struct log_event *event)
{
	struct reasons *reasons = context;
	if (event->kind == EVENT_EXCHANGE)
		note_reply(reasons, event->server, event);
	else if (event->kind == EVENT_FAULT && log_result_word(event->result))
		note_fault(reasons, event);
	else if (event->kind == EVENT_SHARED)
		reasons->is_shared = true;
	else if (event->kind == EVENT_ANSWER)
		note_answer(reasons, event);
}
