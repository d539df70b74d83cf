// SPDX-License-Identifier: MIT
// Parsing of valid and malformed replies, which are written here byte by byte.
#include "config/base/clock.h"
#include "tests/unit/message.h"

static void expect_data(const struct answer *answer, size_t index, const void *data, size_t size)
{
	assert_true(index < answer->record_count);
	const struct record *record = &answer->records[index];
	assert_int_equal(record->data_length, size);
	assert_memory_equal(answer_data(answer, record), data, size);
}

static void a_chain_is_read_with_its_compressed_names_whole(void **state)
{
	(void)state;
	struct answer answer;
	char text[NAME_TEXT_SIZE];
	begin(0x8180, RRTYPE_A);
	PUT(APP CNAME_IN TTL "\0\6\3www" TEST);
	PUT("\xC0\x26" A_IN "\0\0\1\0\0\4\xC0\0\2\1");
	count(2, 0, 0);
	assert_true(read_message(RRTYPE_A, &answer));
	assert_int_equal(answer.outcome, OUTCOME_FOUND);
	assert_int_equal(answer.flags, 0x8180);
	assert_int_equal(answer.record_count, 2);
	expect_data(&answer, 0, "\3www\4test", 10);
	expect_data(&answer, 1, "\xC0\0\2\1", 4);
	assert_int_equal(answer.records[1].ttl, 256);
	const struct name owner = answer_owner(&answer, &answer.records[1]);
	assert_string_equal(name_write(&owner, text), "www.test");
	assert_int_equal(answer.message_size, message.size);
	assert_memory_equal(answer.message, message.bytes, message.size);
	answer_clear(&answer);
}

static void a_ttl_with_the_high_bit_is_zero(void **state)
{
	(void)state;
	static const struct {
		const char *ttl;
		uint32_t read;
	} cases[] = {
		{"\0\0\0\0", 0},
		{"\x7F\xFF\xFF\xFF", 0x7FFFFFFF},
		{"\x80\0\0\0", 0},
		{"\xFF\xFF\xFF\xFF", 0},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct answer answer;
		begin(0x8180, RRTYPE_A);
		PUT(APP A_IN);
		add(cases[i].ttl, 4);
		PUT("\0\4\xC0\0\2\1");
		count(1, 0, 0);
		assert_true(read_message(RRTYPE_A, &answer));
		assert_int_equal(answer.records[0].ttl, cases[i].read);
		answer_clear(&answer);
	}
}

// Each row has the records of a reply, their counts, and the expected outcome.
static void the_outcome_follows_from_code_and_records(void **state)
{
	(void)state;
	static const struct {
		unsigned flags, answers, authorities, additionals;
		const char *bytes;
		size_t size;
		enum outcome outcome;
		unsigned rcode;
		size_t records;
	} cases[] = {
#define ROW(flags, answers, authorities, additionals, bytes, outcome, rcode, records) \
	{flags, answers, authorities, additionals, bytes, sizeof(bytes) - 1, outcome, rcode, records}
		ROW(0x8180, 1, 0, 0, AN_A, OUTCOME_FOUND, 0, 1),
		ROW(0x8180, 2, 0, 0, AN_A AN_A, OUTCOME_FOUND, 0, 2),
		ROW(0x8180, 0, 0, 0, "", OUTCOME_NO_DATA, 0, 0),
		ROW(0x8183, 0, 0, 0, "", OUTCOME_NO_NAME, 3, 0),
		ROW(0x8183, 1, 0, 0, APP CNAME_IN TTL "\0\6\3www" TEST, OUTCOME_NO_NAME, 3, 1),
		ROW(0x8182, 0, 0, 0, "", OUTCOME_TRY_AGAIN, 2, 0),
		ROW(0x8184, 0, 0, 0, "", OUTCOME_TRY_AGAIN, 4, 0),
		ROW(0x8185, 0, 0, 0, "", OUTCOME_TRY_AGAIN, 5, 0),
		ROW(0x8181, 0, 0, 0, "", OUTCOME_NO_RECOVERY, 1, 0),
		ROW(0x8186, 0, 0, 0, "", OUTCOME_NO_RECOVERY, 6, 0),
		ROW(0x8180, 0, 0, 1, OPT_OF("\1\0\0\0"), OUTCOME_NO_DATA, 16, 0),
		ROW(0x8187, 0, 0, 1, OPT_OF("\1\0\x80\0"), OUTCOME_NO_RECOVERY, 23, 0),
		ROW(0x8180, 1, 0, 1, AN_A OPT_OF("\0\0\0\0"), OUTCOME_FOUND, 0, 1),
		// Another owner, type, class or length.
		ROW(0x8180, 1, 0, 0, TEST A_IN TTL "\0\4\xC0\0\2\1", OUTCOME_UNUSABLE, 0, 1),
		ROW(0x8180, 1, 0, 0, APP "\0\x10\0\1" TTL "\0\2\1x", OUTCOME_UNUSABLE, 0, 1),
		ROW(0x8180, 1, 0, 0, APP "\0\1\0\3" TTL "\0\4\xC0\0\2\1", OUTCOME_UNUSABLE, 0, 0),
		ROW(0x8180, 1, 0, 0, APP A_IN TTL "\0\0", OUTCOME_UNUSABLE, 0, 0),
		ROW(0x8180, 1, 0, 0, APP A_IN TTL "\0\5\xC0\0\2\1\1", OUTCOME_UNUSABLE, 0, 0),
		ROW(0x8180, 1, 0, 0, APP A_IN TTL "\0\3\xC0\0\2", OUTCOME_UNUSABLE, 0, 0),
		// A dangling chain, and a loop.
		ROW(0x8180, 1, 0, 0, APP CNAME_IN TTL "\0\6\3www" TEST, OUTCOME_UNUSABLE, 0, 1),
		ROW(0x8180, 1, 0, 0, APP CNAME_IN TTL "\0\2" APP, OUTCOME_UNUSABLE, 0, 1),
		// Records outside the answer section do not answer.
		ROW(0x8180, 0, 1, 0, AN_A, OUTCOME_NO_DATA, 0, 0),
		ROW(0x8180, 0, 0, 1, AN_A, OUTCOME_NO_DATA, 0, 0),
#undef ROW
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct answer answer;
		begin(cases[i].flags, RRTYPE_A);
		add(cases[i].bytes, cases[i].size);
		count(cases[i].answers, cases[i].authorities, cases[i].additionals);
		if (!read_message(RRTYPE_A, &answer))
			fail_msg("case %zu is taken for malformed", i);
		if (answer.outcome != cases[i].outcome || answer.record_count != cases[i].records)
			fail_msg("case %zu: outcome %d, %zu records", i, (int)answer.outcome, answer.record_count);
		assert_int_equal(answer.rcode, cases[i].rcode);
		answer_clear(&answer);
	}
}

static void flags_and_lifetime_of_a_lame_or_negative_reply_are_kept(void **state)
{
	(void)state;
	static const char soa[] = "\0\0\6\0\1" TTL "\0\x16\0\0"
							  "\0\0\0\1"
							  "\0\0\0\1"
							  "\0\0\0\1"
							  "\0\0\0\1"
							  "\0\0\0\1";
	static const struct {
		unsigned flags;
		unsigned soas[2];  // in the authority and in the additional section
		bool has_soa, is_lame;
	} cases[] = {
		{0x8180, {0, 0}, false, false},
		{0x8100, {0, 0}, false, true},
		{0x8500, {0, 0}, false, false},
		{0x8180, {1, 0}, true, false},
		{0x8103, {0, 0}, false, false},
		{0x8100, {0, 1}, false, false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct answer answer;
		begin(cases[i].flags, RRTYPE_A);
		add(soa, cases[i].soas[0] + cases[i].soas[1] ? sizeof soa - 1 : 0);
		count(0, cases[i].soas[0], cases[i].soas[1]);
		assert_true(read_message(RRTYPE_A, &answer));
		assert_int_equal(answer.has_soa, cases[i].has_soa);
		assert_int_equal(answer.is_lame, cases[i].is_lame);
		answer_clear(&answer);
	}
}

static void only_the_additional_section_has_options_and_a_reply_with_an_error_in_them_is_not_lame(void **state)
{
	(void)state;
	static const struct {
		unsigned authorities, additionals;
		const char *opt;
		bool has_opt, is_lame;
		unsigned rcode;
	} cases[] = {
		{0, 1, OPT_OF("\0\0\0\0"), true, true, 0},
		{0, 1, OPT_OF("\1\0\0\0"), true, false, 16},
		{1, 0, OPT_OF("\1\0\0\0"), false, true, 0},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct answer answer;
		begin(0x8100, RRTYPE_A);
		add(cases[i].opt, sizeof OPT_OF("\0\0\0\0") - 1);
		count(0, cases[i].authorities, cases[i].additionals);
		assert_true(read_message(RRTYPE_A, &answer));
		assert_int_equal(answer.has_opt, cases[i].has_opt);
		assert_int_equal(answer.is_lame, cases[i].is_lame);
		assert_int_equal(answer.rcode, cases[i].rcode);
		answer_clear(&answer);
	}
}

static void a_malformed_message_is_refused_and_leaves_the_answer_empty(void **state)
{
	(void)state;
	static const struct {
		unsigned answers, authorities, additionals;
		const char *bytes;
		size_t size;
	} cases[] = {
#define ROW(answers, authorities, additionals, bytes) {answers, authorities, additionals, bytes, sizeof(bytes) - 1}
		ROW(1, 0, 0, ""), ROW(2, 0, 0, AN_A), ROW(65535, 65535, 65535, ""), ROW(0, 1, 0, "\0"), ROW(0, 0, 1, APP A_IN),
		ROW(1, 0, 0, "\xC0\x1A" A_IN TTL "\0\4\xC0\0\2\1"),  // points to itself
		ROW(1, 0, 0,
			"\xC0\x1C"
			"\xC0\x1A" A_IN TTL "\0\4\xC0\0\2"),             // forward and back
		ROW(1, 0, 0, "\xFF\xFF" A_IN TTL "\0\4\xC0\0\2\1"),  // points beyond the end
		ROW(1, 0, 0,
			"\x40"
			"a\0" A_IN TTL "\0\4\xC0\0\2\1"),  // a label type that is none
		ROW(1, 0, 0,
			"\x80"
			"a\0" A_IN TTL "\0\4\xC0\0\2\1"),
		ROW(1, 0, 0, APP A_IN TTL "\0\5\xC0\0\2\1"),  // RDLENGTH beyond the end
		ROW(1, 0, 0, APP A_IN TTL "\xFF\xFF\xC0\0\2\1"), ROW(1, 0, 0, APP CNAME_IN TTL "\0\0"),  // a name of no bytes
		ROW(1, 0, 0,
			APP CNAME_IN TTL "\0\4\3www"
							 "\0"),                           // a name that continues beyond RDLENGTH
		ROW(1, 0, 0, APP CNAME_IN TTL "\0\7\3www" TEST "x"),  // bytes after the name
		ROW(1, 0, 0, APP "\0\x0F\0\1" TTL "\0\2\0\1"),        // MX without a name
		ROW(0, 0, 2, OPT_OF("\0\0\0\0") OPT_OF("\0\0\0\0")),  // RFC 6891 6.1.1
#undef ROW
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		static const struct answer empty;
		struct answer answer;
		memset(&answer, 0x5A, sizeof answer);
		begin(0x8180, RRTYPE_A);
		add(cases[i].bytes, cases[i].size);
		count(cases[i].answers, cases[i].authorities, cases[i].additionals);
		if (read_message(RRTYPE_A, &answer))
			fail_msg("case %zu is taken for well-formed", i);
		assert_int_equal(errno, EBADMSG);
		assert_memory_equal(&answer, &empty, sizeof answer);
	}
}

// Also if it points to the question, which was asked in another case.
static void a_question_that_is_cut_or_was_not_asked_is_no_question_of_the_query(void **state)
{
	(void)state;
	struct question question = question_of_message(RRTYPE_A);
	struct answer answer;
	begin(0x8180, RRTYPE_A);
	for (size_t size = PACKET_HEADER_SIZE; size < message.size; size++)
		assert_false(packet_read(message.bytes, size, &question, &answer));
	PUT(AN_A);
	count(1, 0, 0);
	question.name.length = 0;
	assert_true(packet_read(message.bytes, message.size, &question, &answer));
	assert_int_equal(answer.record_count, 1);
	expect_data(&answer, 0, "\xC0\0\2\1", 4);
	answer_clear(&answer);
}

static void an_owner_has_the_case_of_the_message(void **state)
{
	(void)state;
	static const char *const asked[] = {"app.test", "APP.test", "app.tesT"};
	for (size_t i = 0; i < LENGTH(asked); i++) {
		const struct question question = question_of(asked[i], RRTYPE_A);
		struct answer answer;
		begin(0x8180, RRTYPE_A);
		PUT(AN_A "\3App" TEST A_IN TTL "\0\4\xC0\0\2\1" AN_A);
		count(3, 0, 0);
		assert_true(packet_read(message.bytes, message.size, &question, &answer));
		assert_int_equal(answer.outcome, OUTCOME_FOUND);
		assert_int_equal(answer.record_count, 3);
		for (size_t record = 0; record < 3; record++) {
			const struct name owner = answer_owner(&answer, &answer.records[record]);
			assert_int_equal(owner.length, 10);
			assert_memory_equal(owner.wire, record == 1 ? "\3App\4test" : "\3app\4test", 10);
		}
		answer_clear(&answer);
	}
}

// Not the owner of an address, stored before it, but only what is added counts.
static void a_chain_and_its_addresses_are_in_one_allocation(void **state)
{
	(void)state;
	uint8_t target[40] = {38};
	struct answer answer;
	memset(target + 1, 'a', 38);
	begin(0x8180, RRTYPE_A);
	add_record(APP, 2, RRTYPE_CNAME, target, sizeof target);
	for (int i = 0; i < 2; i++)
		add_record("\xC0\x26", 2, RRTYPE_A, "\xC0\0\2\1", 4);
	count(3, 0, 0);
	assert_true(read_message(RRTYPE_A, &answer));
	assert_int_equal(answer.record_count, 3);
	assert_int_equal(answer.record_room, 3);
	answer_clear(&answer);
}

// A message truncated at each length or with one byte changed is parsed or rejected, without reading beyond its end.
static void cut_and_changed_messages_do_no_harm(void **state)
{
	(void)state;
	struct answer answer;
	begin(0x8180, RRTYPE_A);
	PUT(APP CNAME_IN TTL "\0\6\3www" TEST AN_A "\xC0\x26"
						 "\0\x0F\0\1" TTL "\0\4\0\1" APP);
	PUT("\0\0\6\0\1" TTL "\0\x16\0\0"
		"\0\0\0\1"
		"\0\0\0\1"
		"\0\0\0\1"
		"\0\0\0\1"
		"\0\0\0\1" OPT_OF("\0\0\0\0"));
	count(3, 1, 1);
	const struct message good = message;
	for (size_t size = 26; size < good.size; size++) {
		message.size = size;
		assert_false(read_message(RRTYPE_A, &answer));
	}
	for (size_t at = 26; at < good.size; at++) {
		for (unsigned value = 0; value < 256; value++) {
			message = good;
			message.bytes[at] = (uint8_t)value;
			if (read_message(RRTYPE_A, &answer))
				answer_clear(&answer);
		}
	}
}

static void rdata_of_other_types_comes_whole(void **state)
{
	(void)state;
	static const struct {
		unsigned type;
		const char *wire;
		size_t wire_size;
		const char *data;
		size_t size;
	} cases[] = {
#define SOA_NUMBERS "\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5"
#define ROW(type, wire, data) {type, wire, sizeof(wire) - 1, data, sizeof(data) - 1}
		ROW(16, "\3a\0b\0\1c", "\3a\0b\0\1c"),         // TXT, with a NUL and an empty string
		ROW(15, "\0\x0A" APP, "\0\x0A\3app\4test\0"),  // MX
		ROW(2, "\2ns" TEST, "\2ns\4test\0"),           // NS
		ROW(12, TEST, "\4test\0"),                     // PTR
		ROW(33, "\1\1\x3F\xFF\xAA\xAA\3app\4test\0", "\1\1\x3F\xFF\xAA\xAA\3app\4test\0"),  // SRV
		ROW(33, "\1\1\x3F\xFF\xAA\xAA" APP, "\1\1\x3F\xFF\xAA\xAA\3app\4test\0"),
		ROW(39, TEST, "\4test\0"),  // DNAME
		ROW(6, TEST APP SOA_NUMBERS, "\4test\0\3app\4test\0" SOA_NUMBERS),
		ROW(35, "\0\1\0\2\1u\3sip\0" APP, "\0\1\0\2\1u\3sip\0\3app\4test\0"),  // NAPTR
		ROW(65280, "\xC0\x0C\xFF", "\xC0\x0C\xFF"),                            // unknown: not a name
		ROW(65280, "", ""),
#undef ROW
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const unsigned type = cases[i].type;
		const uint8_t head[] = {
			0xC0, 12, (uint8_t)(type >> 8), (uint8_t)type, 0, 1, 0, 0, 0, 60, 0, (uint8_t)cases[i].wire_size};
		struct answer answer;
		begin(0x8180, type);
		add(head, sizeof head);
		add(cases[i].wire, cases[i].wire_size);
		count(1, 0, 0);
		if (!read_message(type, &answer))
			fail_msg("case %zu is taken for malformed", i);
		assert_int_equal(answer.outcome, OUTCOME_FOUND);
		expect_data(&answer, 0, cases[i].data, cases[i].size);
		answer_clear(&answer);
	}
}

static void names_are_bounded(void **state)
{
	(void)state;
	struct answer answer;
	for (unsigned letters = 60; letters <= 63; letters++) {  // three labels of 63, and one that makes 254 to 257 bytes
		uint8_t label[64];
		begin(0x8180, RRTYPE_A);
		memset(label, 'a', sizeof label);
		label[0] = 63;
		for (int i = 0; i < 3; i++)
			add(label, 64);
		label[0] = (uint8_t)letters;
		add(label, letters + 1u);
		PUT("\0" A_IN TTL "\0\4\xC0\0\2\1");
		count(1, 0, 0);
		const bool read = read_message(RRTYPE_A, &answer);
		assert_int_equal(read, letters <= 61);
		if (read)
			answer_clear(&answer);
	}
}

// Thousands of records, each with thousands of pointers, are rejected or parsed in a short time.
static void long_chains_of_pointers_cost_nothing(void **state)
{
	(void)state;
	struct answer answer;
	begin(0x8180, RRTYPE_A);
	PUT(APP "\0\x10\0\1" TTL "\x3E\x80\1x");
	size_t last = 12;
	for (int i = 0; i < 7999; i++) {
		const uint8_t pointer[] = {(uint8_t)(0xC0 | last >> 8), (uint8_t)last};
		last = message.size;
		add(pointer, sizeof pointer);
	}
	const uint8_t owner[] = {(uint8_t)(0xC0 | last >> 8), (uint8_t)last};
	unsigned records = 1;
	for (; message.size + 16 <= MESSAGE_MAX; records++) {
		add(owner, sizeof owner);
		PUT(A_IN TTL "\0\4\xC0\0\2\1");
	}
	count(records, 0, 0);
	const int64_t start = clock_read(CLOCK_THREAD_CPUTIME_ID);
	if (read_message(RRTYPE_A, &answer))
		answer_clear(&answer);
	assert_true(clock_read(CLOCK_THREAD_CPUTIME_ID) - start < 50000);
}

static void the_largest_message_is_read(void **state)
{
	(void)state;
	struct answer answer;
	unsigned records = 0;
	begin(0x8180, RRTYPE_A);
	for (; message.size + 16 <= MESSAGE_MAX; records++)
		PUT(AN_A);
	count(records, 0, 0);
	assert_true(read_message(RRTYPE_A, &answer));
	assert_int_equal(answer.record_count, records);
	assert_int_equal(answer.outcome, OUTCOME_FOUND);
	answer_clear(&answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_is_read_with_its_compressed_names_whole),
		cmocka_unit_test(a_ttl_with_the_high_bit_is_zero),
		cmocka_unit_test(the_outcome_follows_from_code_and_records),
		cmocka_unit_test(flags_and_lifetime_of_a_lame_or_negative_reply_are_kept),
		cmocka_unit_test(only_the_additional_section_has_options_and_a_reply_with_an_error_in_them_is_not_lame),
		cmocka_unit_test(a_malformed_message_is_refused_and_leaves_the_answer_empty),
		cmocka_unit_test(a_question_that_is_cut_or_was_not_asked_is_no_question_of_the_query),
		cmocka_unit_test(an_owner_has_the_case_of_the_message),
		cmocka_unit_test(a_chain_and_its_addresses_are_in_one_allocation),
		cmocka_unit_test(cut_and_changed_messages_do_no_harm),
		cmocka_unit_test(rdata_of_other_types_comes_whole),
		cmocka_unit_test(names_are_bounded),
		cmocka_unit_test(long_chains_of_pointers_cost_nothing),
		cmocka_unit_test(the_largest_message_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
