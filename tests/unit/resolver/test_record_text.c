// SPDX-License-Identifier: MIT
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "resolver/dns/message.h"
#include "resolver/dns/record_text.h"
#include "tests/unit/names.h"

enum { TYPE_NULL = 10, TYPE_NAPTR = 35, TYPE_CAA = 257, TYPE_PRIVATE = 65280 };

static char text[RECORD_TEXT_SIZE + 1];

static const char *write_record(const struct name *owner, uint16_t type, const void *data, size_t length)
{
	text[record_text_write(&(struct record_view){owner, type, 60, data, length}, text)] = '\0';
	return text;
}

// Parses the line as a zone file: exactly one record with these data.
static void assert_reads_back(
	const char *line, const struct name *owner, uint16_t type, const void *data, size_t length)
{
	FILE *file = fmemopen((void *)line, strlen(line), "r");
	ldns_rr *record = NULL, *next = NULL;
	uint8_t *wire;
	size_t size;
	assert_int_equal(ldns_rr_new_frm_fp(&record, file, NULL, NULL, NULL), LDNS_STATUS_OK);
	assert_int_equal(ldns_rr2wire(&wire, record, LDNS_SECTION_ANSWER, &size), LDNS_STATUS_OK);
	assert_int_equal(size, owner->length + 10u + length);
	assert_memory_equal(wire, owner->wire, owner->length);
	assert_int_equal(wire[owner->length] << 8 | wire[owner->length + 1], type);
	if (length)
		assert_memory_equal(wire + owner->length + 10, data, length);
	assert_true(feof(file) || ldns_rr_new_frm_fp(&next, file, NULL, NULL, NULL) != LDNS_STATUS_OK);
	free(wire);
	ldns_rr_free(record);
	fclose(file);
}

#define BYTES(literal) literal, sizeof(literal) - 1

static void each_type_is_written_in_its_own_format(void **state)
{
	static const struct {
		uint16_t type;
		const char *data;
		size_t length;
		const char *line;
	} rows[] = {
		{RRTYPE_A, BYTES("\300\0\2\1"), "A 192.0.2.1"},
		{RRTYPE_AAAA, BYTES("\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1"), "AAAA 2001:db8::1"},
		{RRTYPE_CNAME, BYTES("\3App\4test\0"), "CNAME App.test."},
		{RRTYPE_NS, BYTES("\2ns\4test\0"), "NS ns.test."},
		{RRTYPE_PTR, BYTES("\0"), "PTR ."},
		{RRTYPE_MX, BYTES("\0\12\2mx\4test\0"), "MX 10 mx.test."},
		{RRTYPE_SOA,
			BYTES("\2ns\0\1h\0"
				  "\0\0\0\1"
				  "\0\0\0\2"
				  "\0\0\0\3"
				  "\0\0\0\4"
				  "\0\0\0\5"),
			"SOA ns. h. 1 2 3 4 5"},
		{RRTYPE_SRV, BYTES("\0\1\0\2\xea\x60\1s\0"), "SRV 1 2 60000 s."},
		{RRTYPE_TXT, BYTES("\3a\0b\0\4c; d"), "TXT \"a\\000b\" \"\" \"c; d\""},
		{RRTYPE_TXT, BYTES("\3a\nb"), "TXT \"a\\010b\""},
		{TYPE_NAPTR, BYTES("\0\1\0\2\1u\7E2U+sip\6!^.*$!\0"), "NAPTR 1 2 \"u\" \"E2U+sip\" \"!^.*$!\" ."},
		{TYPE_CAA, BYTES("\0\5issueca.test"), "CAA 0 issue \"ca.test\""},
		{TYPE_PRIVATE, BYTES("\1\xff"), "TYPE65280 \\# 2 01ff"},
		{TYPE_PRIVATE, BYTES(""), "TYPE65280 \\# 0"},
	};
	const struct name owner = name_of("www.test");
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char wanted[256];
		snprintf(wanted, sizeof(wanted), "www.test. 60 IN %s\n", rows[i].line);
		const char *line = write_record(&owner, rows[i].type, rows[i].data, rows[i].length);
		assert_string_equal(line, wanted);
		assert_reads_back(line, &owner, rows[i].type, rows[i].data, rows[i].length);
	}
}

static void data_that_quotes_cannot_hold_are_written_in_the_generic_format(void **state)
{
	static const struct {
		uint16_t type;
		const char *data;
		size_t length;
	} rows[] = {
		{RRTYPE_TXT, BYTES("\3a\"b")},
		{RRTYPE_TXT, BYTES("\2a\\")},
		{RRTYPE_TXT, BYTES("\x0d\\\"\nevil.test.")},
		{TYPE_CAA, BYTES("\0\5issue\\\" ; x")},
		{RRTYPE_CNAME, BYTES("\5a;(b)\1\"\0")},
	};
	const struct name owner = name_of("www.test");
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const char *line = write_record(&owner, rows[i].type, rows[i].data, rows[i].length);
		assert_non_null(strstr(line, " \\# "));
		assert_reads_back(line, &owner, rows[i].type, rows[i].data, rows[i].length);
	}
}

static void every_byte_of_an_owner_and_of_data_comes_back(void **state)
{
	(void)state;
	for (unsigned byte = 0; byte < 256; byte++) {
		const uint8_t wire[] = {3, (uint8_t)byte, 'a', (uint8_t)byte, 4, 't', 'e', 's', 't', 0};
		const uint8_t string[] = {3, (uint8_t)byte, 'a', (uint8_t)byte};
		struct name owner;
		assert_true(name_from_wire(wire, sizeof(wire), &owner));
		assert_reads_back(
			write_record(&owner, RRTYPE_CNAME, wire, sizeof(wire)), &owner, RRTYPE_CNAME, wire, sizeof(wire));
		assert_reads_back(
			write_record(&owner, RRTYPE_TXT, string, sizeof(string)), &owner, RRTYPE_TXT, string, sizeof(string));
		assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	}
}

static void an_owner_is_no_directive(void **state)
{
	const struct name owner = name_of("\\$ORIGIN.test"), root = name_of(".");
	(void)state;
	assert_string_equal(write_record(&owner, RRTYPE_A, "\1\2\3\4", 4), "\\036ORIGIN.test. 60 IN A 1.2.3.4\n");
	assert_string_equal(write_record(&root, RRTYPE_A, "\1\2\3\4", 4), ". 60 IN A 1.2.3.4\n");
}

static void data_that_its_type_does_not_allow_has_no_line(void **state)
{
	static const uint8_t long_data[RECORD_TEXT_SIZE];
	const struct name owner = name_of("www.test");
	(void)state;
	assert_string_equal(write_record(&owner, RRTYPE_A, "\1\2\3", 3), "");
	assert_string_equal(write_record(&owner, RRTYPE_MX, "\0", 1), "");
	assert_string_equal(write_record(&owner, RRTYPE_CNAME, "\300\14", 2), "");
	assert_string_equal(write_record(&owner, TYPE_NULL, long_data, sizeof(long_data)), "");
	assert_string_equal(write_record(&owner, TYPE_NULL, long_data, RECORD_TEXT_SIZE / 2), "");
	assert_string_not_equal(write_record(&owner, TYPE_NULL, long_data, RECORD_TEXT_SIZE / 2 - 50), "");
}

#define NAME "\7example\4test\0"
#define A_TEST "\1a\4test\0"

enum { IN = 1, CH = 3, HS = 4, OTHER = 4660 };

static const struct {
	uint16_t type, class;
	const char *data;
	size_t length;
	const char *text;
} shown[] = {
	{1, IN, BYTES("\300\0\2\1"), "192.0.2.1"},
	{1, CH, BYTES(A_TEST "\1\2"), "a.test. 402"},
	{1, HS, BYTES("\300\0\2\1"), "192.0.2.1"},
	{2, IN, BYTES(NAME), "example.test."},
	{5, IN, BYTES("\6a b.\"c\4test\0"), "a\\032b\\.\\\"c.test."},
	{6, IN, BYTES(A_TEST NAME "\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\377\377\377\377"),
		"a.test. example.test. 1 2 3 4 4294967295"},
	{7, IN, BYTES(NAME), "example.test."},  // MB
	{8, IN, BYTES(NAME), "example.test."},  // MG
	{9, IN, BYTES(NAME), "example.test."},  // MR
	{10, IN, BYTES("\1\2\377"), "\\# 3 0102ff"},
	{11, IN, BYTES("\300\0\2\1\6\0\0\0\100\0\0\0\0\0\0\200"), "192.0.2.1 6 25 80"},
	{12, IN, BYTES("\0"), "."},
	{13, IN, BYTES("\2PC\7Linux 6"), "\"PC\" \"Linux 6\""},
	{14, IN, BYTES(A_TEST NAME), "a.test. example.test."},
	{15, IN, BYTES("\0\12" NAME), "10 example.test."},
	{15, CH, BYTES("\0\12" NAME), "10 example.test."},
	{16, IN, BYTES("\4a\"\\b\0\3\0\n\303"), "\"a\\\"\\\\b\" \"\" \"\\000\\010\\195\""},
	{16, CH, BYTES("\5x 1;2"), "\"x 1;2\""},
	{16, HS, BYTES("\1x\1y"), "\"x\" \"y\""},
	{16, OTHER, BYTES("\5\33[31m"), "\"\\027[31m\""},
	{17, IN, BYTES(A_TEST NAME), "a.test. example.test."},
	{18, IN, BYTES("\0\1" NAME), "1 example.test."},
	{19, IN, BYTES("\003311"), "\"311\""},
	{20, IN, BYTES("\003150\003004"), "\"150\" \"004\""},
	{21, IN, BYTES("\0\1" NAME), "1 example.test."},
	{22, IN, BYTES("\107\0\5"), "0x470005"},
	{23, IN, BYTES(NAME), "example.test."},
	{26, IN, BYTES("\0\1" A_TEST NAME), "1 a.test. example.test."},
	{27, IN, BYTES("\3-32\003116\00210"), "\"-32\" \"116\" \"10\""},
	{28, IN, BYTES("\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1"), "2001:db8::1"},
	{28, CH, BYTES("\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1"), "\\# 16 20010db8000000000000000000000001"},
	{29, IN, BYTES("\0\63\26\23\211\27\55\320\160\276\25\360\0\230\215\40"),
		"42 21 54.000 N 71 06 18.000 W -24m 30m 10000m 10m"},
	{33, IN, BYTES("\0\1\0\2\352\140" NAME), "1 2 60000 example.test."},
	{35, IN, BYTES("\0\1\0\2\1u\7E2U+sip\10!^.*$!x!\0"), "1 2 \"u\" \"E2U+sip\" \"!^.*$!x!\" ."},
	{36, IN, BYTES("\0\12" NAME), "10 example.test."},
	{37, IN, BYTES("\0\1\0\7\10\0\1\2"), "PKIX 7 8 AAEC"},
	{38, IN, BYTES("\0\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1"), "0 2001:db8::1"},
	{38, IN, BYTES("\100\0\0\0\0\0\0\0\1" NAME), "64 ::1 example.test."},
	{38, IN, BYTES("\200" NAME), "128 example.test."},
	{39, IN, BYTES(NAME), "example.test."},
	{42, IN, BYTES("\0\1\30\3\300\0\2\0\2\40\204\40\1\15\270"), "1:192.0.2.0/24 !2:2001:db8::/32"},
	{43, IN, BYTES("\60\71\10\2\0\1\2\377"), "12345 8 2 000102ff"},
	{44, IN, BYTES("\1\1\0\1\2\377"), "1 1 000102ff"},
	{45, IN, BYTES("\12\1\2\300\0\2\46\0\1\2"), "10 1 2 192.0.2.38 AAEC"},
	{46, IN, BYTES("\0\1\10\2\0\0\0\74\x70\xdb\xd8\x80\x5e\x0b\xe1\0\60\71" NAME "\0\1\2"),
		"A 8 2 60 20300101000000 20200101000000 12345 example.test. AAEC"},
	{47, IN, BYTES(NAME "\0\6\100\0\0\0\0\3\377\1\200"), "example.test. A RRSIG NSEC TYPE65280"},
	{48, IN, BYTES("\1\1\3\10\0\1\2"), "257 3 8 AAEC"},
	{49, IN, BYTES("\0\1\2"), "AAEC"},
	{50, IN, BYTES("\1\1\0\14\2\252\273\5\0\0\0\0\1\0\1\100"), "1 1 12 aabb 00000001 A"},
	{50, IN, BYTES("\1\0\0\0\0\5\0\0\0\0\1"), "1 0 0 - 00000001"},
	{51, IN, BYTES("\1\0\0\14\2\252\273"), "1 0 12 aabb"},
	{52, IN, BYTES("\3\1\1\0\1\2\377"), "3 1 1 000102ff"},
	{53, IN, BYTES("\3\1\1\0\1\2\377"), "3 1 1 000102ff"},
	{55, IN, BYTES("\2\2\0\3\40\1\0\1\2" NAME), "2 2001 AAEC example.test."},
	{59, IN, BYTES("\60\71\10\2\0\1\2\377"), "12345 8 2 000102ff"},
	{60, IN, BYTES("\1\1\3\10\0\1\2"), "257 3 8 AAEC"},
	{61, IN, BYTES("\0\1\2"), "AAEC"},
	{62, IN, BYTES("\0\0\0\102\0\3\0\1\140"), "66 3 A NS"},
	{63, IN, BYTES("\0\0\0\1\1\1\0\1\2\3\4\5\6\7\10\11\12\13"), "1 1 1 000102030405060708090a0b"},
	{64, IN, BYTES("\0\1" NAME "\0\1\0\6\2h2\2h3\0\3\0\2\0\65"), "1 example.test. alpn=h2,h3 port=53"},
	{65, IN, BYTES("\0\1\0\0\4\0\4\300\0\2\1"), "1 . ipv4hint=192.0.2.1"},
	{65, IN, BYTES("\0\0" NAME), "0 example.test."},
	{99, IN, BYTES("\13v=spf1 -all"), "\"v=spf1 -all\""},
	{104, IN, BYTES("\0\12\0\24\117\377\377\40\356\144"), "10 0014:4fff:ff20:ee64"},
	{105, IN, BYTES("\0\12\12\1\2\0"), "10 10.1.2.0"},
	{106, IN, BYTES("\0\12\40\1\15\270\21\100\20\0"), "10 2001:0db8:1140:1000"},
	{107, IN, BYTES("\0\12" NAME), "10 example.test."},
	{108, IN, BYTES("\0\0\136\0\123\52"), "00-00-5e-00-53-2a"},
	{109, IN, BYTES("\0\0\136\357\20\0\0\52"), "00-00-5e-ef-10-00-00-2a"},
	{256, IN, BYTES("\0\12\0\1ftp://f.test/"), "10 1 \"ftp://f.test/\""},
	{257, IN, BYTES("\0\5issueca.test"), "0 issue \"ca.test\""},
	{257, IN, BYTES("\200\3tbsa\"b"), "128 tbs \"a\\\"b\""},
	{32769, IN, BYTES("\60\71\10\2\0\1\2\377"), "12345 8 2 000102ff"},
	{65280, IN, BYTES("\1\377"), "\\# 2 01ff"},
	{65280, OTHER, BYTES(""), "\\# 0"},
};

static void data_of_any_type_has_a_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(shown); i++) {
		char *data = record_text_data(shown[i].type, shown[i].class, (const uint8_t *)shown[i].data, shown[i].length);
		assert_string_equal(data, shown[i].text);
		free(data);
	}
}

static bool is_printable(const char *escape_text)
{
	for (; *escape_text; escape_text++)
		if (*escape_text < ' ' || *escape_text > '~')
			return false;
	return true;
}

// Each type with the data of each other type, complete and truncated.
static void data_of_another_type_has_a_text_too(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(shown); i++) {
		for (size_t j = 0; j < LENGTH(shown); j++) {
			for (size_t cut = 0; cut <= shown[j].length; cut += shown[j].length / 2 + 1) {
				const size_t length = shown[j].length - cut;
				char *data = record_text_data(shown[i].type, shown[i].class, (const uint8_t *)shown[j].data, length);
				assert_true(*data && is_printable(data));
				free(data);
			}
		}
	}
}

static void invalid_data_are_written_in_the_generic_format(void **state)
{
	static const struct {
		uint16_t type, class;
		const char *data;
		size_t length;
	} rows[] = {
		{1, IN, BYTES("\300\0\2")},
		{1, CH, BYTES(A_TEST "\1")},
		{1, OTHER, BYTES("\300\0\2\1")},
		{2, IN, BYTES("\300\14")},
		{11, IN, BYTES("\300\0\2\1")},
		{16, IN, BYTES("\4abc")},
		{16, IN, BYTES("")},
		{15, IN, BYTES("\0\12" NAME "x")},
		{38, IN, BYTES("\201" NAME)},
		{38, IN, BYTES("\200" NAME "x")},
		{47, IN, BYTES(NAME "\0\41")},
		{257, IN, BYTES("\0\5i\33[1m")},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const uint8_t *bytes = (const uint8_t *)rows[i].data;
		char start[16], *data = record_text_data(rows[i].type, rows[i].class, bytes, rows[i].length);
		snprintf(start, sizeof(start), "\\# %zu", rows[i].length);
		assert_memory_equal(data, start, strlen(start));
		free(data);
	}
}

// Text of every length: ldns must not write beyond its buffer when that is exactly full.
static void parameters_of_any_number_have_a_text(void **state)
{
	static const uint8_t lists[] = {0, 0, 0, 4, 0, 2, 0, 2};
	const struct name owner = name_of("www.test");
	(void)state;
	for (size_t empty = 0; empty <= 200; empty++) {
		uint8_t data[3 + 200 * 4 + 200 * sizeof(lists)] = {0, 1, 0};
		size_t length = 3 + empty * 4;
		for (size_t i = 0; i < empty; i += 3, length += sizeof(lists))
			memcpy(data + length, lists, sizeof(lists));
		char *escape_text = record_text_data(64, IN, data, length);
		assert_true(is_printable(escape_text));
		free(escape_text);
		write_record(&owner, 64, data, length);
	}
}

static void the_longest_data_has_a_text(void **state)
{
	static uint8_t data[UINT16_MAX];
	static const uint16_t types[] = {RRTYPE_TXT, 61, TYPE_PRIVATE};
	(void)state;
	memset(data, 1, sizeof(data) - 1);
	for (size_t i = 0; i < LENGTH(types); i++) {
		char *escape_text = record_text_data(types[i], IN, data, sizeof(data));
		assert_int_equal(strncmp(escape_text, "\\#", 2) == 0, types[i] == TYPE_PRIVATE);
		assert_true(strlen(escape_text) > sizeof(data) && is_printable(escape_text));
		free(escape_text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_type_is_written_in_its_own_format),
		cmocka_unit_test(data_that_quotes_cannot_hold_are_written_in_the_generic_format),
		cmocka_unit_test(every_byte_of_an_owner_and_of_data_comes_back),
		cmocka_unit_test(an_owner_is_no_directive),
		cmocka_unit_test(data_that_its_type_does_not_allow_has_no_line),
		cmocka_unit_test(data_of_any_type_has_a_text),
		cmocka_unit_test(data_of_another_type_has_a_text_too),
		cmocka_unit_test(invalid_data_are_written_in_the_generic_format),
		cmocka_unit_test(parameters_of_any_number_have_a_text),
		cmocka_unit_test(the_longest_data_has_a_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
