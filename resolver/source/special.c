// SPDX-License-Identifier: MIT
#include "resolver/source/special.h"

#include <errno.h>

// text: the labels, each after its length in octal, which a digit may follow.
#define SPECIAL_NAME(text)                   \
	{                                        \
		.length = sizeof(text), .wire = text \
	}

static const struct name localhost = SPECIAL_NAME("\011localhost");

// Names that do not exist and must not be queried (RFC 6761 6.4, RFC 7686 2).
static const struct name nowhere[] = {
	SPECIAL_NAME("\007invalid"),
	SPECIAL_NAME("\005onion"),
};

// RFC 6761 6.3.
static const struct {
	uint16_t type;
	uint16_t length;
	uint8_t data[16];
} loopback[] = {
	{RRTYPE_A, 4, {127, 0, 0, 1}},
	{RRTYPE_AAAA, 16, {[15] = 1}},
};

// RFC 6762 3 and 4.
static const struct name multicast[] = {
	SPECIAL_NAME("\005local"),
	SPECIAL_NAME("\003254\003169\007in-addr\004arpa"),
	SPECIAL_NAME("\0018\001e\001f\003ip6\004arpa"),
	SPECIAL_NAME("\0019\001e\001f\003ip6\004arpa"),
	SPECIAL_NAME("\001a\001e\001f\003ip6\004arpa"),
	SPECIAL_NAME("\001b\001e\001f\003ip6\004arpa"),
};

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static enum outcome finish(enum outcome outcome, struct answer *answer, struct answer *out)
{
	answer->outcome = outcome;
	answer->rcode = outcome == OUTCOME_NO_NAME ? RCODE_NXDOMAIN : RCODE_NOERROR;
	answer->source = SOURCE_SPECIAL;
	*out = *answer;
	return outcome;
}

static enum outcome answer_localhost(const struct question *question, struct answer *out)
{
	struct answer answer = {0};
	for (unsigned i = 0; i < LENGTH(loopback); i++) {
		if (question->class != RRCLASS_IN || (question->type != loopback[i].type && question->type != RRTYPE_ANY))
			continue;
		const struct record_view record = {&question->name, loopback[i].type, 0, loopback[i].data, loopback[i].length};
		if (!answer_add(&answer, SECTION_ANSWER, &record)) {
			answer_clear(&answer);
			*out = (struct answer){.outcome = OUTCOME_ERROR, .error = ENOMEM, .source = SOURCE_SPECIAL};
			return OUTCOME_ERROR;
		}
	}
	return finish(answer.record_count > 0 ? OUTCOME_FOUND : OUTCOME_NO_DATA, &answer, out);
}

static bool is_within_any(const struct name *name, const struct name *domains, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (name_within(name, &domains[i]))
			return true;
	return false;
}

static bool is_nowhere(const struct name *name)
{
	return is_within_any(name, nowhere, LENGTH(nowhere));
}

bool special_is_multicast(const struct name *name)
{
	return is_within_any(name, multicast, LENGTH(multicast));
}

bool special_is_name(const struct name *name)
{
	return name_within(name, &localhost) || is_nowhere(name);
}

enum outcome special_answer(const struct question *question, struct answer *out)
{
	if (name_within(&question->name, &localhost))
		return answer_localhost(question, out);
	if (is_nowhere(&question->name))
		return finish(OUTCOME_NO_NAME, &(struct answer){0}, out);
	return OUTCOME_PASS;
}
