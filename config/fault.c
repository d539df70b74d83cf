// SPDX-License-Identifier: MIT
#include "config/fault.h"

#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/encrypted.h"
#include "config/base/rrtype.h"
#include "config/base/strbuf.h"

#define TTL_MAX INT32_MAX               // RFC 2181 8
#define TIME_MAX (24 * 60 * 60 * 1000)  // milliseconds

// ---- what it applies to ----

#define UNLISTED(bit)                                                                       \
	{                                                                                       \
		.name = {1, {0}}, .is_below = true, .parts = (bit), .percent = 100, .is_only = true \
	}

const struct fault fault_unlisted_name = UNLISTED(FAULT_NXDOMAIN), fault_unlisted_type = UNLISTED(FAULT_NODATA);
const struct fault fault_unlisted_opcode = UNLISTED(FAULT_NOTIMP), fault_unlisted_message = UNLISTED(FAULT_FORMERR);

static bool has_networks(const struct fault *fault)
{
	for (size_t i = 0; i < fault->answer_count; i++)
		if (!network_is_address(&fault->answers[i]))
			return true;
	return false;
}

// Does a random number decide whether or how it applies to a lookup?
static bool is_drawn(const struct fault *fault)
{
	return fault->parts & (FAULT_SHARE | FAULT_SHUFFLE) || fault->delay_least != fault->delay_most ||
		has_networks(fault);
}

bool fault_is_counted(const struct fault *fault, bool has_seed)
{
	return fault->parts & (FAULT_FIRST | FAULT_AFTER) || (has_seed && is_drawn(fault));
}

bool fault_needs_run(const struct fault *fault, bool has_seed)
{
	return fault->parts & FAULT_FROM || fault_is_counted(fault, has_seed);
}

// `answer` applies to A and AAAA questions only.
bool fault_matches(const struct fault *fault, const struct name *name, uint16_t type)
{
	if (fault->has_type && fault->type != type)
		return false;
	if (fault->parts & FAULT_ANSWER && type != RRTYPE_A && type != RRTYPE_AAAA)
		return false;
	if (!fault->is_below)
		return name_equal(name, &fault->name);
	return fault->name.length == 1 || name_below(name, &fault->name);
}

bool fault_is_by(const struct fault *fault, const char *program)
{
	return fault->program[0] == '\0' || strncmp(fault->program, program, FAULT_PROGRAM_SIZE - 1) == 0;
}

// ---- actions and conditions ----

// Copies what stands before "..", and sets *second to what stands behind; NULL: there is no "..".
static bool split(const char *value, char first[16], const char **second)
{
	const char *dots = strstr(value, "..");
	*second = dots != NULL ? dots + 2 : NULL;
	return ascii_copy(first, 16, value, dots != NULL ? (size_t)(dots - value) : strlen(value));
}

static bool read_delay(const char *value, struct fault *fault)
{
	char least[16];
	const char *most;
	return split(value, least, &most) && ascii_read_between(least, 0, FAULT_DELAY_MAX, &fault->delay_least) &&
		ascii_read_between(most != NULL ? most : least, 0, FAULT_DELAY_MAX, &fault->delay_most) &&
		fault->delay_least <= fault->delay_most;
}

static void write_delay(const struct fault *fault, struct strbuf *line)
{
	if (fault->delay_least != fault->delay_most) {
		strbuf_add_number(line, fault->delay_least);
		strbuf_add(line, "..");
	}
	strbuf_add_number(line, fault->delay_most);
}

// "2s" or "1500ms".
static bool read_time(const char *text, uint32_t *milliseconds)
{
	char number[16];
	const size_t digits = ascii_span(text, "0123456789");
	const uint32_t unit = strcmp(text + digits, "s") == 0 ? 1000 : 1;
	if ((unit == 1 && strcmp(text + digits, "ms") != 0) || !ascii_copy(number, sizeof number, text, digits) ||
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
	char from[16];
	const char *until;
	fault->until = UINT32_MAX;
	return split(value, from, &until) && read_time(from, &fault->from) &&
		(until != NULL ? read_time(until, &fault->until) && fault->until > fault->from : fault->from > 0);
}

static void write_from(const struct fault *fault, struct strbuf *line)
{
	write_time(fault->from, line);
	if (fault->until == UINT32_MAX)
		return;
	strbuf_add(line, "..");
	write_time(fault->until, line);
}

// Reads one address, or several separated by commas.
static bool read_answer(const char *value, struct fault *fault)
{
	char text[ADDRESS_TEXT_SIZE + sizeof "/128"];
	for (;; value++) {
		const size_t length = ascii_until(value, ",");
		if (fault->answer_count == FAULT_ADDRESSES_MAX || !ascii_copy(text, sizeof text, value, length) ||
			!network_read(text, &fault->answers[fault->answer_count]))
			return false;
		fault->answer_count++;
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
	for (size_t i = 0; i < ARRAY_LENGTH(replies); i++) {
		fault->reply = (enum fault_reply)i;
		if (strcmp(value, replies[i]) == 0)
			return true;
	}
	return false;
}

static void write_reply(const struct fault *fault, struct strbuf *line)
{
	strbuf_add(line, replies[fault->reply]);
}

static bool read_share(const char *value, struct fault *fault)
{
	char number[8];
	return ascii_copy(number, sizeof number, value, strlen(value) - 1) &&
		ascii_read_between(number, 1, 100, &fault->percent);
}

static void write_share(const struct fault *fault, struct strbuf *line)
{
	strbuf_add_number(line, fault->percent);
	strbuf_add(line, "%");
}

// Programs are known by their names, as in the log.
static bool read_program(const char *value, struct fault *fault)
{
	return *value != '\0' && strpbrk(value, "/ \t\"\\;#") == NULL &&
		ascii_copy(fault->program, sizeof fault->program, value, strnlen(value, sizeof fault->program - 1));
}

static void write_program(const struct fault *fault, struct strbuf *line)
{
	strbuf_add(line, fault->program);
}

static bool read_server(const char *value, struct fault *fault)
{
	return encrypted_read_server(value, &fault->server);
}

static void write_server(const struct fault *fault, struct strbuf *line)
{
	char text[ADDRESS_TEXT_SIZE];
	strbuf_add(line, address_write_with_port(&fault->server, text));
}

#define NUMBER(name, from, to) .value = "N", .member = offsetof(struct fault, name), .least = (from), .most = (to)

const struct fault_part fault_parts[] = {
	{"nxdomain", .bit = FAULT_NXDOMAIN},
	{"nodata", .bit = FAULT_NODATA},
	{"servfail", .bit = FAULT_SERVFAIL},
	{"refused", .bit = FAULT_REFUSED},
	{"formerr", .bit = FAULT_FORMERR},
	{"notimp", .bit = FAULT_NOTIMP},
	{"reply=", "garbage|empty|wrong-id", "", FAULT_REPLY, .read = read_reply, .write = write_reply},
	{"timeout", .bit = FAULT_TIMEOUT},
	{"delay=", "MS", " or delay=MS..MS, 0 to 600000 milliseconds", FAULT_DELAY, .read = read_delay,
		.write = write_delay},
	{"truncate", .bit = FAULT_TRUNCATE},
	{"drop", .bit = FAULT_DROP},
	{"ttl=", .bit = FAULT_TTL, NUMBER(ttl, 0, TTL_MAX), .range = ", 0 to 2147483647 seconds"},
	{"answer=", "ADDRESS[/BITS]...", ", an address of a network of BITS, 8 at most", FAULT_ANSWER, .read = read_answer,
		.write = write_answer},
	{"shuffle", .bit = FAULT_SHUFFLE},
	{"limit=", .bit = FAULT_LIMIT, NUMBER(limit, 1, UINT32_MAX), .range = ", 1 address or more"},
	{"", "SHARE%", ", 1% to 100%", FAULT_SHARE, .read = read_share, .write = write_share},
	{"first=", .bit = FAULT_FIRST, NUMBER(first, 1, UINT32_MAX), .range = ", 1 lookup or more"},
	{"after=", .bit = FAULT_AFTER, NUMBER(after, 1, UINT32_MAX), .range = ", 1 lookup or more"},
	{"from=", "TIME", " or from=TIME..TIME, in s or ms such as 2s..5s, a day at most", FAULT_FROM, .read = read_from,
		.write = write_from},
	{"by=", "PROGRAM", ", the name of a program without its directory", FAULT_BY, .read = read_program,
		.write = write_program},
	{"@", "SERVER", ", such as @192.0.2.53 or @[2001:db8::1]:5353", FAULT_SERVER, .read = read_server,
		.write = write_server},
};

const size_t fault_part_count = ARRAY_LENGTH(fault_parts);

bool fault_part_read(const struct fault_part *part, const char *value, struct fault *fault)
{
	uint32_t *number = (uint32_t *)((char *)fault + part->member);
	return part->read != NULL ? part->read(value, fault) : ascii_read_between(value, part->least, part->most, number);
}

void fault_part_write(const struct fault_part *part, const struct fault *fault, struct strbuf *line)
{
	strbuf_add(line, part->word);
	if (part->write != NULL)
		part->write(fault, line);
	else if (part->member != 0)
		strbuf_add_number(line, *(const uint32_t *)((const char *)fault + part->member));
}
