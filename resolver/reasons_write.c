// SPDX-License-Identifier: MIT
#include "resolver/reasons.h"

#include <string.h>
#include <strings.h>

#include "config/base/strbuf.h"

// Returns whether a program may have written the name as spelled: in any case, with or without a final dot.
static bool is_spelling(const char *spelled, const char *name)
{
	size_t length = strlen(spelled);
	length -= length > 1 && spelled[length - 1] == '.';
	return length == strlen(name) && strncasecmp(spelled, name, length) == 0;
}

// ---- the order ----

static bool has_same_source(const struct reason *one, const struct reason *other)
{
	return strcmp(one->source, other->source) == 0;
}

// Returns when the source of the reason was asked first.
static int64_t first_of(const struct reasons *reasons, const struct reason *reason)
{
	int64_t first = INT64_MAX;
	for (size_t i = 0; i < reasons->count; i++)
		if (has_same_source(&reasons->list[i], reason) && reasons->list[i].began < first)
			first = reasons->list[i].began;
	return first;
}

static bool goes_before(const struct reasons *reasons, const struct reason *one, const struct reason *other)
{
	const int64_t firsts[] = {first_of(reasons, one), first_of(reasons, other)};
	if (firsts[0] != firsts[1])
		return firsts[0] < firsts[1];
	return has_same_source(one, other) ? one->began < other->began : one < other;
}

// Sorts the reasons that are not hidden into out. Returns their number.
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

// ---- the line ----

// "0.02 ms", "1.2 ms", "12 ms", "5.0 s"
static void add_duration(struct strbuf *line, int64_t microseconds)
{
	const bool is_long = microseconds >= 1000000;
	const int64_t thousandths = is_long ? microseconds / 1000 : microseconds;
	if (thousandths < 1000) {
		strbuf_add_milliseconds(line, thousandths, 2);
	} else {
		strbuf_add_number(line, (uint64_t)thousandths / 1000);
		if (is_long || thousandths < 10000) {
			strbuf_add(line, ".");
			strbuf_add_number(line, (uint64_t)thousandths / 100 % 10);
		}
	}
	strbuf_add(line, is_long ? " s" : " ms");
}

// " for AAAA of app.example.com": the type if other questions had another one, the names if shows_names.
static void add_question(
	struct strbuf *line, const struct reasons *reasons, const struct reason *reason, bool shows_names)
{
	char type[RRTYPE_TEXT_SIZE];
	const bool shows_type = reason->types && reason->types != reasons->types;
	const bool has_names = shows_names && reason->names[0];
	if (shows_type || has_names)
		strbuf_add(line, " for ");
	if (shows_type)
		strbuf_add(line, reason->types == (REASON_A | REASON_AAAA) ? "addresses" : rrtype_write(reason->type, type));
	if (shows_type && has_names)
		strbuf_add(line, " of ");
	if (has_names)
		strbuf_add(line, reason->names);
}

static void add_reason(
	struct strbuf *line, const struct reasons *reasons, const struct reason *reason, bool shows_names)
{
	strbuf_add(line, reason->result);
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

// Adds the source and its transport, unless they are those of the reason before (NULL: none).
static void add_source(struct strbuf *line, const struct reason *reason, const struct reason *before)
{
	const bool is_same = before && has_same_source(before, reason);
	if (before)
		strbuf_add(line, is_same ? ", " : "; ");
	if (is_same && strcmp(before->transport, reason->transport) == 0)
		return;
	if (!is_same)
		strbuf_add(line, reason->source);
	if (reason->transport[0]) {
		strbuf_add(line, is_same ? "" : " ");
		strbuf_add(line, reason->transport);
	}
	if (reason->source[0])
		strbuf_add(line, ": ");
}

static void add_hosts(struct strbuf *line, const struct reasons *reasons)
{
	char type[RRTYPE_TEXT_SIZE];
	strbuf_add(line, "hosts file: no entry");
	strbuf_add(line, reasons->hosts_type ? " for " : "");
	strbuf_add(line, reasons->hosts_type ? rrtype_write(reasons->hosts_type, type) : "");
}

char *reasons_write(const struct reasons *reasons, const char *name, char *text)
{
	const struct reason *sorted[REASONS_MAX];
	const size_t count = sort(reasons, sorted);
	const bool shows_names = reasons->has_names || (name && reasons->count && !is_spelling(name, reasons->first_name));
	struct strbuf line = {.bytes = text, .size = REASONS_TEXT_SIZE - sizeof("...")};
	for (size_t i = 0; i < count; i++) {
		add_source(&line, sorted[i], i ? sorted[i - 1] : NULL);
		add_reason(&line, reasons, sorted[i], shows_names);
	}
	if (!count && reasons->is_not_in_hosts)
		add_hosts(&line, reasons);
	const bool is_cut = reasons->is_full || !strbuf_room(&line);
	line.size = REASONS_TEXT_SIZE;
	strbuf_add(&line, is_cut ? "..." : "");
	return line.used ? strbuf_end(&line) : NULL;
}
