// SPDX-License-Identifier: MIT
#include "config/fault_text.h"

#include <stddef.h>
#include <string.h>

#include "config/base/ascii.h"
#include "config/base/encrypted.h"
#include "config/base/punycode.h"
#include "config/base/rrtype.h"
#include "config/base/strbuf.h"
#include "config/base/words.h"
#include "config/fault_action.h"
#include "config/mistakes.h"
#include "config/sync/frame.h"

#define TIME_MAX (24 * 60 * 60 * 1000)  // milliseconds

static bool read_first(const char *value, struct fault *fault)
{
	return fault->first == 0 && ascii_read_between(value, 1, UINT32_MAX, &fault->first);
}

static bool write_first(const struct fault *fault, struct strbuf *line)
{
	strbuf_add_number(line, fault->first);
	return fault->first != 0;
}

static bool read_after(const char *value, struct fault *fault)
{
	return fault->after == 0 && ascii_read_between(value, 1, UINT32_MAX, &fault->after);
}

static bool write_after(const struct fault *fault, struct strbuf *line)
{
	strbuf_add_number(line, fault->after);
	return fault->after != 0;
}

// length bytes: "2s" or "1500ms".
static bool read_time(const char *text, size_t length, uint32_t *milliseconds)
{
	char number[16];
	const bool is_second = length > 1 && text[length - 1] == 's' && text[length - 2] != 'm';
	const uint32_t unit = is_second ? 1000 : 1;
	if (!is_second && (length < 3 || memcmp(text + length - 2, "ms", 2) != 0))
		return false;
	if (!ascii_copy(number, sizeof number, text, length - (is_second ? 1 : 2)) ||
		!ascii_read_between(number, 0, TIME_MAX / unit, milliseconds))
		return false;
	*milliseconds *= unit;
	return true;
}

static void write_time(uint32_t milliseconds, struct strbuf *line)
{
	const bool is_second = milliseconds % 1000 == 0;
	strbuf_add_number(line, is_second ? milliseconds / 1000 : milliseconds);
	strbuf_add(line, is_second ? "s" : "ms");
}

static bool read_from(const char *value, struct fault *fault)
{
	const char *dots = strstr(value, "..");
	uint32_t from, until = UINT32_MAX;
	if (fault->until != 0 || !read_time(value, dots != NULL ? (size_t)(dots - value) : strlen(value), &from))
		return false;
	if (dots != NULL ? !read_time(dots + 2, strlen(dots + 2), &until) || until <= from : from == 0)
		return false;
	fault->from = from;
	fault->until = until;
	return true;
}

static bool write_from(const struct fault *fault, struct strbuf *line)
{
	write_time(fault->from, line);
	strbuf_add(line, fault->until == UINT32_MAX ? "" : "..");
	if (fault->until != UINT32_MAX)
		write_time(fault->until, line);
	return fault->until != 0;
}

// Programs are known by their names, as in the log.
static bool read_program(const char *value, struct fault *fault)
{
	if (fault->program[0] != '\0' || *value == '\0' || strpbrk(value, "/ \t\"\\;#") != NULL)
		return false;
	return ascii_copy(fault->program, sizeof fault->program, value, strnlen(value, sizeof fault->program - 1));
}

static bool write_program(const struct fault *fault, struct strbuf *line)
{
	strbuf_add(line, fault->program);
	return fault->program[0] != '\0';
}

static bool read_server(const char *value, struct fault *fault)
{
	return fault->server.family == AF_UNSPEC && encrypted_read_server(value, &fault->server);
}

static bool write_server(const struct fault *fault, struct strbuf *line)
{
	char text[ADDRESS_TEXT_SIZE];
	if (fault->server.family == AF_UNSPEC)
		return false;
	strbuf_add(line, address_write_with_port(&fault->server, text));
	return true;
}

static bool expect(struct fault_mistake *mistake, const char *one, const char *two, const char *three)
{
	struct strbuf text = {.bytes = mistake->expected, .size = sizeof mistake->expected};
	strbuf_add(&text, one);
	strbuf_add(&text, two);
	strbuf_add(&text, three);
	strbuf_end(&text);
	return false;
}

// What a fault may depend on. Each has a word once.
static const struct condition {
	const char *word;
	bool (*read)(const char *value, struct fault *fault);
	bool (*write)(const struct fault *fault, struct strbuf *line);  // false: the fault does not depend on it
	const char *value, *expected;                                   // the format of the value; for messages
} conditions[] = {
	{"first=", read_first, write_first, "N", "one first=N, 1 lookup or more"},
	{"after=", read_after, write_after, "N", "one after=N, 1 lookup or more"},
	{"from=", read_from, write_from, "TIME",
		"one from=TIME or from=TIME..TIME, in s or ms such as 2s..5s, a day at most"},
	{"by=", read_program, write_program, "PROGRAM", "one by=PROGRAM, the name of a program without its directory"},
	{"@", read_server, write_server, "SERVER", "one @SERVER, such as @192.0.2.53 or @[2001:db8::1]:5353"},
};

#define CONDITION_COUNT (sizeof conditions / sizeof *conditions)

static bool expect_action(struct fault_mistake *mistake)
{
	struct strbuf text = {.bytes = mistake->expected, .size = sizeof mistake->expected};
	fault_action_write_all(&text);
	strbuf_add(&text, ", SHARE%");
	for (size_t i = 0; i < CONDITION_COUNT; i++) {
		strbuf_add(&text, i + 1 < CONDITION_COUNT ? ", " : " or ");
		strbuf_add(&text, conditions[i].word);
		strbuf_add(&text, conditions[i].value);
	}
	strbuf_end(&text);
	return false;
}

static bool read_action(
	const struct fault_action *action, const char *value, struct fault *fault, struct fault_mistake *mistake)
{
	struct strbuf text = {.bytes = mistake->expected, .size = sizeof mistake->expected};
	if (!fault_action_is_compatible(fault->actions, action->bit, &text)) {
		strbuf_end(&text);
		return false;
	}
	fault->actions |= action->bit;
	return action->read == NULL || action->read(value, fault) ||
		expect(mistake, action->word, action->value, action->range);
}

static bool read_share(const char *word, struct fault *fault)
{
	char number[8];
	uint32_t percent;
	if (fault->percent != 0 || !ascii_copy(number, sizeof number, word, strlen(word) - 1) ||
		!ascii_read_between(number, 1, 100, &percent))
		return false;
	fault->percent = (uint8_t)percent;
	return true;
}

static bool is_share(const char *word)
{
	const size_t length = strlen(word);
	return length > 1 && word[length - 1] == '%';
}

static const struct condition *find_condition(const char *word)
{
	for (size_t i = 0; i < CONDITION_COUNT; i++)
		if (strncmp(word, conditions[i].word, strlen(conditions[i].word)) == 0)
			return &conditions[i];
	return NULL;
}

static bool read_word(const char *word, bool is_answer_open, struct fault *fault, struct fault_mistake *mistake)
{
	const char *value;
	struct network network;
	const struct fault_action *action = fault_action_find(word, &value);
	const struct condition *condition = find_condition(word);
	if (action != NULL)
		return read_action(action, value, fault, mistake);
	if (condition != NULL)
		return condition->read(word + strlen(condition->word), fault) || expect(mistake, condition->expected, "", "");
	if (is_share(word))
		return read_share(word, fault) || expect(mistake, "one share, 1% to 100%", "", "");
	if (!is_answer_open || !network_read(word, &network))
		return expect_action(mistake);
	return fault_action_add_address(word, fault) || expect(mistake, "8 addresses at most", "", "");
}

static bool read_pattern(const char *text, struct fault *fault)
{
	if (strcmp(text, "*") == 0 || strncmp(text, "*.", 2) == 0) {
		fault->is_below = true;
		text = text[1] == '\0' ? "." : text + 2;
	}
	return strchr(text, '*') == NULL && punycode_read_name(text, &fault->name);
}

// Reads PATTERN[/TYPE].
NOINLINE_LARGE_FRAME static bool read_target(const char *word, struct fault *fault, struct fault_mistake *mistake)
{
	char pattern[NAME_TEXT_SIZE];
	const char *slash = strrchr(word, '/');
	const size_t length = slash != NULL ? (size_t)(slash - word) : strlen(word);
	const char *wrong = "a name, *.DOMAIN or *, then /TYPE or nothing";
	if (!ascii_copy(pattern, sizeof pattern, word, length))
		return expect(mistake, wrong, "", "");
	const char *special = mistake_in_domain(strncmp(pattern, "*.", 2) == 0 ? pattern + 2 : pattern);
	if (special != NULL || !read_pattern(pattern, fault))
		return expect(mistake, special != NULL ? special : wrong, "", "");
	fault->has_type = slash != NULL;
	return slash == NULL || rrtype_read(slash + 1, &fault->type) ||
		expect(mistake, "a type such as A, MX or TYPE65 after the /", "", "");
}

bool fault_text_read(const struct words *words, struct fault *fault, struct fault_mistake *mistake)
{
	bool is_answer_open = false;
	*fault = (struct fault){.name = {0}};
	mistake->got = words->count > 1 ? words->word[1] : NULL;
	if (words->count < 2)
		return expect(mistake, "a pattern and an action, such as *.example servfail", "", "");
	if (!read_target(words->word[1], fault, mistake))
		return false;
	for (size_t i = 2; i < words->count; i++) {
		const unsigned addresses = fault->answer_count;
		mistake->got = words->word[i];
		if (!read_word(words->word[i], is_answer_open, fault, mistake))
			return false;
		is_answer_open = fault->answer_count > addresses;
	}
	mistake->got = NULL;
	if (fault->actions == 0)
		return expect(mistake, "an action such as servfail, timeout or delay=200", "", "");
	if (fault->server.family != AF_UNSPEC && fault->actions & FAULT_CHANGES)
		return expect(mistake, "no ttl, shuffle or limit beside @SERVER", "", "");
	if (fault->percent == 0)
		fault->percent = 100;
	return true;
}

char *fault_text_write_pattern(const struct fault *fault, char *text)
{
	char type[RRTYPE_TEXT_SIZE], name[NAME_TEXT_SIZE];
	struct strbuf line = {.bytes = text, .size = FAULT_PATTERN_SIZE};
	if (fault->is_below)
		strbuf_add(&line, fault->name.length > 1 ? "*." : "*");
	// Escape the characters that fault_text_read would take for a type, a wildcard or a mistake (mistakes.h).
	if (!fault->is_below || fault->name.length > 1) {
		name_write_escaped(&fault->name, "/*,:#", name);
		strbuf_add(&line, name);
	}
	if (fault->has_type) {
		strbuf_add(&line, "/");
		strbuf_add(&line, rrtype_write(fault->type, type));
	}
	return strbuf_end(&line);
}

char *fault_text_write(const struct fault *fault, char *text)
{
	struct strbuf line = {.bytes = text, .size = FAULT_TEXT_SIZE};
	fault_action_write(fault, &line);
	strbuf_add(&line, fault->is_only ? " (only)" : "");
	if (fault->percent != 100) {
		strbuf_add(&line, " ");
		strbuf_add_number(&line, fault->percent);
		strbuf_add(&line, "%");
	}
	for (size_t i = 0; i < CONDITION_COUNT; i++) {
		const size_t before = line.used;
		strbuf_add(&line, " ");
		strbuf_add(&line, conditions[i].word);
		if (!conditions[i].write(fault, &line))
			line.used = before;
	}
	return strbuf_end(&line);
}
