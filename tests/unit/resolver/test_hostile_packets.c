// SPDX-License-Identifier: MIT
// Known attacks by packets (CVE numbers), and errors that ldns's parser accepts (it is not used here). Other violations
// of RFC 1035 are in test_packet_read.c.

#include "tests/unit/message.h"

static void ldns_gap_a_message_without_qr_is_no_reply(void **state)
{
	(void)state;
	const struct question question = question_of_message(RRTYPE_A);
	begin(0x8180, RRTYPE_A);
	PUT(AN_A);
	count(1, 0, 0);
	assert_true(packet_is_reply(message.bytes, message.size, 1, 0, &question));
	message.bytes[2] &= 0x7F;
	assert_false(packet_is_reply(message.bytes, message.size, 1, 0, &question));
}

// The question's name points into the header's counts, so it would change with them.
static void a_question_that_is_not_whole_is_none(void **state)
{
	(void)state;
	const uint8_t whole[] = {0, 1, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};
	const uint8_t leaning[] = {0, 1, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0xc0, 6, 0, 1, 0, 1};
	struct question question = {.type = RRTYPE_A, .class = RRCLASS_IN};
	assert_true(name_read("a", &question.name));
	assert_true(packet_is_reply(whole, sizeof(whole), 1, 0, &question));
	assert_false(packet_is_reply(leaning, sizeof(leaning), 1, 0, &question));
}

static void ldns_gap_bytes_after_the_end_are_not_part_of_the_answer(void **state)
{
	(void)state;
	for (size_t behind = 0; behind < 300; behind++) {
		struct answer answer;
		begin(0x8180, RRTYPE_A);
		PUT(AN_A);
		count(1, 0, 0);
		for (size_t i = 0; i < behind; i++)
			add(&AN_A[i % 16], 1);
		assert_true(read_message(RRTYPE_A, &answer));
		assert_int_equal(answer.outcome, OUTCOME_FOUND);
		assert_int_equal(answer.record_count, 1);
		answer_clear(&answer);
	}
}

// Data of every type that ldns supports and of unknown types.
static void ldns_gap_an_address_record_without_rdata_is_ignored(void **state)
{
	(void)state;
	for (unsigned type = 0; type < 65536; type += type < 300 ? 1 : 977) {
		struct answer answer;
		begin(0x8180, type);
		add_record(APP, 2, type, "", 0);
		add_record(APP, 2, RRTYPE_A, "\xC0\0\2\1", 4);
		count(2, 0, 0);
		if (!read_message(type, &answer)) {
			assert_int_equal(errno, EBADMSG);
			continue;
		}
		const bool is_address = type == RRTYPE_A || type == RRTYPE_AAAA;
		assert_int_equal(answer.record_count, is_address ? 1 : 2);
		answer_clear(&answer);
	}
}

static void ldns_issue_317_many_tsig_records_are_read_without_a_leak(void **state)
{
	(void)state;
	static const char signature[] = "\4hmac\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	struct answer answer;
	const size_t before = heap_in_use();
	begin(0x8180, RRTYPE_A);
	PUT(AN_A);
	for (int i = 0; i < 50; i++)
		add_record("\0", 1, 250, signature, sizeof signature);
	PUT(OPT_OF("\1\0\0\0"));
	count(1, 0, 51);
	assert_true(read_message(RRTYPE_A, &answer));
	assert_int_equal(answer.rcode, 16);
	assert_int_equal(answer.record_count, 1);
	answer_clear(&answer);
	assert_int_equal(heap_in_use(), before);
}

static void cve_2014_9402_a_chain_that_leads_back_ends(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t size;
		unsigned records;
	} cases[] = {
#define ROW(records, bytes) {bytes, sizeof(bytes) - 1, records}
		ROW(1, APP CNAME_IN TTL "\0\2" APP),
		ROW(2,
			APP CNAME_IN TTL "\0\3\1b\0"
							 "\1b\0" CNAME_IN TTL "\0\2" APP),
		ROW(3,
			APP CNAME_IN TTL "\0\3\1b\0"
							 "\1b\0" CNAME_IN TTL "\0\3\1c\0"
							 "\1c\0" CNAME_IN TTL "\0\3\1B\0"),
#undef ROW
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct answer answer;
		begin(0x8180, RRTYPE_A);
		add(cases[i].bytes, cases[i].size);
		PUT("\1c\0" A_IN TTL "\0\4\xC0\0\2\1");
		count(cases[i].records + 1, 0, 0);
		assert_true(read_message(RRTYPE_A, &answer));
		assert_int_equal(answer.outcome, OUTCOME_UNUSABLE);
		answer_clear(&answer);
	}
}

static void short_messages_are_no_replies(void **state)
{
	(void)state;
	const struct question question = question_of_message(RRTYPE_A);
	const struct question none = {.type = RRTYPE_A, .class = RRCLASS_IN};
	begin(0x8182, RRTYPE_A);
	for (size_t size = 0; size < PACKET_HEADER_SIZE; size++) {
		uint8_t *exact = malloc(size ? size : 1);
		memcpy(exact, message.bytes, size);
		assert_false(packet_is_reply(exact, size, 1, 0, &question));
		assert_false(packet_is_reply(exact, size, 1, 0, &none));
		free(exact);
	}
}

static void replies_of_64_kib_of_one_type_are_read_whole(void **state)
{
	(void)state;
	static const struct {
		unsigned type;
		const char *data;
		size_t size;
	} cases[] = {
#define ROW(type, data) {type, data, sizeof(data) - 1}
		ROW(RRTYPE_A, "\xC0\0\2\1"),
		ROW(RRTYPE_AAAA, "0123456789abcdef"),
		ROW(RRTYPE_NS, APP),
		ROW(RRTYPE_CNAME, TEST),
		ROW(RRTYPE_SOA, APP TEST "0123456789abcdefghij"),
		ROW(RRTYPE_PTR, APP),
		ROW(RRTYPE_MX, "\0\1" APP),
		ROW(RRTYPE_TXT, "\1x"),
		ROW(RRTYPE_SRV, "\0\1\0\2\0\3" APP),
		ROW(35, "\0\1\0\2\1u\0\0" APP),
		ROW(RRTYPE_DNAME, APP),
		ROW(64, "\0\0\0"),
		ROW(257, "\0\5issue\1x"),
		ROW(65280, ""),
#undef ROW
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct answer answer;
		begin(0x8180, cases[i].type);
		const unsigned records = fill(APP, 2, cases[i].type, cases[i].data, cases[i].size);
		count(records, 0, 0);
		if (!read_message(cases[i].type, &answer))
			fail_msg("type %u is taken for malformed", cases[i].type);
		assert_int_equal(answer.record_count, records);
		assert_int_equal(answer.outcome, OUTCOME_FOUND);
		answer_clear(&answer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_that_is_not_whole_is_none),
		cmocka_unit_test(ldns_gap_a_message_without_qr_is_no_reply),
		cmocka_unit_test(ldns_gap_bytes_after_the_end_are_not_part_of_the_answer),
		cmocka_unit_test(ldns_gap_an_address_record_without_rdata_is_ignored),
		cmocka_unit_test(ldns_issue_317_many_tsig_records_are_read_without_a_leak),
		cmocka_unit_test(cve_2014_9402_a_chain_that_leads_back_ends),
		cmocka_unit_test(short_messages_are_no_replies),
		cmocka_unit_test(replies_of_64_kib_of_one_type_are_read_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
