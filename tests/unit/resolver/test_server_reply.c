// SPDX-License-Identifier: MIT
// Replies as clients get them: names compressed, records left out that do not fit, other servers' messages taken apart.
#include "resolver/dns/server_reply.h"

#include <string.h>

#include "resolver/dns/listing.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/packet_write.h"
#include "resolver/dns/wire.h"
#include "tests/unit/names.h"
#include "tests/unit/unit.h"

static uint8_t bytes[65535];

static struct client_query query_of(const char *name, uint16_t type, bool has_edns)
{
	return (struct client_query){.id = 1, .flags = FLAG_RD, .question = question_of(name, type), .has_edns = has_edns};
}

static void add(struct answer *answer, const char *owner, uint16_t type, const void *data, size_t size)
{
	const struct name name = name_of(owner);
	const struct record_view record = {&name, type, 60, data, size};
	assert_true(answer_add(answer, SECTION_ANSWER, &record));
}

static void add_name(struct answer *answer, const char *owner, uint16_t type, const char *target)
{
	const struct name name = name_of(target);
	add(answer, owner, type, name.wire, name.length);
}

static struct listing list(const struct server_reply *reply)
{
	struct listing listing;
	assert_true(listing_read(reply->bytes, reply->size, &listing));
	assert_false(listing.is_malformed);
	assert_int_equal(listing.trailing, 0);
	return listing;
}

static void names_are_compressed_whatever_their_case(void **state)
{
	(void)state;
	const struct client_query query = query_of("www.Example.test", RRTYPE_NS, false);
	struct server_reply reply = {&query, bytes, 0, sizeof(bytes), false};
	struct answer answer = {0};
	add_name(&answer, "WWW.example.test", RRTYPE_NS, "ns.EXAMPLE.test");
	add_name(&answer, "www.example.test", RRTYPE_NS, "ns.example.test");
	server_reply_write_answer(&reply, &answer);
	// Question; pointer and "ns" with a pointer; two pointers.
	assert_int_equal(reply.size, 12 + 18 + 4 + (12 + 5) + (12 + 2));
	struct listing listing = list(&reply);
	assert_string_equal(listing.records[2].owner, "www.Example.test.");
	assert_string_equal(listing.records[2].data, "ns.Example.test.");
	listing_clear(&listing);
	answer_clear(&answer);
}

// Types whose names other servers may not uncompress (RFC 3597 4).
static void names_in_the_data_of_newer_types_are_not_compressed(void **state)
{
	(void)state;
	const struct client_query query = query_of("a.test", RRTYPE_DNAME, false);
	struct server_reply reply = {&query, bytes, 0, sizeof(bytes), false};
	struct answer answer = {0};
	add_name(&answer, "a.test", RRTYPE_DNAME, "a.test");
	server_reply_write_answer(&reply, &answer);
	assert_int_equal(reply.size, 12 + 8 + 4 + 12 + 8);
	answer_clear(&answer);
}

static void all_names_in_the_data_of_the_types_of_rfc_1035_are_compressed(void **state)
{
	(void)state;
	static const struct {
		uint16_t type;
		char data[40];
		size_t size, written;
	} rows[] = {
		{RRTYPE_MX, "\0\5\1a\4test", 10, 4},
		{RRTYPE_MINFO, "\1a\4test\0\1b\4test", 16, 2 + 4},
		{RRTYPE_SOA, "\1a\4test\0\1b\4test\0abcdefghijklmnopqrst", 36, 2 + 4 + 20},
	};
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct client_query query = query_of("a.test", rows[i].type, false);
		struct server_reply reply = {&query, bytes, 0, sizeof(bytes), false};
		struct answer answer = {0};
		add(&answer, "a.test", rows[i].type, rows[i].data, rows[i].size);
		server_reply_write_answer(&reply, &answer);
		assert_int_equal(reply.size, 12 + 8 + 4 + 12 + rows[i].written);
		answer_clear(&answer);
	}
}

static void malformed_data_are_written_as_they_are(void **state)
{
	(void)state;
	const struct client_query query = query_of("a.test", RRTYPE_MX, false);
	struct server_reply reply = {&query, bytes, 0, sizeof(bytes), false};
	static const uint8_t data[] = {0, 5, 63, 'x'};
	for (size_t size = 0; size <= sizeof(data); size++) {
		struct answer answer = {0};
		add(&answer, "a.test", RRTYPE_MX, data, size);
		server_reply_write_answer(&reply, &answer);
		assert_int_equal(reply.size, 12 + 8 + 4 + 12 + size);
		assert_memory_equal(reply.bytes + reply.size - size, data, size);
		answer_clear(&answer);
	}
}

// Each limit from the header and the question on: no record is cut, TC is set if some are left out, OPT stays.
static void a_reply_holds_the_records_that_fit(void **state)
{
	(void)state;
	const struct client_query query = query_of("a.test", RRTYPE_A, true);
	struct answer answer = {.rcode = RCODE_NOERROR};
	for (unsigned i = 0; i < 5; i++)
		add(&answer, "a.test", RRTYPE_A, (uint8_t[]){192, 0, 2, (uint8_t)i}, 4);
	for (size_t most = 12 + 12 + 11; most <= 12 + 12 + 11 + 5 * 16; most++) {
		struct server_reply reply = {&query, bytes, 0, most, false};
		server_reply_write_answer(&reply, &answer);
		assert_true(reply.size <= most);
		struct listing listing = list(&reply);
		const size_t fitting = (most - (12 + 12 + 11)) / 16;
		assert_int_equal(listing.record_count, 1 + fitting);
		assert_int_equal(listing.is_truncated, fitting < 5);
		assert_true(listing.has_edns);
		listing_clear(&listing);
	}
	answer_clear(&answer);
}

// A message with an answer and an additional record, and an OPT record at one of four places among them. The payload of
// that is 1, as class IN.
static size_t write_message(uint8_t *out, unsigned opt_place)
{
	static const uint8_t opt[] = {0, 0, 41, 0, 1, 1, 0, 0, 0, 0, 0};
	static const uint8_t record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1};
	static const uint8_t more[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 2};
	const struct question question = question_of("a.test", RRTYPE_A);
	const struct packet_request request = {.id = 9};
	size_t size = packet_write_request(&question, &request, out);
	out[2] |= FLAG_QR >> 8;
	out[7] = 1;
	out[11] = opt_place < 3 ? 2 : 1;
	memcpy(out + size, record, sizeof(record));
	size += sizeof(record);
	for (unsigned place = 1; place <= 2; place++) {
		if (opt_place == place) {
			memcpy(out + size, opt, sizeof(opt));
			size += sizeof(opt);
		}
		if (place == 1) {
			memcpy(out + size, more, sizeof(more));
			size += sizeof(more);
		}
	}
	return size;
}

static void another_server_s_opt_record_is_left_out_wherever_it_stands(void **state)
{
	(void)state;
	const struct client_query query = query_of("A.test", RRTYPE_A, false);
	for (unsigned place = 1; place <= 3; place++) {
		uint8_t message[512];
		struct answer answer = {.rcode = 16, .message = message, .message_size = write_message(message, place)};
		struct server_reply reply = {&query, bytes, 0, sizeof(bytes), false};
		assert_true(server_reply_write_message(&reply, &answer, false));
		struct listing listing = list(&reply);
		assert_int_equal(listing.record_count, 3);
		assert_string_equal(listing.records[1].owner, "A.test.");
		assert_string_equal(listing.records[2].data, "192.0.2.2");
		assert_int_equal(listing.records[2].section, LISTING_ADDITIONAL);
		assert_false(listing.has_edns);
		listing_clear(&listing);
	}
}

static void its_truncation_is_passed_on_wherever_the_opt_record_stands(void **state)
{
	(void)state;
	const struct client_query query = query_of("a.test", RRTYPE_A, false);
	for (unsigned place = 1; place <= 3; place++) {
		uint8_t message[512];
		struct answer answer = {.flags = FLAG_TC, .message = message, .message_size = write_message(message, place)};
		struct server_reply reply = {&query, bytes, 0, sizeof(bytes), false};
		assert_true(server_reply_write_message(&reply, &answer, false));
		struct listing listing = list(&reply);
		assert_true(listing.is_truncated);
		listing_clear(&listing);
	}
}

static void a_malformed_message_of_another_server_is_a_failure(void **state)
{
	(void)state;
	const struct client_query query = query_of("a.test", RRTYPE_A, true);
	uint8_t message[512];
	const size_t whole = write_message(message, 2);
	for (size_t size = 0; size < whole; size++) {
		struct answer answer = {.message = message, .message_size = size};
		struct server_reply reply = {&query, bytes, 0, sizeof(bytes), false};
		assert_true(server_reply_write_message(&reply, &answer, false));
		struct listing listing = list(&reply);
		assert_int_equal(listing.rcode, RCODE_SERVFAIL);
		listing_clear(&listing);
	}
}

// The second record's owner points to the first one's data: a label of 32 bytes, half of them behind the last record.
static void a_name_that_reaches_behind_the_records_is_written_anew(void **state)
{
	(void)state;
	static const uint8_t records[] = {
		0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 1, 32, 0xc0, 24 + 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1};
	const struct question question = question_of("a.test", RRTYPE_A);
	const struct client_query query = query_of("a.test", RRTYPE_A, false);
	const struct packet_request request = {.id = 9};
	uint8_t message[512] = {0};
	const size_t size = packet_write_request(&question, &request, message);
	message[2] |= FLAG_QR >> 8;
	message[7] = 2;
	memcpy(message + size, records, sizeof(records));
	struct answer answer = {.message = message, .message_size = size + sizeof(records) + 17};
	struct server_reply reply = {&query, bytes, 0, sizeof(bytes), false};
	assert_true(server_reply_write_message(&reply, &answer, false));
	struct listing listing = list(&reply);
	assert_int_equal(listing.record_count, 3);
	assert_string_equal(listing.records[2].data, "192.0.2.1");
	listing_clear(&listing);
}

// A name within the header would change with the header, and with it where the record ends.
static void a_pointer_into_the_header_is_malformed(void **state)
{
	(void)state;
	const struct client_query query = query_of("a.test", RRTYPE_A, true);
	uint8_t message[512];
	struct answer answer = {.message = message, .message_size = write_message(message, 3)};
	struct server_reply reply = {&query, bytes, 0, sizeof(bytes), false};
	message[12 + 8 + 4 + 1] = 8;
	assert_true(server_reply_write_message(&reply, &answer, false));
	struct listing listing = list(&reply);
	assert_int_equal(listing.rcode, RCODE_SERVFAIL);
	listing_clear(&listing);
}

// The header alone, as a server sends it that cannot parse the query.
static void a_message_without_a_question_gets_the_client_s(void **state)
{
	(void)state;
	const struct client_query query = query_of("a.test", RRTYPE_A, false);
	uint8_t message[PACKET_HEADER_SIZE] = {0, 9, FLAG_QR >> 8, RCODE_FORMERR};
	struct answer answer = {.rcode = RCODE_FORMERR, .message = message, .message_size = sizeof(message)};
	struct server_reply reply = {&query, bytes, 0, sizeof(bytes), false};
	assert_true(server_reply_write_message(&reply, &answer, false));
	struct listing listing = list(&reply);
	assert_int_equal(listing.rcode, RCODE_FORMERR);
	assert_int_equal(listing.record_count, 1);
	listing_clear(&listing);
}

// Its lower four bits alone would be another code, that of BADVERS even NOERROR.
static void an_extended_code_is_a_failure_for_who_knows_no_edns(void **state)
{
	(void)state;
	static const struct {
		bool has_edns;
		uint16_t rcode, expected;
	} cases[] = {
		{true, RCODE_BADVERS, RCODE_BADVERS},
		{false, RCODE_BADVERS, RCODE_SERVFAIL},
		{false, RCODE_BADCOOKIE, RCODE_SERVFAIL},
		{false, 15, 15},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct client_query query = query_of("a.test", RRTYPE_A, cases[i].has_edns);
		struct server_reply reply = {&query, bytes, 0, sizeof(bytes), false};
		server_reply_write_error(&reply, cases[i].rcode);
		struct listing listing = list(&reply);
		assert_int_equal(listing.rcode, cases[i].expected);
		listing_clear(&listing);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_compressed_whatever_their_case),
		cmocka_unit_test(all_names_in_the_data_of_the_types_of_rfc_1035_are_compressed),
		cmocka_unit_test(names_in_the_data_of_newer_types_are_not_compressed),
		cmocka_unit_test(malformed_data_are_written_as_they_are),
		cmocka_unit_test(a_reply_holds_the_records_that_fit),
		cmocka_unit_test(another_server_s_opt_record_is_left_out_wherever_it_stands),
		cmocka_unit_test(its_truncation_is_passed_on_wherever_the_opt_record_stands),
		cmocka_unit_test(a_malformed_message_of_another_server_is_a_failure),
		cmocka_unit_test(a_name_that_reaches_behind_the_records_is_written_anew),
		cmocka_unit_test(a_pointer_into_the_header_is_malformed),
		cmocka_unit_test(a_message_without_a_question_gets_the_client_s),
		cmocka_unit_test(an_extended_code_is_a_failure_for_who_knows_no_edns),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
