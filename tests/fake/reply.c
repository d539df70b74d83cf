// SPDX-License-Identifier: MIT
#include "tests/fake/reply.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

#include "tests/fake/cookie.h"
#include "tests/fake/fake.h"
#include "tests/fake/rule.h"
#include "tests/fake/wire.h"
#include "tests/fake/zone.h"

#define CHAIN_MAX 64
#define PAYLOAD 1232
#define NEGATIVE_TTL 60
#define OPTIONS_MAX (4 + COOKIE_MAX + 6 + sizeof FAKE_ERROR_SAYS - 1)

enum section { ANSWER = 1, AUTHORITY, ADDITIONAL };

// A reply under construction.
struct making {
	const struct fake_zone *zone;
	const struct fake_query *query;
	const struct fake_rule *rule;
	struct fake_writer writer;
	enum section section;
	unsigned counts[4];
	unsigned flags;
	unsigned rcode;
	bool has_opt;
	struct fake_writer options;
	uint8_t option_bytes[OPTIONS_MAX];
};

static bool does(const struct making *making, enum fake_action action)
{
	return making->rule && making->rule->has[action];
}

static struct name read_own_name(const char *text)
{
	struct name name = {0};
	name_read(text, &name);
	return name;
}

static struct fake_record address_record(uint16_t type, const uint8_t *bytes)
{
	const bool is_a = type == RRTYPE_A;
	return (struct fake_record){
		.type = type,
		.class = RRCLASS_IN,
		.ttl = NEGATIVE_TTL,
		.length = is_a ? 4 : 16,
		.data = bytes,
	};
}

static struct fake_record forged_record(uint16_t type, uint8_t bytes[16])
{
	const bool is_aaaa = type == RRTYPE_AAAA;
	inet_pton(is_aaaa ? AF_INET6 : AF_INET, is_aaaa ? FAKE_FORGED_AAAA : FAKE_FORGED_A, bytes);
	return address_record(is_aaaa ? RRTYPE_AAAA : RRTYPE_A, bytes);
}

static bool is_address(const struct fake_record *record)
{
	return record->type == RRTYPE_A || record->type == RRTYPE_AAAA;
}

// Without compression pointers to names in another case.
static struct name upper_owner(struct making *making, const struct name *owner)
{
	struct name name = *owner;
	for (unsigned i = 0; i < name.length; i++)
		name.wire[i] = (uint8_t)toupper(name.wire[i]);
	making->writer.name_count = 0;
	return name;
}

static void put(struct making *making, const struct name *owner, const struct fake_record *record)
{
	uint8_t resized[512], forged[16];
	struct fake_record with_faults = *record;
	const bool in_answer = making->section == ANSWER;
	struct name upper;
	if (in_answer && does(making, FAKE_UPPER_OWNER)) {
		upper = upper_owner(making, owner);
		owner = &upper;
	}
	if (in_answer && does(making, FAKE_THEN_TRUE) && is_address(record))
		with_faults = forged_record(record->type, forged);
	if (in_answer && does(making, FAKE_RDLENGTH)) {
		memset(resized, 0, sizeof resized);
		memcpy(resized, with_faults.data, with_faults.length < sizeof resized ? with_faults.length : sizeof resized);
		with_faults.data = resized;
		with_faults.length = (uint16_t)(making->rule->value[FAKE_RDLENGTH] % sizeof resized);
	}
	const uint32_t ttl = does(making, FAKE_TTL) ? making->rule->value[FAKE_TTL] : record->ttl;
	const size_t length_at = fake_writer_record(&making->writer, owner, &with_faults, ttl);
	if (length_at == 0)
		return;
	making->counts[making->section]++;
	if (in_answer && does(making, FAKE_RDLENGTH_LIE))
		fake_writer_put_u16(&making->writer, length_at, 1000);
}

static void put_name_record(struct making *making, const struct name *owner, uint16_t type, const struct name *target)
{
	const struct fake_record record = {
		.type = type,
		.class = RRCLASS_IN,
		.ttl = NEGATIVE_TTL,
		.length = target->length,
		.data = target->wire,
	};
	put(making, owner, &record);
}

// The zone's own SOA, or one at the name's last label.
static void put_soa(struct making *making, const struct name *name)
{
	struct name owner;
	making->section = AUTHORITY;
	if (does(making, FAKE_NO_SOA))
		return;
	const struct fake_record *soa = fake_zone_soa(making->zone, name, &owner);
	if (soa) {
		put(making, &owner, soa);
		return;
	}
	static const uint8_t rdata[] = "\2ns\4fake\0\5admin\4fake\0\0\0\0\1\0\0\016\020\0\0\2\130\0\1\121\200\0\0\0\74";
	const struct fake_record made_up = {
		.type = RRTYPE_SOA,
		.class = RRCLASS_IN,
		.ttl = NEGATIVE_TTL,
		.length = sizeof rdata - 1,
		.data = rdata,
	};
	owner = *name;
	while (owner.wire[0] != 0 && owner.wire[owner.wire[0] + 1] != 0)
		owner = fake_name_parent(&owner);
	put(making, &owner, &made_up);
}

static void put_addresses_of(struct making *making, const uint8_t *wire, size_t available)
{
	struct name target;
	making->section = ADDITIONAL;
	if (!name_from_wire(wire, (unsigned)available, &target))
		return;
	const struct fake_node *node = fake_zone_find(making->zone, &target);
	for (const struct fake_record *record = node ? node->records : NULL; record; record = record->next)
		if (is_address(record))
			put(making, &target, record);
}

// The addresses of the hosts that the answer names (RFC 1035 3.3.9, RFC 2782).
static void put_hints(struct making *making, const struct fake_node *node)
{
	static const struct {
		uint16_t type;
		uint8_t before;
	} named[] = {
		{RRTYPE_MX, 2},
		{RRTYPE_SRV, 6},
		{RRTYPE_NS, 0},
	};
	const uint16_t type = making->query->type;
	for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
		if (named[i].type != type)
			continue;
		const struct fake_record *record = fake_node_find(node, type, making->query->class);
		for (; record; record = fake_record_next(record, type, making->query->class))
			put_addresses_of(making, record->data + named[i].before, record->length - named[i].before);
	}
}

static void put_rrset(struct making *making, const struct fake_node *node, const struct name *as)
{
	const struct fake_query *query = making->query;
	const struct fake_record *record = fake_node_find(node, query->type, query->class);
	for (; record && !making->writer.full; record = fake_record_next(record, query->type, query->class))
		put(making, as ? as : &node->owner, record);
}

// The DNAMEs above a name, which has the CNAME that they make for it (RFC 6672 3.1).
static void put_redirects(struct making *making, const struct name *name)
{
	struct name above = fake_name_parent(name);
	for (; above.wire[0]; above = fake_name_parent(&above)) {
		const struct fake_record *record =
			fake_node_find(fake_zone_find(making->zone, &above), RRTYPE_DNAME, making->query->class);
		if (record)
			put(making, &above, record);
	}
}

// RFC 1034 4.3.2: CNAMEs are followed as long as the data goes on.
static void answer_from_zone(struct making *making)
{
	const struct fake_query *query = making->query;
	struct name name = query->name;
	for (unsigned links = 0; links < CHAIN_MAX; links++) {
		const struct fake_node *node = fake_zone_find(making->zone, &name);
		if (!node) {
			making->rcode = RCODE_NXDOMAIN;
			put_soa(making, &name);
			return;
		}
		if (fake_node_find(node, query->type, query->class)) {
			put_rrset(making, node, links == 0 ? &query->name : NULL);
			put_hints(making, node);
			return;
		}
		const struct fake_record *alias = fake_node_find(node, RRTYPE_CNAME, query->class);
		if (!alias) {
			put_soa(making, &name);
			return;
		}
		put_redirects(making, &name);
		put(making, &name, alias);
		if (does(making, FAKE_CNAME_SERVFAIL))
			making->rcode = RCODE_SERVFAIL;
		if (does(making, FAKE_CNAME_ONLY) || !name_from_wire(alias->data, alias->length, &name))
			return;
	}
}

static void answer_with_addresses(struct making *making, uint32_t count)
{
	const bool is_a = making->query->type == RRTYPE_A;
	for (uint32_t i = 1; i <= count && !making->writer.full; i++) {
		uint8_t bytes[16] = {0x20, 0x01, 0x0D, 0xB8};
		const uint32_t index = htonl(is_a ? i | 10u << 24 : i);
		memcpy(is_a ? bytes : bytes + 12, &index, sizeof index);
		const struct fake_record record = address_record(making->query->type, bytes);
		put(making, &making->query->name, &record);
	}
}

static void put_unrelated(struct making *making, const char *owner_text)
{
	uint8_t bytes[16];
	const struct name owner = read_own_name(owner_text);
	const struct fake_record record = forged_record(making->query->type, bytes);
	making->section = ANSWER;
	put(making, &owner, &record);
}

static void answer_with_cname_loop(struct making *making)
{
	const struct name *name = &making->query->name;
	const struct name other = read_own_name("loop.fake");
	put_name_record(making, name, RRTYPE_CNAME, &other);
	put_name_record(making, &other, RRTYPE_CNAME, name);
}

static void answer_with_referral(struct making *making)
{
	const struct name server = read_own_name("ns.fake");
	const uint8_t loopback[4] = {127, 0, 0, 1};
	const struct fake_record glue = address_record(RRTYPE_A, loopback);
	making->section = AUTHORITY;
	put_name_record(making, &making->query->name, RRTYPE_NS, &server);
	making->section = ADDITIONAL;
	put(making, &server, &glue);
}

static void answer_with_other_type(struct making *making)
{
	static const uint8_t text[] = "\5other";
	const struct fake_record record = {
		.type = RRTYPE_TXT,
		.class = RRCLASS_IN,
		.ttl = NEGATIVE_TTL,
		.length = sizeof text - 1,
		.data = text,
	};
	put(making, &making->query->name, &record);
}

static void answer_with_pointer_loop(struct making *making)
{
	fake_writer_u16(&making->writer, 0xC000 | (unsigned)making->writer.size);
	fake_writer_u16(&making->writer, making->query->type);
	fake_writer_u16(&making->writer, RRCLASS_IN);
	fake_writer_u32(&making->writer, NEGATIVE_TTL);
	fake_writer_u16(&making->writer, 4);
	fake_writer_u32(&making->writer, 0xC0000242);
	making->counts[ANSWER]++;
}

static void answer_with_forged_owner(struct making *making)
{
	const struct name owner = read_own_name("unrelated.fake");
	const struct fake_node *node = fake_zone_find(making->zone, &making->query->name);
	if (node)
		put_rrset(making, node, &owner);
}

// Over TCP the client's address is proved, so its query is answered (RFC 7873 5.2.3). A forged reply needs no cookie.
static bool wants_better_cookie(const struct making *making)
{
	const struct fake_query *query = making->query;
	return does(making, FAKE_BAD_COOKIE) && !does(making, FAKE_THEN_TRUE) && query->cookie_size != 0 &&
		!query->over_tcp && !fake_cookie_is_right(query, making->rule);
}

// Everything between the question and OPT.
static void answer(struct making *making)
{
	making->section = ANSWER;
	if (does(making, FAKE_COOKIES) && fake_cookie_is_malformed(making->query))
		making->rcode = RCODE_FORMERR;
	else if (wants_better_cookie(making))
		making->rcode = RCODE_BADCOOKIE;
	else if (does(making, FAKE_EDNS_UNKNOWN) && making->query->has_edns)
		making->rcode = making->rule->value[FAKE_EDNS_UNKNOWN];
	else if (does(making, FAKE_RCODE))
		making->rcode = making->rule->value[FAKE_RCODE];
	else if (does(making, FAKE_EDNS_RCODE))
		making->rcode = making->rule->value[FAKE_EDNS_RCODE];
	else if (does(making, FAKE_NXDOMAIN) || does(making, FAKE_NODATA)) {
		making->rcode = does(making, FAKE_NXDOMAIN) ? RCODE_NXDOMAIN : RCODE_NOERROR;
		put_soa(making, &making->query->name);
	} else if (making->query->type == RRTYPE_AXFR)
		making->rcode = RCODE_NOTAUTH;
	else if (does(making, FAKE_REFERRAL))
		answer_with_referral(making);
	else if (does(making, FAKE_CNAME_LOOP))
		answer_with_cname_loop(making);
	else if (does(making, FAKE_OTHER_TYPE))
		answer_with_other_type(making);
	else if (does(making, FAKE_WRONG_OWNER))
		answer_with_forged_owner(making);
	else if (does(making, FAKE_POINTER_LOOP))
		answer_with_pointer_loop(making);
	else if (does(making, FAKE_ADDRESSES) && (making->query->type == RRTYPE_A || making->query->type == RRTYPE_AAAA))
		answer_with_addresses(making, making->rule->value[FAKE_ADDRESSES]);
	else if (!does(making, FAKE_LAME))
		answer_from_zone(making);
}

static void pad(struct making *making, uint32_t bytes)
{
	static const uint8_t text[256] = {255};
	const struct name owner = read_own_name("pad.fake");
	making->section = ADDITIONAL;
	const struct fake_record record = {.type = RRTYPE_TXT, .class = RRCLASS_IN, .length = sizeof text, .data = text};
	while (bytes > 0 && !making->writer.full) {
		put(making, &owner, &record);
		bytes -= bytes < sizeof text ? bytes : sizeof text;
	}
}

static void write_question(struct making *making)
{
	const struct fake_query *query = making->query;
	struct name name = query->name;
	if (does(making, FAKE_WRONG_NAME))
		name = read_own_name("unrelated.fake");
	for (unsigned i = 0; does(making, FAKE_FLIP_CASE) && i < name.length; i++)
		if (isalpha(name.wire[i]))
			name.wire[i] ^= 0x20;
	for (unsigned i = 0; does(making, FAKE_LOWER_CASE) && i < name.length; i++)
		name.wire[i] = (uint8_t)tolower(name.wire[i]);
	if (does(making, FAKE_QUESTION_LOOP))
		fake_writer_u16(&making->writer, 0xC000 | WIRE_HEADER_SIZE);
	else
		fake_writer_name(&making->writer, name.wire);
	fake_writer_u16(&making->writer, query->type + (does(making, FAKE_WRONG_TYPE) ? 1u : 0));
	fake_writer_u16(&making->writer, query->class + (does(making, FAKE_WRONG_CLASS) ? 2u : 0));
	making->counts[0] = 1;
}

static size_t opt_size(const struct making *making)
{
	return making->has_opt ? WIRE_OPT_SIZE + making->options.size : 0;
}

static void write_opts(struct making *making)
{
	const size_t size = opt_size(making);
	making->writer.limit += size;
	for (unsigned i = 0; making->has_opt && i < (does(making, FAKE_TWO_OPT) ? 2u : 1u); i++) {
		making->writer.full = false;
		making->writer.limit += i * size;
		fake_writer_opt(&making->writer, PAYLOAD, making->rcode, making->query->edns_flags, making->option_bytes,
			making->options.size);
		making->counts[ADDITIONAL]++;
	}
}

// The record's own owner, type, class, TTL and length take 11 bytes.
static void fill_up(struct making *making)
{
	static const uint8_t zeros[WIRE_MESSAGE_MAX];
	const struct name root = read_own_name(".");
	const size_t size = making->rule->value[FAKE_SIZE], used = making->writer.size + 11;
	const struct fake_record filling = {
		.type = 65280,
		.class = RRCLASS_IN,
		.length = (uint16_t)(size - used),
		.data = zeros,
	};
	if (size < used || size > WIRE_MESSAGE_MAX)
		return;
	making->writer.limit = size;
	making->section = ADDITIONAL;
	put(making, &root, &filling);
}

static void write_header(struct making *making)
{
	unsigned flags = making->flags | (making->rcode & 15);
	if (does(making, FAKE_NOT_A_REPLY))
		flags &= ~WIRE_QR;
	if (does(making, FAKE_OPCODE))
		flags |= (making->rule->value[FAKE_OPCODE] & 15) << 11;
	fake_writer_put_u16(&making->writer, 0, making->query->id ^ (does(making, FAKE_WRONG_ID) ? 0x5555u : 0));
	fake_writer_put_u16(&making->writer, 2, flags);
	for (unsigned i = 0; i < 4; i++)
		fake_writer_put_u16(&making->writer, 4 + 2 * i, making->counts[i]);
}

static unsigned choose_flags(const struct making *making)
{
	unsigned flags = WIRE_QR | (making->query->flags & (WIRE_RD | WIRE_CD));
	if (does(making, FAKE_LAME))
		return flags;
	flags |= does(making, FAKE_AA) ? WIRE_AA : 0;
	flags |= does(making, FAKE_NO_RA) ? 0 : WIRE_RA;
	return flags | (does(making, FAKE_AD) ? WIRE_AD : 0);
}

// What the message may take over the query's transport, OPT not counted.
static size_t choose_limit(const struct making *making)
{
	const struct fake_query *query = making->query;
	size_t limit = WIRE_MESSAGE_MAX - 2 * opt_size(making);
	if (does(making, FAKE_SIZE))
		return limit;
	if (!query->over_tcp)
		limit = query->has_edns && query->payload > 512 ? query->payload : 512;
	return query->over_tcp ? limit : limit - opt_size(making);
}

// One record stays: this reveals a client that uses a truncated answer.
static void truncate_after_one(struct making *making)
{
	struct making one = *making;
	answer(making);
	if (making->counts[ANSWER] > 1 || making->counts[AUTHORITY] > 0) {
		const struct fake_node *node = fake_zone_find(one.zone, &one.query->name);
		const struct fake_record *record = fake_node_find(node, one.query->type, one.query->class);
		one.rcode = making->rcode;
		*making = one;
		making->section = ANSWER;
		if (record)
			put(making, &making->query->name, record);
	}
	making->flags |= WIRE_TC;
}

static void write_sections(struct making *making)
{
	if (does(making, FAKE_TRUNCATE) && !making->query->over_tcp) {
		truncate_after_one(making);
		return;
	}
	if (does(making, FAKE_EXTRA_ANSWERS))
		put_unrelated(making, "before.fake");
	answer(making);
	if (does(making, FAKE_EXTRA_ANSWERS) && making->counts[AUTHORITY] + making->counts[ADDITIONAL] == 0)
		put_unrelated(making, "behind.fake");
	if (does(making, FAKE_PAD))
		pad(making, making->rule->value[FAKE_PAD]);
	if (making->writer.full)
		making->flags |= WIRE_TC;
}

// Only id and flags are correct.
static size_t write_garbage(const struct making *making, uint8_t *out)
{
	for (size_t i = 2; i < 64; i++)
		out[i] = (uint8_t)(0xFF - i * 37);
	out[0] = (uint8_t)(making->query->id >> 8);
	out[1] = (uint8_t)making->query->id;
	out[2] = 0x81;
	out[3] = 0x80;
	memset(out + 4, 0xFF, 8);
	return 64;
}

static size_t cut(const struct making *making, uint8_t *out)
{
	size_t size = making->writer.size;
	if (does(making, FAKE_EMPTY))
		return 0;
	if (does(making, FAKE_SHORT))
		return 7;
	if (does(making, FAKE_GARBAGE))
		return write_garbage(making, out);
	if (!does(making, FAKE_TRAILING) || size > WIRE_MESSAGE_MAX - 100)
		return size;
	memset(out + size, 0xA5, 100);
	return size + 100;
}

static void write_option(struct making *making, unsigned code, const uint8_t *bytes, size_t size)
{
	fake_writer_u16(&making->options, code);
	fake_writer_u16(&making->options, (unsigned)size);
	fake_writer_bytes(&making->options, bytes, size);
}

static void write_cookie(struct making *making)
{
	uint8_t cookie[COOKIE_MAX];
	size_t size = fake_cookie_write(making->query, making->rule, cookie);
	if (does(making, FAKE_COOKIE_WRONG))
		cookie[0] ^= 0xFF;
	if (does(making, FAKE_COOKIE_SHORT))
		size = 5;
	write_option(making, WIRE_OPTION_COOKIE, cookie, size);
}

static void write_error(struct making *making)
{
	const uint32_t code = making->rule->value[FAKE_EDNS_ERROR];
	uint8_t bytes[2 + sizeof FAKE_ERROR_SAYS] = {(uint8_t)(code >> 8), (uint8_t)code};
	memcpy(bytes + 2, FAKE_ERROR_SAYS, sizeof FAKE_ERROR_SAYS);
	write_option(making, WIRE_OPTION_ERROR, bytes, does(making, FAKE_ERROR_TEXT) ? sizeof bytes - 1 : 2);
}

static void write_options(struct making *making)
{
	const bool knows = does(making, FAKE_COOKIES) || does(making, FAKE_COOKIE_WRONG) || does(making, FAKE_COOKIE_SHORT);
	const bool can = making->query->cookie_size != 0 && !fake_cookie_is_malformed(making->query);
	making->options = (struct fake_writer){.bytes = making->option_bytes, .limit = OPTIONS_MAX};
	if (knows && can && !does(making, FAKE_COOKIE_NONE))
		write_cookie(making);
	if (does(making, FAKE_EDNS_ERROR))
		write_error(making);
}

size_t fake_reply_write(
	const struct fake_zone *zone, const struct fake_query *query, const struct fake_rule *rule, uint8_t *out)
{
	struct making making = {
		.zone = zone,
		.query = query,
		.rule = rule,
		.writer = {.bytes = out, .size = WIRE_HEADER_SIZE},
	};
	making.flags = choose_flags(&making);
	making.has_opt = query->has_edns && !does(&making, FAKE_EDNS_UNKNOWN);
	if (does(&making, FAKE_EDNS_RCODE))
		making.has_opt = true;
	if (does(&making, FAKE_NO_OPT))
		making.has_opt = false;
	write_options(&making);
	making.writer.limit = choose_limit(&making);
	if (does(&making, FAKE_NO_QUESTION)) {
		making.rcode = does(&making, FAKE_RCODE) ? rule->value[FAKE_RCODE] : RCODE_NOERROR;
	} else {
		write_question(&making);
		write_sections(&making);
		write_opts(&making);
		if (does(&making, FAKE_SIZE))
			fill_up(&making);
	}
	write_header(&making);
	return cut(&making, out);
}

size_t fake_reply_write_error(const struct fake_query *query, unsigned rcode, uint8_t *out)
{
	struct making making = {.query = query, .rcode = rcode};
	making.writer = (struct fake_writer){.bytes = out, .size = WIRE_HEADER_SIZE, .limit = WIRE_HEADER_SIZE};
	making.flags = WIRE_QR | WIRE_RA | (query->flags & (WIRE_RD | 0x7800));
	write_header(&making);
	return WIRE_HEADER_SIZE;
}
