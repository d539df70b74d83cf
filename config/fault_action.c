// SPDX-License-Identifier: MIT
#include "config/fault_action.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "config/base/ascii.h"
#include "config/base/network.h"
#include "config/base/strbuf.h"

#define TTL_MAX INT32_MAX  // RFC 2181 8

static bool read_delay(const char *value, struct fault *fault)
{
	char least[16];
	const char *dots = strstr(value, "..");
	if (dots == NULL && ascii_read_between(value, 0, FAULT_DELAY_MAX, &fault->delay_least)) {
		fault->delay_most = fault->delay_least;
		return true;
	}
	if (dots == NULL || !ascii_copy(least, sizeof least, value, (size_t)(dots - value)))
		return false;
	return ascii_read_between(least, 0, FAULT_DELAY_MAX, &fault->delay_least) &&
		ascii_read_between(dots + 2, 1, FAULT_DELAY_MAX, &fault->delay_most) && fault->delay_least <= fault->delay_most;
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
	return ascii_read_between(value, 0, TTL_MAX, &fault->ttl);
}

static void write_ttl(const struct fault *fault, struct strbuf *line)
{
	strbuf_add_number(line, fault->ttl);
}

static bool read_limit(const char *value, struct fault *fault)
{
	return ascii_read_between(value, 1, UINT32_MAX, &fault->limit);
}

static void write_limit(const struct fault *fault, struct strbuf *line)
{
	strbuf_add_number(line, fault->limit);
}

bool fault_action_add_address(const char *text, struct fault *fault)
{
	struct network network;
	if (fault->answer_count == FAULT_ADDRESSES_MAX || !network_read(text, &network))
		return false;
	fault->answers[fault->answer_count++] = network;
	return true;
}

// Reads one address, or several separated by commas.
static bool read_answer(const char *value, struct fault *fault)
{
	char text[ADDRESS_TEXT_SIZE + sizeof "/128"];
	for (;; value++) {
		const size_t length = ascii_until(value, ",");
		if (!ascii_copy(text, sizeof text, value, length) || !fault_action_add_address(text, fault))
			return false;
		value += length;
		if (*value == '\0')
			return true;
	}
}

static void write_answer(const struct fault *fault, struct strbuf *line)
{
	for (size_t i = 0; i < fault->answer_count; i++) {
		strbuf_add(line, i == 0 ? "" : " ");
		network_write(&fault->answers[i], line);
	}
}

static const char *const replies[] = {
	[FAULT_REPLY_GARBAGE] = "garbage", [FAULT_REPLY_EMPTY] = "empty", [FAULT_REPLY_WRONG_ID] = "wrong-id"};

static bool read_reply(const char *value, struct fault *fault)
{
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
		if (strcmp(value, replies[i]) == 0) {
			fault->reply = (enum fault_reply)i;
			return true;
		}
	}
	return false;
}

static void write_reply(const struct fault *fault, struct strbuf *line)
{
	strbuf_add(line, replies[fault->reply]);
}

// The actions, in the order of fault_action_write.
static const struct fault_action actions[] = {
	{"nxdomain", FAULT_NXDOMAIN, NULL, NULL, "", ""},
	{"nodata", FAULT_NODATA, NULL, NULL, "", ""},
	{"servfail", FAULT_SERVFAIL, NULL, NULL, "", ""},
	{"refused", FAULT_REFUSED, NULL, NULL, "", ""},
	{"formerr", FAULT_FORMERR, NULL, NULL, "", ""},
	{"notimp", FAULT_NOTIMP, NULL, NULL, "", ""},
	{"reply=", FAULT_REPLY, read_reply, write_reply, "garbage|empty|wrong-id", ""},
	{"timeout", FAULT_TIMEOUT, NULL, NULL, "", ""},
	{"delay=", FAULT_DELAY, read_delay, write_delay, "MS", " or delay=MS..MS, 0 to 600000 milliseconds"},
	{"truncate", FAULT_TRUNCATE, NULL, NULL, "", ""},
	{"drop", FAULT_DROP, NULL, NULL, "", ""},
	{"ttl=", FAULT_TTL, read_ttl, write_ttl, "N", ", 0 to 2147483647 seconds"},
	{"answer=", FAULT_ANSWER, read_answer, write_answer, "ADDRESS[/BITS]...",
		", an address of a network of BITS, 8 at most"},
	{"shuffle", FAULT_SHUFFLE, NULL, NULL, "", ""},
	{"limit=", FAULT_LIMIT, read_limit, write_limit, "N", ", 1 address or more"},
};

#define ACTION_COUNT (sizeof actions / sizeof *actions)

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

// Of these actions a fault has one at most.
static const unsigned alternatives[] = {FAULT_OUTCOMES, FAULT_TRUNCATE | FAULT_DROP};

// Actions that have no effect together with others.
static const struct {
	unsigned useless, beside;
} contradictions[] = {
	{FAULT_CHANGES, FAULT_FAILURES},
	{FAULT_DELAY | FAULT_DROP | FAULT_TRUNCATE, FAULT_TIMEOUT},
	{FAULT_TRUNCATE, FAULT_REPLY},
};

bool fault_action_is_compatible(unsigned before, enum fault_bit bit, struct strbuf *text)
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

const struct fault_action *fault_action_find(const char *word, const char **value)
{
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		const size_t length = strlen(actions[i].word);
		*value = word + length;
		if (actions[i].read == NULL ? strcmp(word, actions[i].word) == 0 : strncmp(word, actions[i].word, length) == 0)
			return &actions[i];
	}
	return NULL;
}

void fault_action_write(const struct fault *fault, struct strbuf *line)
{
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		if (!(fault->actions & actions[i].bit))
			continue;
		strbuf_add(line, line->used == 0 ? "" : " ");
		strbuf_add(line, actions[i].word);
		if (actions[i].write != NULL)
			actions[i].write(fault, line);
	}
}

void fault_action_write_all(struct strbuf *text)
{
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		strbuf_add(text, i == 0 ? "" : ", ");
		strbuf_add(text, actions[i].word);
		strbuf_add(text, actions[i].value);
	}
}
