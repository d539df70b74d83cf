// SPDX-License-Identifier: MIT
#include "config/fault_text.h"

#include <stddef.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/compiler.h"
#include "config/base/punycode.h"
#include "config/base/rrtype.h"
#include "config/base/strbuf.h"
#include "config/base/words.h"
#include "config/mistakes.h"

// ---- reading ----

static bool expect(struct fault_mistake *mistake, const char *what)
{
	strbuf_join(mistake->expected, sizeof mistake->expected, what);
	return false;
}

static bool expect_part(struct fault_mistake *mistake, const struct fault_part *part)
{
	strbuf_join(mistake->expected, sizeof mistake->expected, part->bit & FAULT_CONDITIONS ? "one " : "", part->word,
		part->value, part->range);
	return false;
}

// Adds these parts as "a, b or c"; with their values, or without those that follow a '='.
static void add_parts(struct strbuf *text, unsigned bits, const char *last, bool with_values)
{
	for (const struct fault_part *part = fault_parts; part < fault_parts + fault_part_count; part++) {
		const size_t length = ascii_until(part->word, "=");
		if (!(bits & part->bit))
			continue;
		const bool has_value = part->value != NULL && (with_values || part->word[length] == '\0');
		strbuf_add_bytes(text, part->word, with_values ? strlen(part->word) : length);
		strbuf_add(text, has_value ? part->value : "");
		bits &= ~(unsigned)part->bit;
		strbuf_add(text, bits == 0 ? "" : (bits & (bits - 1)) == 0 ? last : ", ");
	}
}

// Parts of which a fault has one at most; and parts that have no effect together with others.
static const struct {
	unsigned useless, beside;
} conflicts[] = {
	{FAULT_OUTCOMES, FAULT_OUTCOMES},
	{FAULT_TRUNCATE | FAULT_DROP, FAULT_TRUNCATE | FAULT_DROP},
	{FAULT_CHANGES, FAULT_FAILURES},
	{FAULT_CHANGES, FAULT_SERVER},
	{FAULT_DELAY | FAULT_DROP | FAULT_TRUNCATE, FAULT_TIMEOUT},
	{FAULT_TRUNCATE, FAULT_REPLY},
};

// Can the part be added to those before? If not, writes to text what is expected instead.
static bool is_compatible(unsigned before, enum fault_bit bit, struct strbuf *text)
{
	for (size_t i = 0; i < ARRAY_LENGTH(conflicts); i++) {
		const unsigned useless = conflicts[i].useless, beside = conflicts[i].beside;
		if (!(before & useless && bit & beside) && !(before & beside && bit & useless))
			continue;
		strbuf_add(text, useless == beside ? "one of " : "no ");
		add_parts(text, useless, useless == beside ? " and " : " or ", false);
		strbuf_add(text, useless == beside ? "" : " beside ");
		add_parts(text, useless == beside ? 0 : beside, " or ", false);
		strbuf_end(text);
		return false;
	}
	return true;
}

static bool begins(const struct fault_part *part, const char *word)
{
	const size_t length = strlen(word);
	if (part->bit == FAULT_SHARE)
		return length > 1 && word[length - 1] == '%' && word[ascii_until(word, "=@")] == '\0';
	return part->value == NULL ? strcmp(word, part->word) == 0 : strncmp(word, part->word, strlen(part->word)) == 0;
}

static const struct fault_part *find_part(const char *word)
{
	for (size_t i = 0; i < fault_part_count; i++)
		if (begins(&fault_parts[i], word))
			return &fault_parts[i];
	return NULL;
}

// is_answer_open: addresses may continue the word before.
static bool read_word(const char *word, bool is_answer_open, struct fault *fault, struct fault_mistake *mistake)
{
	struct strbuf text = {.bytes = mistake->expected, .size = sizeof mistake->expected};
	struct network network;
	const struct fault_part *part = find_part(word);
	if (part == NULL && is_answer_open && network_read(word, &network))
		return fault_part_read(find_part("answer="), word, fault) || expect(mistake, "8 addresses at most");
	if (part == NULL) {
		add_parts(&text, FAULT_ACTIONS | FAULT_CONDITIONS, " or ", true);
		strbuf_end(&text);
		return false;
	}
	if (fault->parts & part->bit)
		return part->bit & FAULT_CONDITIONS ? expect_part(mistake, part) : expect(mistake, "each action once");
	if (!is_compatible(fault->parts, part->bit, &text))
		return false;
	fault->parts |= part->bit;
	return part->value == NULL || fault_part_read(part, word + strlen(part->word), fault) || expect_part(mistake, part);
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
		return expect(mistake, wrong);
	const char *special = mistake_in_domain(strncmp(pattern, "*.", 2) == 0 ? pattern + 2 : pattern);
	if (special != NULL || !read_pattern(pattern, fault))
		return expect(mistake, special != NULL ? special : wrong);
	fault->has_type = slash != NULL;
	return slash == NULL || rrtype_read(slash + 1, &fault->type) ||
		expect(mistake, "a type such as A, MX or TYPE65 after the /");
}

bool fault_text_read(const struct words *words, struct fault *fault, struct fault_mistake *mistake)
{
	bool is_answer_open = false;
	*fault = (struct fault){.percent = 100};
	mistake->got = words->count > 1 ? words->word[1] : NULL;
	if (words->count < 2)
		return expect(mistake, "a pattern and an action, such as *.example servfail");
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
	if (!(fault->parts & FAULT_ACTIONS))
		return expect(mistake, "an action such as servfail, timeout or delay=200");
	if (fault->percent == 100)
		fault->parts &= ~(unsigned)FAULT_SHARE;
	return true;
}

// ---- writing ----

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
	if (fault->has_type)
		strbuf_add_texts(&line, "/", rrtype_write(fault->type, type));
	return strbuf_end(&line);
}

char *fault_text_write(const struct fault *fault, char *text)
{
	struct strbuf line = {.bytes = text, .size = FAULT_TEXT_SIZE};
	for (size_t i = 0; i < fault_part_count; i++) {
		if (!(fault->parts & fault_parts[i].bit))
			continue;
		strbuf_add(&line, line.used == 0 ? "" : " ");
		fault_part_write(&fault_parts[i], fault, &line);
	}
	strbuf_add(&line, fault->is_only ? " (only)" : "");
	return strbuf_end(&line);
}
