// SPDX-License-Identifier: MIT
// Queries in wire format, and which messages are accepted as replies to them.
#include <stdlib.h>
#include <string.h>

#include "resolver/dns/packet.h"
#include "resolver/dns/packet_write.h"
#include "resolver/dns/server_reply.h"
#include "tests/unit/names.h"

#define ID 0x1234

static size_t write_query(
	const struct question *question, uint16_t id, unsigned flags, const struct packet_cookie *cookie, uint8_t *out)
{
	return packet_write_request(question, &(struct packet_request){.id = id, .flags = flags, .cookie = cookie}, out);
}

static void a_query_is_written_byte_by_byte(void **state)
{
	(void)state;
	static const uint8_t plain[] = {
		0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 'a', 'p', 'p', 4, 'T', 'e', 's', 't', 0, 0, 28, 0, 1};
	static const uint8_t edns[] = {0x12, 0x34, 1, 0x20, 0, 1, 0, 0, 0, 0, 0, 1, 3, 'a', 'p', 'p', 4, 'T', 'e', 's', 't',
		0, 0, 28, 0, 1, 0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0};
	const struct question question = question_of("app.Test", RRTYPE_AAAA);
	uint8_t query[PACKET_QUERY_MAX];
	assert_int_equal(write_query(&question, ID, 0, NULL, query), sizeof plain);
	assert_memory_equal(query, plain, sizeof plain);
	assert_int_equal(write_query(&question, ID, PACKET_EDNS | PACKET_AD, NULL, query), sizeof edns);
	assert_memory_equal(query, edns, sizeof edns);
}

static void a_cookie_is_sent_only_with_edns(void **state)
{
	(void)state;
	static const uint8_t option[] = {0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 12, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8};
	const struct packet_cookie cookie = {8, {1, 2, 3, 4, 5, 6, 7, 8}}, none = {0};
	const struct question question = question_of("a.", RRTYPE_A);
	uint8_t query[PACKET_QUERY_MAX];
	const size_t plain = write_query(&question, ID, 0, &cookie, query);
	assert_int_equal(plain, PACKET_HEADER_SIZE + 7);
	assert_int_equal(write_query(&question, ID, PACKET_EDNS, &none, query), plain + 11);
	assert_int_equal(write_query(&question, ID, PACKET_EDNS, &cookie, query), plain + sizeof option);
	assert_memory_equal(query + plain, option, sizeof option);
}

#define HEADER(answers, additionals) "\x12\x34\x81\x80\0\1\0" answers "\0\0\0" additionals
#define QUESTION "\3aPP\4tESt\0\0\1\0\1"
#define OPT "\0\0\x29\4\xD0\0\0\0\0"
#define EIGHT "abcdefgh"

static void the_first_cookie_of_a_reply_is_found(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t size;
		bool is_found;
		unsigned cookie;
	} cases[] = {
		{HEADER("\0", "\0") QUESTION, 26, false, 0},
		{HEADER("\0", "\1") QUESTION OPT "\0\0", 37, false, 0},
		{HEADER("\0", "\1") QUESTION OPT "\0\x0C\0\x0A\0\x08" EIGHT, 49, true, 8},
		{HEADER("\0", "\1") QUESTION OPT "\0\x14\0\x0A\0\x10" EIGHT EIGHT, 57, true, 16},
		{HEADER("\0", "\1") QUESTION OPT "\0\x2C\0\x0A\0\x28" EIGHT EIGHT EIGHT EIGHT EIGHT, 81, true, 40},
		// After another option, before a second cookie.
		{HEADER("\0", "\1") QUESTION OPT "\0\x1F\0\3\0\3xyz\0\x0A\0\x08" EIGHT "\0\x0A\0\x08"
										 "ijklmnop",
			68, true, 8},
		// Invalid lengths: 0, 7, 9, 15, 41.
		{HEADER("\0", "\1") QUESTION OPT "\0\4\0\x0A\0\0", 41, true, 0},
		{HEADER("\0", "\1") QUESTION OPT "\0\x0B\0\x0A\0\7"
										 "abcdefg",
			48, true, 0},
		{HEADER("\0", "\1") QUESTION OPT "\0\x0D\0\x0A\0\x09" EIGHT "i", 50, true, 0},
		{HEADER("\0", "\1") QUESTION OPT "\0\x13\0\x0A\0\x0F" EIGHT "abcdefg", 56, true, 0},
		{HEADER("\0", "\1") QUESTION OPT "\0\x2D\0\x0A\0\x29" EIGHT EIGHT EIGHT EIGHT EIGHT "i", 82, true, 0},
		// Options longer than their record, a record longer than the message.
		{HEADER("\0", "\1") QUESTION OPT "\0\4\0\x0A\0\x08" EIGHT, 49, false, 0},
		{HEADER("\0", "\1") QUESTION OPT "\0\x3C\0\x0A\0\x08" EIGHT, 49, false, 0},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct packet_cookie cookie = {.size = 1};
		const uint8_t *message = (const uint8_t *)cases[i].bytes;
		struct answer nothing = {0}, read = {0};
		assert_int_equal(packet_find_cookie(message, cases[i].size, &nothing, &cookie), cases[i].is_found);
		assert_int_equal(cookie.size, cases[i].cookie);
		assert_memory_equal(cookie.bytes, EIGHT, cookie.size ? 8 : 0);
		packet_read(message, cases[i].size, &(struct question){0}, &read);
		cookie.size = 1;
		assert_int_equal(packet_find_cookie(message, cases[i].size, &read, &cookie), cases[i].is_found);
		assert_int_equal(cookie.size, cases[i].cookie);
		answer_clear(&read);
	}
}

// An address may contain the same bytes as the name.
static void the_case_is_restored_in_names_and_nowhere_else(void **state)
{
	(void)state;
	const struct question sent = question_of("A", RRTYPE_A), asked = question_of("a", RRTYPE_A);
	uint8_t message[] = HEADER("\2", "\0") "\1A\0\0\1\0\1"
										   "\1A\0\0\1\0\1\0\0\0\0\0\4\1A\0\1"
										   "\1a\0\0\1\0\1\0\0\0\0\0\4\1A\0\1";
	static const uint8_t restored[] = HEADER("\2", "\0") "\1a\0\0\1\0\1"
														 "\1a\0\0\1\0\1\0\0\0\0\0\4\1A\0\1"
														 "\1a\0\0\1\0\1\0\0\0\0\0\4\1A\0\1";
	assert_true(packet_repeats_case(message, sizeof message - 1, &sent.name));
	assert_false(packet_repeats_case(message, sizeof message - 1, &asked.name));
	assert_false(packet_repeats_case(message, PACKET_HEADER_SIZE, &sent.name));
	packet_edit_case(message, sizeof message - 1, &sent.name, &asked.name);
	assert_memory_equal(message, restored, sizeof restored);
	assert_true(packet_repeats_case(message, sizeof message - 1, &asked.name));
}

static void the_longest_and_the_shortest_name_make_a_query(void **state)
{
	(void)state;
	char text[256];
	uint8_t query[PACKET_QUERY_MAX];
	const struct packet_cookie cookie = {.size = PACKET_COOKIE_MAX};
	memset(text, 'a', sizeof text);
	text[63] = text[127] = text[191] = '.';
	text[253] = '\0';
	const struct question longest = question_of(text, RRTYPE_A), shortest = question_of(".", RRTYPE_NS);
	assert_int_equal(write_query(&longest, ID, PACKET_EDNS, &cookie, query), PACKET_QUERY_MAX);
	assert_int_equal(write_query(&shortest, ID, 0, NULL, query), PACKET_HEADER_SIZE + 5);
}

// The header and question of a reply to app.test A, with one field changed.
static void only_a_reply_to_the_very_question_is_one(void **state)
{
	(void)state;
	static const uint8_t reply[] = {
		0x12, 0x34, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 3, 'a', 'p', 'p', 4, 't', 'e', 's', 't', 0, 0, 1, 0, 1};
	static const struct {
		const char *what;
		size_t at;
		uint8_t value;
		bool is_reply;
	} cases[] = {
		{"nothing changed", 1, 0x34, true},
		{"id", 0, 0x13, false},
		{"id", 1, 0x35, false},
		{"QR", 2, 0x01, false},
		{"opcode", 2, 0x89, false},
		{"opcode", 2, 0xF9, false},
		{"AA", 2, 0x85, true},
		{"TC", 2, 0x83, true},
		{"rcode", 3, 0x83, true},
		{"no question", 5, 0, false},
		{"two questions", 5, 2, false},
		{"256 questions", 4, 1, false},
		{"case", 13, 'A', true},
		{"name", 13, 'b', false},
		{"label", 12, 2, false},
		{"label length", 12, 0x43, false},
		{"pointer", 12, 0xC0, false},
		{"end", 21, 1, false},
		{"type", 23, 28, false},
		{"type", 22, 1, false},
		{"class", 25, 3, false},
	};
	const struct question question = question_of("app.test", RRTYPE_A);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint8_t changed[sizeof reply];
		memcpy(changed, reply, sizeof reply);
		changed[cases[i].at] = cases[i].value;
		if (packet_is_reply(changed, sizeof changed, ID, 0, &question) != cases[i].is_reply)
			fail_msg("%s (case %zu)", cases[i].what, i);
	}
}

static void every_cut_of_a_reply_is_none(void **state)
{
	(void)state;
	static const uint8_t reply[] = {
		0x12, 0x34, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 3, 'a', 'p', 'p', 4, 't', 'e', 's', 't', 0, 0, 1, 0, 1};
	const struct question question = question_of("app.test", RRTYPE_A);
	for (size_t size = 0; size < sizeof reply; size++) {
		uint8_t *cut = test_malloc(size + !size);
		memcpy(cut, reply, size);
		assert_false(packet_is_reply(cut, size, ID, 0, &question));
		test_free(cut);
	}
}

static void no_question_repeats_one_without_a_name(void **state)
{
	(void)state;
	static const uint8_t reply[PACKET_HEADER_SIZE + 5] = {[5] = 1};
	const struct question none = {0};
	assert_false(packet_repeats_question(reply, sizeof reply, &none));
}

// A server that cannot parse a query may reply with the header alone, which must then be an error.
static void a_header_alone_may_only_report_an_error(void **state)
{
	(void)state;
	static const struct {
		uint8_t rcode, answers;
		bool is_reply;
	} cases[] = {
		{RCODE_NOERROR, 0, false},
		{RCODE_FORMERR, 0, true},
		{RCODE_NOTIMP, 0, true},
		{RCODE_FORMERR, 1, false},
	};
	const struct question question = question_of("app.test", RRTYPE_A);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const uint8_t header[PACKET_HEADER_SIZE] = {0x12, 0x34, 0x81, cases[i].rcode, [7] = cases[i].answers};
		assert_int_equal(packet_is_reply(header, sizeof header, ID, 0, &question), cases[i].is_reply);
	}
}

static void the_header_tells_truncation(void **state)
{
	(void)state;
	static const uint8_t whole[PACKET_HEADER_SIZE] = {0, 0, 0x85, 0xA3};
	static const uint8_t cut[PACKET_HEADER_SIZE] = {0, 0, 0x82, 0x05};
	assert_false(packet_is_truncated(whole));
	assert_true(packet_is_truncated(cut));
}

// A program may send a query of its own, with another opcode or without a question.
static void a_foreign_query_is_read_and_its_reply_recognised(void **state)
{
	(void)state;
	static const uint8_t bytes[] = {
		0x12, 0x34, 0x21, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 'a', 'p', 'p', 4, 't', 'e', 's', 't', 0, 0, 6, 0, 3};
	uint8_t reply[sizeof bytes];
	struct question question;
	uint16_t id;
	unsigned opcode;
	char text[NAME_TEXT_SIZE];
	assert_true(packet_read_query(bytes, sizeof bytes, &id, &opcode, &question));
	assert_int_equal(id, ID);
	assert_int_equal(opcode, 4);
	assert_string_equal(name_write(&question.name, text), "app.test");
	assert_int_equal(question.type, RRTYPE_SOA);
	assert_int_equal(question.class, 3);
	memcpy(reply, bytes, sizeof bytes);
	assert_false(packet_is_reply(reply, sizeof reply, ID, 4, &question));
	reply[2] |= 0x80;
	assert_true(packet_is_reply(reply, sizeof reply, ID, 4, &question));
	assert_false(packet_is_reply(reply, sizeof reply, ID, 0, &question));
	assert_false(packet_read_query(reply, sizeof reply, &id, &opcode, &question));
	for (size_t size = 0; size < PACKET_HEADER_SIZE; size++)
		assert_false(packet_read_query(bytes, size, &id, &opcode, &question));
}

// A reply that server_reply_make makes is read back completely.
static void a_reply_of_our_own_reads_back(void **state)
{
	(void)state;
	const struct question question = question_of("www.test", RRTYPE_A);
	const struct name target = question_of("app.test", RRTYPE_A).name;
	struct answer answer = {.outcome = OUTCOME_FOUND}, read;
	size_t size;
	assert_true(answer_add(
		&answer, SECTION_ANSWER, &(struct record_view){&question.name, RRTYPE_CNAME, 60, target.wire, target.length}));
	assert_true(answer_add(&answer, SECTION_ANSWER, &(struct record_view){&target, RRTYPE_A, 30, "\xC0\0\2\1", 4}));
	uint8_t *reply = server_reply_make(&answer, &question, ID, &size);
	assert_non_null(reply);
	assert_true(packet_is_reply(reply, size, ID, 0, &question));
	assert_true(packet_read(reply, size, &question, &read));
	assert_int_equal(read.outcome, OUTCOME_FOUND);
	assert_int_equal(read.record_count, 2);
	assert_int_equal(read.records[1].ttl, 30);
	assert_memory_equal(answer_data(&read, &read.records[1]), "\xC0\0\2\1", 4);
	free(reply);
	answer_clear(&answer);
	answer_clear(&read);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_is_written_byte_by_byte),
		cmocka_unit_test(a_cookie_is_sent_only_with_edns),
		cmocka_unit_test(the_first_cookie_of_a_reply_is_found),
		cmocka_unit_test(the_case_is_restored_in_names_and_nowhere_else),
		cmocka_unit_test(the_longest_and_the_shortest_name_make_a_query),
		cmocka_unit_test(only_a_reply_to_the_very_question_is_one),
		cmocka_unit_test(every_cut_of_a_reply_is_none),
		cmocka_unit_test(no_question_repeats_one_without_a_name),
		cmocka_unit_test(a_header_alone_may_only_report_an_error),
		cmocka_unit_test(the_header_tells_truncation),
		cmocka_unit_test(a_foreign_query_is_read_and_its_reply_recognised),
		cmocka_unit_test(a_reply_of_our_own_reads_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
