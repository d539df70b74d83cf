// SPDX-License-Identifier: MIT
#include "resolver/source/special.h"

#include "config/base/array.h"

// text: the labels, each after its length in octal, which a digit may follow.
#define SPECIAL_NAME(text)                   \
	{                                        \
		.length = sizeof(text), .wire = text \
	}

static const uint8_t localhost[] = "\011localhost";

// Names that do not exist and must not be queried (RFC 6761 6.4, RFC 7686 2).
static const uint8_t invalid[] = "\007invalid", onion[] = "\005onion";

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

// Where the last label begins.
static unsigned find_top(const struct name *name)
{
	unsigned at = 0;
	while (at + 2u + name->wire[at] < name->length)
		at += name->wire[at] + 1u;
	return at;
}

static bool is_localhost(const struct name *name, unsigned top)
{
	return name_end_is(name, top, localhost, sizeof localhost);
}

static bool is_nowhere(const struct name *name, unsigned top)
{
	return name_end_is(name, top, invalid, sizeof invalid) || name_end_is(name, top, onion, sizeof onion);
}

bool special_is_multicast(const struct name *name)
{
	for (unsigned i = 0; i < ARRAY_LENGTH(multicast); i++)
		if (name_within(name, &multicast[i]))
			return true;
	return false;
}

bool special_is_name(const struct name *name)
{
	const unsigned top = find_top(name);
	return is_localhost(name, top) || is_nowhere(name, top);
}

enum outcome special_answer(const struct question *question, struct answer *out)
{
	const unsigned top = find_top(&question->name);
	if (is_localhost(&question->name, top))
		return answer_localhost(question, out);
	if (!is_nowhere(&question->name, top))
		return OUTCOME_PASS;
	*out = (struct answer){.outcome = OUTCOME_NO_NAME, .rcode = RCODE_NXDOMAIN, .source = SOURCE_SPECIAL};
	return OUTCOME_NO_NAME;
}
