// SPDX-License-Identifier: MIT
// The parts of a message. test_packet_read.c and test_listing.c test whole messages.
#include "resolver/dns/rdata_layout.h"
#include "resolver/dns/wire.h"
#include "tests/unit/message.h"

enum {
	TYPE_MB = 7,
	TYPE_MINFO = 14,
	TYPE_RP = 17,
	TYPE_AFSDB = 18,
	TYPE_RT = 21,
	TYPE_PX = 26,
	TYPE_NAPTR = 35,
	TYPE_KX = 36,
	TYPE_PRIVATE = 65280,
};

static void a_header_is_six_numbers(void **state)
{
	(void)state;
	struct cursor cursor = {.bytes = (const uint8_t *)"\1\2\3\4\5\6\7\x08\x09\x0A\x0B\x0C\x0D", .size = 13};
	const struct wire_header header = wire_header(&cursor);
	assert_false(cursor.failed);
	assert_int_equal(cursor.at, 12);
	assert_int_equal(header.id, 0x0102);
	assert_int_equal(header.flags, 0x0304);
	assert_int_equal(header.questions, 0x0506);
	assert_int_equal(header.answers, 0x0708);
	assert_int_equal(header.authorities, 0x090A);
	assert_int_equal(header.additionals, 0x0B0C);
	for (size_t size = 0; size < 12; size++) {
		struct cursor cut = {.bytes = cursor.bytes, .size = size};
		wire_header(&cut);
		assert_true(cut.failed);
	}
}

static void questions_are_passed_over_or_there_are_too_few(void **state)
{
	(void)state;
	begin(0, RRTYPE_A);
	PUT(APP A_IN TEST A_IN);
	for (uint16_t questions = 0; questions < 6; questions++) {
		static const size_t ends[] = {12, 26, 32, 38};
		struct wire_header header = {.questions = questions};
		struct cursor cursor = {.bytes = message.bytes, .size = message.size, .at = 12};
		wire_skip_questions(&cursor, &header);
		assert_int_equal(cursor.failed, questions > 3);
		if (questions <= 3)
			assert_int_equal(cursor.at, ends[questions]);
	}
}

static void a_record_has_its_data_within_the_message(void **state)
{
	(void)state;
	struct wire_record record;
	begin(0, RRTYPE_A);
	PUT("\1x" APP "\xFE\xDC\0\3\x80\0\0\1\0\3abc");
	for (size_t size = 26; size <= message.size; size++) {
		struct cursor cursor = {.bytes = message.bytes, .size = size, .at = 26};
		wire_record(&cursor, &record);
		assert_int_equal(cursor.failed, size < message.size);
	}
	assert_int_equal(record.owner.length, 12);
	assert_memory_equal(record.owner.wire, "\1x\3app\4test", 12);
	assert_int_equal(record.type, 0xFEDC);
	assert_int_equal(record.class, 3);
	assert_int_equal(record.ttl, 0x80000001);
	assert_int_equal(wire_ttl(&record), 0);
	assert_int_equal(record.data_length, 3);
	assert_memory_equal(message.bytes + record.data, "abc", 3);
}

// Reads the data of one record after the question, from a copy of the exact size.
static const uint8_t *data_of(unsigned type, const void *data, size_t size, struct wire_data *room, size_t *length)
{
	static uint8_t *exact;
	struct wire_record record;
	begin(0, RRTYPE_A);
	add_record(APP, 2, type, data, size);
	PUT("\0\0\0\0");  // bytes after RDLENGTH, which must not be read
	free(exact);
	exact = malloc(message.size);
	memcpy(exact, message.bytes, message.size);
	struct cursor cursor = {.bytes = exact, .size = message.size, .at = 26};
	wire_record(&cursor, &record);
	assert_false(cursor.failed);
	return wire_data(&cursor, &record, room, length);
}

// RFC 3597 section 4: the types of RFC 1035 and a few others.
static void compressed_names_are_made_whole_where_there_may_be_any(void **state)
{
	(void)state;
#define WHOLE "\3app\4test"
	static const struct {
		unsigned type;
		const char *data;
		size_t size;
		const char *whole;
		size_t whole_size;
	} cases[] = {
#define BYTES(text) text, sizeof(text) - 1
		{RRTYPE_NS, BYTES(APP), BYTES(WHOLE "\0")},
		{RRTYPE_CNAME, BYTES("\1x" TEST), BYTES("\1x\4test\0")},
		{RRTYPE_PTR, BYTES("\0"), BYTES("\0")},
		{TYPE_MB, BYTES(TEST), BYTES("\4test\0")},
		{RRTYPE_MX, BYTES("\1\2" APP), BYTES("\1\2" WHOLE "\0")},
		{TYPE_MINFO, BYTES(APP TEST),
			BYTES(WHOLE "\0"
						"\4test\0")},
		{TYPE_RP, BYTES(TEST APP), BYTES("\4test\0" WHOLE "\0")},
		{TYPE_AFSDB, BYTES("\0\1" TEST), BYTES("\0\1\4test\0")},
		{TYPE_RT, BYTES("\0\1" TEST), BYTES("\0\1\4test\0")},
		{TYPE_KX, BYTES("\0\1" TEST), BYTES("\0\1\4test\0")},
		{TYPE_PX, BYTES("\0\1" APP TEST),
			BYTES("\0\1" WHOLE "\0"
				  "\4test\0")},
		{RRTYPE_SRV, BYTES("\0\1\0\2\0\3" TEST), BYTES("\0\1\0\2\0\3\4test\0")},
		{TYPE_NAPTR, BYTES("\0\1\0\2\1u\0\2ab" TEST), BYTES("\0\1\0\2\1u\0\2ab\4test\0")},
		{RRTYPE_SOA, BYTES(APP TEST "abcdefghijklmnopqrst"),
			BYTES(WHOLE "\0\4test\0"
						"abcdefghijklmnopqrst")},
		{TYPE_PRIVATE, BYTES(APP), BYTES(APP)},
		{RRTYPE_TXT, BYTES(APP), BYTES(APP)},
		{RRTYPE_A, BYTES(APP), BYTES(APP)},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct wire_data room;
		size_t length;
		const uint8_t *data = data_of(cases[i].type, cases[i].data, cases[i].size, &room, &length);
		if (!data || length != cases[i].whole_size || memcmp(data, cases[i].whole, length) != 0)
			fail_msg("type %u: %zu bytes", cases[i].type, data ? length : 0);
	}
}

static void data_that_are_not_those_of_their_type_are_none(void **state)
{
	(void)state;
	static const struct {
		unsigned type;
		const char *data;
		size_t size;
	} cases[] = {
		{RRTYPE_NS, BYTES("")},
		{RRTYPE_NS, BYTES("\xC0")},  // the pointer continues after RDLENGTH
		{RRTYPE_NS, BYTES("\4tes")},
		{RRTYPE_NS, BYTES(APP "\0")},    // a byte more
		{RRTYPE_NS, BYTES("\xC0\x26")},  // itself
		{RRTYPE_MX, BYTES("\1")},
		{RRTYPE_MX, BYTES("\1\2")},
		{RRTYPE_SRV, BYTES("\0\1\0\2\0\3")},
		{RRTYPE_SOA, BYTES(APP TEST "abcdefghijklmnopqrs")},
		{RRTYPE_SOA, BYTES(APP TEST "abcdefghijklmnopqrstu")},
		{TYPE_NAPTR,
			BYTES("\0\1\0\2\1u\0\xFF"
				  "ab" TEST)},
		{TYPE_MINFO, BYTES(APP)},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct wire_data room;
		size_t length;
		if (data_of(cases[i].type, cases[i].data, cases[i].size, &room, &length))
			fail_msg("case %zu has %zu bytes", i, length);
	}
}

// Three strings and a name, each as long as it can be.
static void the_longest_data_with_a_name_have_room(void **state)
{
	(void)state;
	uint8_t data[4 + 3 * 256 + 255] = {0, 1, 0, 2};
	struct wire_data room;
	size_t length;
	for (size_t i = 0; i < 3; i++)
		data[4 + 256 * i] = 255;
	for (size_t at = 0; at < 254; at += 2)
		data[4 + 3 * 256 + at] = 1;
	const uint8_t *whole = data_of(TYPE_NAPTR, data, sizeof data, &room, &length);
	assert_non_null(whole);
	assert_int_equal(length, sizeof data);
	assert_memory_equal(whole, data, length);
}

// The letters of wire.c: a name, a string, integers of 16 and 32 bits.
static void the_other_fields_of_types_with_compressible_names_are_known(void **state)
{
	(void)state;
	unsigned found = 0;
	for (unsigned type = 0; type <= UINT16_MAX; type++) {
		const char *layout = rdata_layout((uint16_t)type);
		if (!layout || !strchr(layout, 'n'))
			continue;
		if (layout[strspn(layout, "nswdp")])
			fail_msg("%u: %s", type, layout);
		found++;
	}
	assert_in_range(found, 20, 30);
}

static void the_first_opt_record_has_the_options(void **state)
{
	(void)state;
	struct cursor options;
	begin(0x8180, RRTYPE_A);
	count(0, 0, 0);
	assert_false(wire_options(message.bytes, message.size, &options));
	PUT(AN_A OPT_OF("\0\0\0\0"));
	message.bytes[message.size - 1] = 4;
	PUT("\0\3\0\0" OPT_OF("\0\0\0\0"));
	count(1, 0, 2);
	assert_true(wire_options(message.bytes, message.size, &options));
	assert_int_equal(options.at, 53);
	assert_int_equal(options.size, 57);
	// Truncated, or counted in the header but missing.
	for (size_t size = 0; size < 57; size++)
		assert_false(wire_options(message.bytes, size, &options));
	message.size = 42;
	count(1, 0, 2);
	assert_false(wire_options(message.bytes, message.size, &options));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_is_six_numbers),
		cmocka_unit_test(questions_are_passed_over_or_there_are_too_few),
		cmocka_unit_test(a_record_has_its_data_within_the_message),
		cmocka_unit_test(compressed_names_are_made_whole_where_there_may_be_any),
		cmocka_unit_test(data_that_are_not_those_of_their_type_are_none),
		cmocka_unit_test(the_longest_data_with_a_name_have_room),
		cmocka_unit_test(the_other_fields_of_types_with_compressible_names_are_known),
		cmocka_unit_test(the_first_opt_record_has_the_options),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
