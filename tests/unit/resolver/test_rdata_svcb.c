// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "tests/unit/rdata.h"

// RFC 9460 appendix D, and BIND's reading.
static void service_parameters_are_sorted_and_their_escapes_decoded_twice(void **state)
{
	static const struct {
		const char *line, *hex, *written;
	} rows[] = {
		{"HTTPS 0 foo.example.com.",
			"0000"
			"03666f6f076578616d706c6503636f6d00",
			"0 foo.example.com."},
		{"SVCB 16 . port=53",
			"0010"
			"00"
			"0003"
			"0002"
			"0035",
			"16 . port=53"},
		{"SVCB 1 . key667=hello",
			"0001"
			"00"
			"029b"
			"0005"
			"68656c6c6f",
			"1 . key667=hello"},
		{"SVCB 1 . key667=\"hello\\210qoo\"",
			"0001"
			"00"
			"029b"
			"0009"
			"68656c6c6fd2716f6f",
			"1 . key667=hello\\210qoo"},
		{"SVCB 1 . ipv6hint=\"2001:db8::1,2001:db8::53:1\"",
			"0001"
			"00"
			"0006"
			"0020"
			"20010db8000000000000000000000001"
			"20010db8000000000000000000530001",
			NULL},
		{"SVCB 16 . alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1",
			"0010"
			"00"
			"0000"
			"0004"
			"00010004"
			"0001"
			"0009"
			"026832"
			"0568332d3139"
			"0004"
			"0004"
			"c0000201",
			"16 . mandatory=alpn,ipv4hint alpn=h2,h3-19 ipv4hint=192.0.2.1"},
		{"HTTPS 16 . alpn=\"f\\\\\\\\oo\\\\,bar,h2\"",
			"0010"
			"00"
			"0001"
			"000c"
			"08665c6f6f2c626172"
			"026832",
			"16 . alpn=f\\092\\092oo\\092,bar,h2"},
		{"HTTPS 16 . alpn=f\\\\\\092oo\\092,bar,h2",
			"0010"
			"00"
			"0001"
			"000c"
			"08665c6f6f2c626172"
			"026832",
			NULL},
		{"HTTPS 1 . key1=\\002h2",
			"0001"
			"00"
			"0001"
			"0003"
			"026832",
			"1 . alpn=h2"},
		{"HTTPS 1 . no-default-alpn alpn=h2",
			"0001"
			"00"
			"0001"
			"0003"
			"026832"
			"0002"
			"0000",
			"1 . alpn=h2 no-default-alpn"},
		{"HTTPS 1 . ohttp dohpath=/q{?dns} ech=AAEC",
			"0001"
			"00"
			"0005"
			"0003"
			"000102"
			"0007"
			"0008"
			"2f717b3f646e737d"
			"0008"
			"0000",
			"1 . ech=AAEC dohpath=/q{?dns} key8"},
		{"HTTPS 1 . port=\"53\"",
			"0001"
			"00"
			"0003"
			"0002"
			"0035",
			NULL},
		{"HTTPS 1 . key3=\\000\\053",
			"0001"
			"00"
			"0003"
			"0002"
			"0035",
			"1 . port=53"},
		{"HTTPS 1 . key65535=\"a b;\\\"\"",
			"0001"
			"00"
			"ffff"
			"0005"
			"6120623b22",
			"1 . key65535=a\\032b\\059\\034"},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char hex[1024];
		uint16_t type;
		size_t length;
		if (!read_line(rows[i].line, &type, &length))
			fail_msg("%s", rows[i].line);
		hex_of(length, hex);
		assert_string_equal(hex, rows[i].hex);
		char *text = record_text_own_data(type, data, length);
		assert_non_null(text);
		if (rows[i].written)
			assert_string_equal(text, rows[i].written);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(service_parameters_are_sorted_and_their_escapes_decoded_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
