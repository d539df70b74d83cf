// SPDX-License-Identifier: MIT
#include "tests/fake/rule.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/rrtype.h"
#include "tests/fake/fake.h"

enum word_value { PRESET, NEEDED };

static const struct word {
	const char *text;
	enum fake_action action;
	enum word_value value;
	uint32_t preset;
	enum fake_action with;  // switched on too, where it differs
} words[] = {
	{"servfail", FAKE_RCODE, PRESET, RCODE_SERVFAIL, FAKE_RCODE},
	{"refused", FAKE_RCODE, PRESET, RCODE_REFUSED, FAKE_RCODE},
	{"notimp", FAKE_RCODE, PRESET, RCODE_NOTIMP, FAKE_RCODE},
	{"formerr", FAKE_RCODE, PRESET, RCODE_FORMERR, FAKE_RCODE},
	{"rcode", FAKE_RCODE, NEEDED, 0, FAKE_RCODE},
	{"formerr-edns", FAKE_EDNS_UNKNOWN, PRESET, RCODE_FORMERR, FAKE_EDNS_UNKNOWN},
	{"notimp-edns", FAKE_EDNS_UNKNOWN, PRESET, RCODE_NOTIMP, FAKE_EDNS_UNKNOWN},
	{"edns-rcode", FAKE_EDNS_RCODE, NEEDED, 0, FAKE_EDNS_RCODE},
	{"two-opt", FAKE_TWO_OPT, PRESET, 0, FAKE_TWO_OPT},
	{"nxdomain", FAKE_NXDOMAIN, PRESET, 0, FAKE_NXDOMAIN},
	{"nodata", FAKE_NODATA, PRESET, 0, FAKE_NODATA},
	{"nodata-nosoa", FAKE_NODATA, PRESET, 0, FAKE_NO_SOA},
	{"no-soa", FAKE_NO_SOA, PRESET, 0, FAKE_NO_SOA},
	{"lame", FAKE_LAME, PRESET, 0, FAKE_LAME},
	{"referral", FAKE_REFERRAL, PRESET, 0, FAKE_REFERRAL},
	{"cname-only", FAKE_CNAME_ONLY, PRESET, 0, FAKE_CNAME_ONLY},
	{"cname-servfail", FAKE_CNAME_SERVFAIL, PRESET, 0, FAKE_CNAME_ONLY},
	{"cname-loop", FAKE_CNAME_LOOP, PRESET, 0, FAKE_CNAME_LOOP},
	{"extra-answers", FAKE_EXTRA_ANSWERS, PRESET, 0, FAKE_EXTRA_ANSWERS},
	{"wrong-owner", FAKE_WRONG_OWNER, PRESET, 0, FAKE_WRONG_OWNER},
	{"other-type", FAKE_OTHER_TYPE, PRESET, 0, FAKE_OTHER_TYPE},
	{"addresses", FAKE_ADDRESSES, NEEDED, 0, FAKE_ADDRESSES},
	{"ttl", FAKE_TTL, NEEDED, 0, FAKE_TTL},
	{"pad", FAKE_PAD, NEEDED, 0, FAKE_PAD},
	{"size", FAKE_SIZE, NEEDED, 0, FAKE_SIZE},
	{"aa", FAKE_AA, PRESET, 0, FAKE_AA},
	{"no-ra", FAKE_NO_RA, PRESET, 0, FAKE_NO_RA},
	{"ad", FAKE_AD, PRESET, 0, FAKE_AD},
	{"flip-case", FAKE_FLIP_CASE, PRESET, 0, FAKE_FLIP_CASE},
	{"echo-case", FAKE_ECHO_CASE, PRESET, 0, FAKE_ECHO_CASE},
	{"lower-case", FAKE_LOWER_CASE, PRESET, 0, FAKE_LOWER_CASE},
	{"upper-owner", FAKE_UPPER_OWNER, PRESET, 0, FAKE_UPPER_OWNER},
	{"edns-error", FAKE_EDNS_ERROR, NEEDED, 0, FAKE_EDNS_ERROR},
	{"error-text", FAKE_ERROR_TEXT, PRESET, 0, FAKE_ERROR_TEXT},
	{"no-opt", FAKE_NO_OPT, PRESET, 0, FAKE_NO_OPT},
	{"case-drop", FAKE_DROP, PRESET, 0, FAKE_UPPER},
	{"case-nxdomain", FAKE_NXDOMAIN, PRESET, 0, FAKE_UPPER},
	{"cookie-drop", FAKE_DROP, PRESET, 0, FAKE_COOKIE},
	{"cookie-formerr", FAKE_RCODE, PRESET, RCODE_FORMERR, FAKE_COOKIE},
	{"cookies", FAKE_COOKIES, PRESET, 0, FAKE_COOKIES},
	{"bad-cookie", FAKE_BAD_COOKIE, PRESET, 0, FAKE_COOKIES},
	{"cookie-secret", FAKE_COOKIE_SECRET, NEEDED, 0, FAKE_COOKIE_SECRET},
	{"cookie-size", FAKE_COOKIE_SIZE, NEEDED, 0, FAKE_COOKIE_SIZE},
	{"cookie-none", FAKE_COOKIE_NONE, PRESET, 0, FAKE_COOKIE_NONE},
	{"cookie-wrong", FAKE_COOKIE_WRONG, PRESET, 0, FAKE_COOKIE_WRONG},
	{"cookie-short", FAKE_COOKIE_SHORT, PRESET, 0, FAKE_COOKIE_SHORT},
	{"wrong-id", FAKE_WRONG_ID, PRESET, 0, FAKE_WRONG_ID},
	{"wrong-name", FAKE_WRONG_NAME, PRESET, 0, FAKE_WRONG_NAME},
	{"wrong-type", FAKE_WRONG_TYPE, PRESET, 0, FAKE_WRONG_TYPE},
	{"wrong-class", FAKE_WRONG_CLASS, PRESET, 0, FAKE_WRONG_CLASS},
	{"not-a-reply", FAKE_NOT_A_REPLY, PRESET, 0, FAKE_NOT_A_REPLY},
	{"opcode", FAKE_OPCODE, NEEDED, 0, FAKE_OPCODE},
	{"no-question", FAKE_NO_QUESTION, PRESET, 0, FAKE_NO_QUESTION},
	{"short", FAKE_SHORT, PRESET, 0, FAKE_SHORT},
	{"empty", FAKE_EMPTY, PRESET, 0, FAKE_EMPTY},
	{"garbage", FAKE_GARBAGE, PRESET, 0, FAKE_GARBAGE},
	{"trailing", FAKE_TRAILING, PRESET, 0, FAKE_TRAILING},
	{"pointer-loop", FAKE_POINTER_LOOP, PRESET, 0, FAKE_POINTER_LOOP},
	{"question-loop", FAKE_QUESTION_LOOP, PRESET, 0, FAKE_QUESTION_LOOP},
	{"rdlength-lie", FAKE_RDLENGTH_LIE, PRESET, 0, FAKE_RDLENGTH_LIE},
	{"rdlength", FAKE_RDLENGTH, NEEDED, 0, FAKE_RDLENGTH},
	{"drop", FAKE_DROP, PRESET, 0, FAKE_DROP},
	{"delay", FAKE_DELAY, NEEDED, 0, FAKE_DELAY},
	{"loss", FAKE_LOSS, NEEDED, 0, FAKE_LOSS},
	{"truncate", FAKE_TRUNCATE, PRESET, 0, FAKE_TRUNCATE},
	{"wrong-source", FAKE_WRONG_SOURCE, PRESET, 0, FAKE_WRONG_SOURCE},
	{"wrong-address", FAKE_WRONG_ADDRESS, PRESET, 0, FAKE_WRONG_ADDRESS},
	{"duplicate", FAKE_DUPLICATE, PRESET, 0, FAKE_DUPLICATE},
	{"flood", FAKE_FLOOD, NEEDED, 0, FAKE_FLOOD},
	{"then-true", FAKE_THEN_TRUE, PRESET, 0, FAKE_THEN_TRUE},
	{"forge-before", FAKE_WRONG_ID, PRESET, 0, FAKE_THEN_TRUE},
	{"udp-refuse", FAKE_UDP_REFUSE, PRESET, 0, FAKE_UDP_REFUSE},
	{"tcp-refuse", FAKE_TCP_REFUSE, PRESET, 0, FAKE_TCP_REFUSE},
	{"tcp-close", FAKE_TCP_CLOSE, PRESET, 0, FAKE_TCP_CLOSE},
	{"tcp-close-after", FAKE_TCP_CLOSE_AFTER, NEEDED, 0, FAKE_TCP_CLOSE_AFTER},
	{"tcp-reset", FAKE_TCP_RESET, PRESET, 0, FAKE_TCP_RESET},
	{"tcp-dribble", FAKE_TCP_DRIBBLE, PRESET, 0, FAKE_TCP_DRIBBLE},
	{"tcp-silent", FAKE_TCP_SILENT, PRESET, 0, FAKE_TCP_SILENT},
	{"tcp-coalesce", FAKE_TCP_COALESCE, PRESET, 0, FAKE_TCP_COALESCE},
	{"tcp-unsolicited", FAKE_TCP_UNSOLICITED, PRESET, 0, FAKE_TCP_UNSOLICITED},
	{"axfr-records", FAKE_AXFR_RECORDS, NEEDED, 0, FAKE_AXFR_RECORDS},
	{"axfr-no-end", FAKE_AXFR_NO_END, PRESET, 0, FAKE_AXFR_NO_END},
	{"udp", FAKE_UDP, PRESET, 0, FAKE_UDP},
	{"tcp", FAKE_TCP, PRESET, 0, FAKE_TCP},
	{"edns", FAKE_EDNS, PRESET, 0, FAKE_EDNS},
	{"plain", FAKE_PLAIN, PRESET, 0, FAKE_PLAIN},
	{"cookie", FAKE_COOKIE, PRESET, 0, FAKE_COOKIE},
	{"upper", FAKE_UPPER, PRESET, 0, FAKE_UPPER},
	{"first", FAKE_FIRST, NEEDED, 0, FAKE_FIRST},
};

static bool read_word(const char *text, struct fake_rule *rule)
{
	const size_t length = strcspn(text, "=");
	const bool has_value = text[length] == '=';
	uint32_t value = 0;
	if (has_value) {
		char *end;
		value = (uint32_t)strtoul(text + length + 1, &end, 0);
		if (end == text + length + 1 || *end != '\0')
			return false;
	}
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		const struct word *word = &words[i];
		if (strlen(word->text) != length || strncmp(word->text, text, length) != 0)
			continue;
		if (has_value != (word->value == NEEDED))
			return false;
		rule->has[word->action] = rule->has[word->with] = true;
		rule->value[word->action] = has_value ? value : word->preset;
		return true;
	}
	return false;
}

static bool read_pattern(char *text, struct fake_rule *rule)
{
	char *slash = strchr(text, '/');
	if (slash) {
		*slash = '\0';
		if (!rrtype_read(slash + 1, &rule->type))
			return false;
	}
	if (strcmp(text, "*") == 0) {
		rule->any_name = true;
		return true;
	}
	rule->below = strncmp(text, "*.", 2) == 0;
	return name_read(rule->below ? text + 2 : text, &rule->name);
}

// Takes line apart. NULL with *wrong the word at fault; both NULL for an empty line.
static struct fake_rule *read_rule(char *line, const char **wrong)
{
	char *rest;
	char *word = strtok_r(line, " \t", &rest);
	*wrong = NULL;
	if (!word || *word == '#')
		return NULL;
	*wrong = word;
	struct fake_rule *rule = calloc(1, sizeof *rule);
	if (!rule || !read_pattern(word, rule)) {
		free(rule);
		return NULL;
	}
	while ((word = strtok_r(NULL, " \t", &rest)) && *word != '#') {
		*wrong = word;
		if (!read_word(word, rule)) {
			free(rule);
			return NULL;
		}
	}
	*wrong = NULL;
	return rule;
}

bool fake_rules_read(struct fake_rule **rules, const char *text, char **wrong)
{
	struct fake_rule *first = NULL, **end = &first;
	char *copy = strdup(text), *rest;
	const char *fault = copy ? NULL : "(no memory)";
	char *line = copy ? strtok_r(copy, "\n;", &rest) : NULL;
	for (; line && !fault; line = strtok_r(NULL, "\n;", &rest)) {
		*end = read_rule(line, &fault);
		if (*end)
			end = &(*end)->next;
	}
	if (fault) {
		*wrong = strdup(fault);
		fake_rules_clear(&first);
	} else {
		*end = *rules;
		*rules = first;
	}
	free(copy);
	return !fault;
}

void fake_rules_clear(struct fake_rule **rules)
{
	while (*rules) {
		struct fake_rule *rule = *rules;
		*rules = rule->next;
		free(rule);
	}
}

static bool is_used_up(const struct fake_rule *rule)
{
	return rule->has[FAKE_FIRST] && rule->used >= rule->value[FAKE_FIRST];
}

static bool name_matches(const struct fake_rule *rule, const struct name *name)
{
	if (rule->any_name)
		return true;
	if (rule->below)
		return name_within(name, &rule->name) && !name_equal(name, &rule->name);
	return name_equal(name, &rule->name);
}

static bool has_upper(const struct name *name)
{
	for (unsigned i = 0; i < name->length; i++)
		if (name->wire[i] >= 'A' && name->wire[i] <= 'Z')
			return true;
	return false;
}

static bool rule_matches(const struct fake_rule *rule, const struct fake_query *query)
{
	if (rule->type != 0 && rule->type != query->type)
		return false;
	if (rule->has[FAKE_UDP] && query->over_tcp)
		return false;
	if (rule->has[FAKE_TCP] && !query->over_tcp)
		return false;
	if (rule->has[FAKE_EDNS] && !query->has_edns)
		return false;
	if (rule->has[FAKE_PLAIN] && query->has_edns)
		return false;
	if (rule->has[FAKE_COOKIE] && query->cookie_size == 0)
		return false;
	if (rule->has[FAKE_UPPER] && !has_upper(&query->name))
		return false;
	return !is_used_up(rule) && name_matches(rule, &query->name);
}

struct fake_rule *fake_rules_match(struct fake_rule *rules, const struct fake_query *query)
{
	for (struct fake_rule *rule = rules; rule; rule = rule->next) {
		if (rule_matches(rule, query)) {
			rule->used++;
			return rule;
		}
	}
	return NULL;
}

struct fake_rule fake_rule_of_true(const struct fake_rule *rule)
{
	static const enum fake_action kept[] = {
		FAKE_COOKIES,
		FAKE_BAD_COOKIE,
		FAKE_COOKIE_SECRET,
		FAKE_COOKIE_SIZE,
		FAKE_LOSS,
	};
	struct fake_rule of_true = {0};
	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
		of_true.has[kept[i]] = rule->has[kept[i]];
		of_true.value[kept[i]] = rule->value[kept[i]];
	}
	return of_true;
}

bool fake_rules_have(const struct fake_rule *rules, enum fake_action action)
{
	for (const struct fake_rule *rule = rules; rule; rule = rule->next)
		if (rule->has[action] && !is_used_up(rule))
			return true;
	return false;
}
