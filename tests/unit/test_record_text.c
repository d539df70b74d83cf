// SPDX-License-Identifier: MIT
#include <ldns/ldns.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/name.h"
#include "config/rrtype.h"
#include "resolver/dns/record_text.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

enum { TYPE_NULL = 10, TYPE_NAPTR = 35, TYPE_CAA = 257, TYPE_PRIVATE = 65280 };

static char text[RECORD_TEXT_SIZE + 1];

static struct name name_of(const char *spelled)
{
	struct name name;
	assert_true(name_read(spelled, &name));
	return name;
}

static const char *write_record(const struct name *owner, uint16_t type, const void *data, size_t length)
{
	text[record_text_write(owner, type, 60, data, length, text)] = '\0';
	return text;
}

// By way of a file, as a zone is read: one record, its data these bytes, and nothing behind it.
static void assert_reads_back(const char *line, const struct name *owner, uint16_t type, const void *data,
                              size_t length)
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

static void each_type_stands_in_its_own_form(void **state)
{
	static const struct {
		uint16_t type;
		const char *data;
		size_t length;
		const char *line;
	} rows[] = {
		{ RRTYPE_A, BYTES("\300\0\2\1"), "A 192.0.2.1" },
		{ RRTYPE_AAAA, BYTES("\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1"), "AAAA 2001:db8::1" },
		{ RRTYPE_CNAME, BYTES("\3App\4test\0"), "CNAME App.test." },
		{ RRTYPE_NS, BYTES("\2ns\4test\0"), "NS ns.test." },
		{ RRTYPE_PTR, BYTES("\0"), "PTR ." },
		{ RRTYPE_MX, BYTES("\0\12\2mx\4test\0"), "MX 10 mx.test." },
		{ RRTYPE_SOA, BYTES("\2ns\0\1h\0" "\0\0\0\1" "\0\0\0\2" "\0\0\0\3" "\0\0\0\4" "\0\0\0\5"),
		  "SOA ns. h. 1 2 3 4 5" },
		{ RRTYPE_SRV, BYTES("\0\1\0\2\xea\x60\1s\0"), "SRV 1 2 60000 s." },
		{ RRTYPE_TXT, BYTES("\3a\0b\0\4c; d"), "TXT \"a\\000b\" \"\" \"c; d\"" },
		{ RRTYPE_TXT, BYTES("\3a\nb"), "TXT \"a\\010b\"" },
		{ TYPE_NAPTR, BYTES("\0\1\0\2\1u\7E2U+sip\6!^.*$!\0"), "NAPTR 1 2 \"u\" \"E2U+sip\" \"!^.*$!\" ." },
		{ TYPE_CAA, BYTES("\0\5issueca.test"), "CAA 0 issue \"ca.test\"" },
		{ TYPE_PRIVATE, BYTES("\1\xff"), "TYPE65280 \\# 2 01ff" },
		{ TYPE_PRIVATE, BYTES(""), "TYPE65280 \\# 0" },
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

static void data_that_quotes_could_not_hold_stands_in_bytes(void **state)
{
	static const struct {
		uint16_t type;
		const char *data;
		size_t length;
	} rows[] = {
		{ RRTYPE_TXT, BYTES("\3a\"b") },
		{ RRTYPE_TXT, BYTES("\2a\\") },
		{ RRTYPE_TXT, BYTES("\x0d\\\"\nevil.test.") },
		{ TYPE_CAA, BYTES("\0\5issue\\\" ; x") },
		{ RRTYPE_CNAME, BYTES("\5a;(b)\1\"\0") },
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
		const uint8_t wire[] = { 3, (uint8_t)byte, 'a', (uint8_t)byte, 4, 't', 'e', 's', 't', 0 };
		const uint8_t string[] = { 3, (uint8_t)byte, 'a', (uint8_t)byte };
		struct name owner;
		assert_true(name_from_wire(wire, sizeof(wire), &owner));
		assert_reads_back(write_record(&owner, RRTYPE_CNAME, wire, sizeof(wire)), &owner, RRTYPE_CNAME, wire,
		                  sizeof(wire));
		assert_reads_back(write_record(&owner, RRTYPE_TXT, string, sizeof(string)), &owner, RRTYPE_TXT, string,
		                  sizeof(string));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_type_stands_in_its_own_form),
		cmocka_unit_test(data_that_quotes_could_not_hold_stands_in_bytes),
		cmocka_unit_test(every_byte_of_an_owner_and_of_data_comes_back),
		cmocka_unit_test(an_owner_is_no_directive),
		cmocka_unit_test(data_that_its_type_does_not_allow_has_no_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
