// SPDX-License-Identifier: MIT
#include "resolver/source/special.h"

#include "config/base/array.h"

// text: the labels, each after its length in octal, which a digit may follow.
#define SPECIAL_NAME(text)                   \
	{                                        \
		.length = sizeof(text), .wire = text \
	}

static const struct name localhost = SPECIAL_NAME("\011localhost");

// Names that do not exist and must not be queried (RFC 6761 6.4, RFC 7686 2).
static const struct name nowhere[] = {SPECIAL_NAME("\007invalid"), SPECIAL_NAME("\005onion")};

// RFC 6762 3 and 4.
static const struct name multicast[] = {SPECIAL_NAME("\005local"), SPECIAL_NAME("\003254\003169\007in-addr\004arpa"),
	SPECIAL_NAME("\0018\001e\001f\003ip6\004arpa"), SPECIAL_NAME("\0019\001e\001f\003ip6\004arpa"),
	SPECIAL_NAME("\001a\001e\001f\003ip6\004arpa"), SPECIAL_NAME("\001b\001e\001f\003ip6\004arpa")};

static enum outcome answer_localhost(const struct question *question, struct answer *out)
{
	static const struct address loopback[] = {
		{.family = AF_INET, .bytes = {127, 0, 0, 1}},
		{.family = AF_INET6, .bytes = {[15] = 1}},
	};
	const size_t count = question->class == RRCLASS_IN ? ARRAY_LENGTH(loopback) : 0;
	out->source = SOURCE_SPECIAL;
	return answer_finish(out, answer_add_addresses(out, question, loopback, count));
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
	return is_within_any(name, nowhere, ARRAY_LENGTH(nowhere));
}

bool special_is_multicast(const struct name *name)
{
	return is_within_any(name, multicast, ARRAY_LENGTH(multicast));
}

bool special_is_name(const struct name *name)
{
	return name_within(name, &localhost) || is_nowhere(name);
}

enum outcome special_answer(const struct question *question, struct answer *out)
{
	if (name_within(&question->name, &localhost))
		return answer_localhost(question, out);
	if (!is_nowhere(&question->name))
		return OUTCOME_PASS;
	*out = (struct answer){.outcome = OUTCOME_NO_NAME, .rcode = RCODE_NXDOMAIN, .source = SOURCE_SPECIAL};
	return OUTCOME_NO_NAME;
}
