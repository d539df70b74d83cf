// SPDX-License-Identifier: MIT
// Rules that change answers (their grammar is in fake.h).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/name.h"

struct fake_query;

enum fake_action {
	FAKE_RCODE,         // with a value: a code and no records
	FAKE_EDNS_UNKNOWN,  // with a value: the code for queries with OPT
	FAKE_EDNS_RCODE,
	FAKE_TWO_OPT,
	FAKE_NXDOMAIN,
	FAKE_NODATA,
	FAKE_NO_SOA,
	FAKE_LAME,
	FAKE_REFERRAL,
	FAKE_CNAME_ONLY,
	FAKE_CNAME_SERVFAIL,
	FAKE_CNAME_LOOP,
	FAKE_EXTRA_ANSWERS,
	FAKE_WRONG_OWNER,
	FAKE_OTHER_TYPE,
	FAKE_ADDRESSES,
	FAKE_TTL,
	FAKE_PAD,
	FAKE_SIZE,
	FAKE_AA,
	FAKE_NO_RA,
	FAKE_AD,
	FAKE_FLIP_CASE,
	FAKE_ECHO_CASE,
	FAKE_LOWER_CASE,
	FAKE_UPPER_OWNER,
	FAKE_EDNS_ERROR,
	FAKE_ERROR_TEXT,
	FAKE_NO_OPT,
	FAKE_COOKIES,
	FAKE_BAD_COOKIE,
	FAKE_COOKIE_SECRET,
	FAKE_COOKIE_SIZE,
	FAKE_COOKIE_NONE,
	FAKE_COOKIE_WRONG,
	FAKE_COOKIE_SHORT,
	FAKE_WRONG_ID,
	FAKE_WRONG_NAME,
	FAKE_WRONG_TYPE,
	FAKE_WRONG_CLASS,
	FAKE_NOT_A_REPLY,
	FAKE_OPCODE,
	FAKE_NO_QUESTION,
	FAKE_SHORT,
	FAKE_EMPTY,
	FAKE_GARBAGE,
	FAKE_TRAILING,
	FAKE_POINTER_LOOP,
	FAKE_QUESTION_LOOP,
	FAKE_RDLENGTH_LIE,
	FAKE_RDLENGTH,
	FAKE_DROP,
	FAKE_DELAY,
	FAKE_LOSS,
	FAKE_TRUNCATE,
	FAKE_WRONG_SOURCE,
	FAKE_WRONG_ADDRESS,
	FAKE_DUPLICATE,
	FAKE_FLOOD,
	FAKE_THEN_TRUE,
	FAKE_UDP_REFUSE,
	FAKE_TCP_REFUSE,
	FAKE_TCP_CLOSE,
	FAKE_TCP_CLOSE_AFTER,
	FAKE_TCP_RESET,
	FAKE_TCP_DRIBBLE,
	FAKE_TCP_SILENT,
	FAKE_TCP_COALESCE,
	FAKE_TCP_UNSOLICITED,
	FAKE_AXFR_RECORDS,
	FAKE_AXFR_NO_END,
	FAKE_UDP,  // from here on: what narrows the rule
	FAKE_TCP,
	FAKE_EDNS,
	FAKE_PLAIN,
	FAKE_COOKIE,
	FAKE_UPPER,
	FAKE_FIRST,
	FAKE_ACTIONS,
};

struct fake_rule {
	struct fake_rule *next;
	struct name name;
	bool below;  // what is below name, not name itself
	bool any_name;
	uint16_t type;  // 0: any
	bool has[FAKE_ACTIONS];
	uint32_t value[FAKE_ACTIONS];
	uint32_t used;  // queries that it decided
};

// Puts the rules of text, in their order, before those of *rules. False with *rules untouched and *wrong (allocated,
// the caller's) the word that was not understood.
bool fake_rules_read(struct fake_rule **rules, const char *text, char **wrong);
void fake_rules_clear(struct fake_rule **rules);

// The rule that decides this query, counted in its `used`; NULL without one.
struct fake_rule *fake_rules_match(struct fake_rule *rules, const struct fake_query *query);

// What is left of the rule for the true reply of then-true: how the server works, not what alters a reply.
struct fake_rule fake_rule_of_true(const struct fake_rule *rule);

// Has any rule that still applies this action? For FAKE_UDP_REFUSE and FAKE_TCP_REFUSE, which act before a query
// is seen.
bool fake_rules_have(const struct fake_rule *rules, enum fake_action action);
