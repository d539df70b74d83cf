// SPDX-License-Identifier: MIT
#include "config/fault_text.h"

#include <stddef.h>
#include <string.h>

#include "config/base/ascii.h"
#include "config/base/punycode.h"
#include "config/base/rrtype.h"
#include "config/base/strbuf.h"
#include "config/base/words.h"
#include "config/mistakes.h"
#include "config/sync/frame.h"

#define TTL_MAX INT32_MAX  // RFC 2181 8
#define CHANGES_RECORDS (FAULT_TTL | FAULT_SHUFFLE | FAULT_LIMIT)

static bool read_number(const char *text, uint32_t least, uint32_t most, uint32_t *out)
{
	uint32_t number;
	if (!ascii_read_number(text, UINT32_MAX, &number) || number < least || number > most)
		return false;
	*out = number;
	return true;
}

static bool read_delay(const char *value, struct fault *fault)
{
	char least[16];
	const char *dots = strstr(value, "..");
	if (dots == NULL && read_number(value, 1, FAULT_DELAY_MAX, &fault->delay_least)) {
		fault->delay_most = fault->delay_least;
		return true;
	}
	if (dots == NULL || !ascii_copy(least, sizeof least, value, (size_t)(dots - value)))
		return false;
	return read_number(least, 0, FAULT_DELAY_MAX, &fault->delay_least) &&
		read_number(dots + 2, 1, FAULT_DELAY_MAX, &fault->delay_most) && fault->delay_least <= fault->delay_most;
}

static void write_delay(const struct fault *fault, struct strbuf *line)
{
	if (fault->delay_least != fault->delay_most) {
		strbuf_add_number(line, fault->delay_least);
		strbuf_add(line, "..");
	}
	strbuf_add_number(line, fault->delay_most);
}

static bool read_ttl(const char *value, struct fault *fault)
{
	return read_number(value, 0, TTL_MAX, &fault->ttl);
}

static void write_ttl(const struct fault *fault, struct strbuf *line)
{
	strbuf_add_number(line, fault->ttl);
}

static bool read_limit(const char *value, struct fault *fault)
{
	return read_number(value, 1, UINT32_MAX, &fault->limit);
}

static void write_limit(const struct fault *fault, struct strbuf *line)
{
	strbuf_add_number(line, fault->limit);
}

static bool add_address(const char *text, struct fault *fault)
{
	struct address address;
	if (fault->answer_count == FAULT_ADDRESSES_MAX || !address_read(text, &address))
		return false;
	fault->answers[fault->answer_count++] = address;
	return true;
}

// Reads one address, or several separated by commas.
static bool read_answer(const char *value, struct fault *fault)
{
	char text[ADDRESS_TEXT_SIZE];
	for (;; value++) {
		const size_t length = ascii_until(value, ",");
		if (!ascii_copy(text, sizeof text, value, length) || !add_address(text, fault))
			return false;
		value += length;
		if (*value == '\0')
			return true;
	}
}

static void write_answer(const struct fault *fault, struct strbuf *line)
{
	for (size_t i = 0; i < fault->answer_count; i++) {
		char address[ADDRESS_TEXT_SIZE];
		strbuf_add(line, i == 0 ? "" : " ");
		strbuf_add(line, address_write(&fault->answers[i], address));
	}
}

// The actions, in the order of fault_text_write.
static const struct action {
	const char *word;  // ends in '=' if a value follows
	enum fault_bit bit;
	bool (*read)(const char *value, struct fault *fault);
	void (*write)(const struct fault *fault, struct strbuf *line);
	const char *value, *range;  // for messages: the format of the value, and what it may be
} actions[] = {
	{"nxdomain", FAULT_NXDOMAIN, NULL, NULL, "", ""},
	{"nodata", FAULT_NODATA, NULL, NULL, "", ""},
	{"servfail", FAULT_SERVFAIL, NULL, NULL, "", ""},
	{"refused", FAULT_REFUSED, NULL, NULL, "", ""},
	{"timeout", FAULT_TIMEOUT, NULL, NULL, "", ""},
	{"delay=", FAULT_DELAY, read_delay, write_delay, "MS", " or delay=MS..MS, 1 to 600000 milliseconds"},
	{"truncate", FAULT_TRUNCATE, NULL, NULL, "", ""},
	{"drop", FAULT_DROP, NULL, NULL, "", ""},
	{"ttl=", FAULT_TTL, read_ttl, write_ttl, "N", ", 0 to 2147483647 seconds"},
	{"answer=", FAULT_ANSWER, read_answer, write_answer, "ADDRESS...", ", 8 addresses at most"},
	{"shuffle", FAULT_SHUFFLE, NULL, NULL, "", ""},
	{"limit=", FAULT_LIMIT, read_limit, write_limit, "N", ", 1 address or more"},
};

#define ACTION_COUNT (sizeof actions / sizeof *actions)

static bool expect(struct fault_mistake *mistake, const char *one, const char *two, const char *three)
{
	struct strbuf text = {.bytes = mistake->expected, .size = sizeof mistake->expected};
	strbuf_add(&text, one);
	strbuf_add(&text, two);
	strbuf_add(&text, three);
	strbuf_end(&text);
	return false;
}

// Adds the words of these actions as "a, b or c".
static void add_words(struct strbuf *text, unsigned bits, const char *last)
{
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		if (!(bits & actions[i].bit))
			continue;
		strbuf_add_bytes(text, actions[i].word, ascii_until(actions[i].word, "="));
		bits &= ~(unsigned)actions[i].bit;
		strbuf_add(text, bits == 0 ? "" : (bits & (bits - 1)) == 0 ? last : ", ");
	}
}

static bool expect_action(struct fault_mistake *mistake)
{
	struct strbuf text = {.bytes = mistake->expected, .size = sizeof mistake->expected};
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		strbuf_add(&text, actions[i].word);
		strbuf_add(&text, actions[i].value);
		strbuf_add(&text, ", ");
	}
	strbuf_add(&text, "SHARE% or first=N");
	strbuf_end(&text);
	return false;
}

// Of these actions a fault has one at most.
static const unsigned alternatives[] = {FAULT_OUTCOMES, FAULT_TRUNCATE | FAULT_DROP};

// Actions that have no effect together with others.
static const struct {
	unsigned useless, beside;
} contradictions[] = {
	{CHANGES_RECORDS, FAULT_FAILURES},
	{FAULT_DELAY | FAULT_DROP | FAULT_TRUNCATE, FAULT_TIMEOUT},
};

// Can the action be added to those that were read before? If not, writes to text what is expected instead.
static bool is_compatible(unsigned before, unsigned bit, struct strbuf *text)
{
	if (before & bit) {
		strbuf_add(text, "each action once");
		return false;
	}
	for (size_t i = 0; i < sizeof alternatives / sizeof *alternatives; i++) {
		if (!(before & alternatives[i] && bit & alternatives[i]))
			continue;
		strbuf_add(text, "one of ");
		add_words(text, alternatives[i], " and ");
		return false;
	}
	for (size_t i = 0; i < sizeof contradictions / sizeof *contradictions; i++) {
		const unsigned useless = contradictions[i].useless, beside = contradictions[i].beside;
		if (!(before & useless && bit & beside) && !(before & beside && bit & useless))
			continue;
		strbuf_add(text, "no ");
		add_words(text, useless, " or ");
		strbuf_add(text, " beside ");
		add_words(text, beside, " or ");
		return false;
	}
	return true;
}

static const struct action *find_action(const char *word, const char **value)
{
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		const size_t length = strlen(actions[i].word);
		*value = word + length;
		if (actions[i].read == NULL ? strcmp(word, actions[i].word) == 0 : strncmp(word, actions[i].word, length) == 0)
			return &actions[i];
	}
	return NULL;
}

static bool read_action(
	const struct action *action, const char *value, struct fault *fault, struct fault_mistake *mistake)
{
	struct strbuf text = {.bytes = mistake->expected, .size = sizeof mistake->expected};
	if (!is_compatible(fault->actions, action->bit, &text)) {
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
		!read_number(number, 1, 100, &percent))
		return false;
	fault->percent = (uint8_t)percent;
	return true;
}

static bool is_share(const char *word)
{
	const size_t length = strlen(word);
	return length > 1 && word[length - 1] == '%';
}

static bool read_word(const char *word, bool is_answer_open, struct fault *fault, struct fault_mistake *mistake)
{
	static const char first[] = "first=";
	const char *value;
	struct address address;
	const struct action *action = find_action(word, &value);
	if (action != NULL)
		return read_action(action, value, fault, mistake);
	if (is_share(word))
		return read_share(word, fault) || expect(mistake, "one share, 1% to 100%", "", "");
	if (strncmp(word, first, strlen(first)) == 0)
		return (fault->first == 0 && read_number(word + strlen(first), 1, UINT32_MAX, &fault->first)) ||
			expect(mistake, "one first=N, 1 lookup or more", "", "");
	if (!is_answer_open || !address_read(word, &address))
		return expect_action(mistake);
	return add_address(word, fault) || expect(mistake, "8 addresses at most", "", "");
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

bool fault_text_read(const struct words *words, struct fault *out, struct fault_mistake *mistake)
{
	struct fault fault;
	bool is_answer_open = false;
	memset(&fault, 0, sizeof fault);
	mistake->got = words->count > 1 ? words->word[1] : NULL;
	if (words->count < 2)
		return expect(mistake, "a pattern and an action, such as *.example servfail", "", "");
	if (!read_target(words->word[1], &fault, mistake))
		return false;
	for (size_t i = 2; i < words->count; i++) {
		const unsigned addresses = fault.answer_count;
		mistake->got = words->word[i];
		if (!read_word(words->word[i], is_answer_open, &fault, mistake))
			return false;
		is_answer_open = fault.answer_count > addresses;
	}
	mistake->got = NULL;
	if (fault.actions == 0)
		return expect(mistake, "an action such as servfail, timeout or delay=200", "", "");
	if (fault.percent == 0)
		fault.percent = 100;
	*out = fault;
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
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		if (!(fault->actions & actions[i].bit))
			continue;
		strbuf_add(&line, line.used == 0 ? "" : " ");
		strbuf_add(&line, actions[i].word);
		if (actions[i].write != NULL)
			actions[i].write(fault, &line);
	}
	if (fault->percent != 100) {
		strbuf_add(&line, " ");
		strbuf_add_number(&line, fault->percent);
		strbuf_add(&line, "%");
	}
	if (fault->first != 0) {
		strbuf_add(&line, " first=");
		strbuf_add_number(&line, fault->first);
	}
	return strbuf_end(&line);
}
