// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/rdata.h"

#define LONG_HASH "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"

#define EXAMPLE "076578616d706c65047465737400"
#define GW "026777" EXAMPLE

// Bytes as BIND 9.18 encodes them, and our text for them, which is read back as the same bytes.
static void text_is_read_as_the_bytes_of_its_type(void **state)
{
	static const struct {
		const char *line, *hex, *written;
	} rows[] = {
		{"LOC 1 2 3 N 24 39 E 10m",
			"001216138038cef8854a10a00098"
			"9a68",
			"01 02 3.000 N 24 39 0.000 E 10m 1m 10000m 10m"},
		{"LOC 1 2 N 3 W 5m", "001216138038c3407f5b348000989874", "01 02 0.000 N 03 00 0.000 W 5m 1m 10000m 10m"},
		{"LOC 90 S 180 W -100000.00 0.05m 20m 3000",
			"00502335"
			"6cb02700"
			"59604e00"
			"00000000",
			NULL},
		{"LOC 1 N 3 E 42849672.95m 90000000m 0 0m",
			"0099000080"
			"36ee80"
			"80a4cb80"
			"ffffffff",
			NULL},
		{"CAA 0 issue ca.example.net",
			"000569737375"
			"65"
			"63612e6578616d706c652e6e6574",
			"0 issue \"ca.example.net\""},
		{"CAA 128 ISSUE \"ca\\\"x;\\\\\\001\"",
			"80"
			"054953535545"
			"6361"
			"22783b5c01",
			"128 ISSUE \"ca\\\"x;\\\\\\001\""},
		{"CAA 0 issue \"\"", "00056973737565", "0 issue \"\""},
		{"IPSECKEY 10 3 2 gw AAEC", "0a0302" GW "000102", "10 3 2 gw.example.test. AAEC"},
		{"IPSECKEY 10 0 2 . AAEC",
			"0a0002"
			"000102",
			"10 0 2 . AAEC"},
		{"IPSECKEY 10 1 2 192.0.2.1 AA EC",
			"0a0102"
			"c0000201"
			"000102",
			"10 1 2 192.0.2.1 AAEC"},
		{"IPSECKEY 10 2 0 ::1",
			"0a0200"
			"00000000000000000000000000000001",
			"10 2 0 ::1"},
		{"AMTRELAY 10 1 3 gw", "0a83" GW, "10 1 3 gw.example.test."},
		{"AMTRELAY 10 0 0 .", "0a00", "10 0 0 ."},
		{"HIP 2 2001 AAEC gw other.test.",
			"02020003"
			"2001"
			"000102" GW "056f74686572047465737400",
			"2 2001 AAEC gw.example.test. other.test."},
		{"NSAP-PTR gw", GW, "gw.example.test."},
		{"SINK 1 2 3 AQ ID", "010203010203", "1 2 3 AQID"},
		{"SINK 8 0 2", "080002", NULL},
		{"TALINK gw .", GW "00", "gw.example.test. ."},
		{"LP 1 gw", "0001" GW, NULL},
		{"KX 1 gw", "0001" GW, NULL},
		{"PX 1 gw .", "0001" GW "00", NULL},
		{"RT 1 gw", "0001" GW, NULL},
		{"AFSDB 1 gw", "0001" GW, NULL},
		{"RP gw @", GW EXAMPLE, NULL},
		{"MINFO gw gw", GW GW, NULL},
		{"DNAME gw", GW, NULL},
		{"NAPTR 1 2 u E2U+sip \"\" gw",
			"00010002"
			"0175"
			"074532552b736970"
			"00" GW,
			NULL},
		{"SOA gw . 1 1h 2m 1w3d 4294967295",
			GW "00"
			   "00000001"
			   "00000e10"
			   "00000078"
			   "000d2f00"
			   "ffffffff",
			NULL},
		{"SSHFP 1 1 0001 ff", "01010001ff", "1 1 0001ff"},
		{"TLSA 3 1 1 0 1", "03010101", "3 1 1 01"},
		{"DS 1 RSASHA256 2 00ff", "0001080200ff", "1 8 2 00ff"},
		{"NSEC gw MX A TYPE65280 NXNAME",
			GW "0011"
			   "40010000000000000000000000000000"
			   "80"
			   "ff01"
			   "80",
			"gw.example.test. A MX NXNAME TYPE65280"},
		{"NSEC3 1 1 12 aabb " LONG_HASH,
			"0101000c02aabb14"
			"065368abeed7ec6e9feba96b8c8bc3e8b791f716",
			NULL},
		{"NSEC3 1 0 0 - " LONG_HASH " mx A",
			"010000000014"
			"065368abeed7ec6e9feba96b8c8bc3e8b791f716"
			"00024001",
			NULL},
		{"CSYNC 66 3 AAAA A",
			"00000042"
			"0003"
			"00044000"
			"0008",
			"66 3 A AAAA"},
		{"CSYNC 1 3", "000000010003", NULL},
		{"RRSIG A 8 2 60 20300101000000 1577836800 12345 . AAEC",
			"0001"
			"08"
			"02"
			"0000003c"
			"70dbd880"
			"5e0be100"
			"3039"
			"00"
			"000102",
			"A 8 2 60 20300101000000 20200101000000 12345 . AAEC"},
		{"CERT URI 1 RSASHA256 AAEC",
			"00fd0001"
			"08000102",
			"URI 1 8 AAEC"},
		{"RESINFO qnamemin \"a b\"",
			"08716e616d656d696e"
			"03612062",
			"\"qnamemin\" \"a b\""},
		{"WALLET x", "0178", NULL},
		{"CLA x", "0178", NULL},
		{"IPN 18446744073709551615", "ffffffffffffffff", NULL},
		{"DSYNC CDS NOTIFY 5359 gw",
			"003b"
			"01"
			"14ef" GW,
			"CDS NOTIFY 5359 gw.example.test."},
		{"TXT a\"b\"c",
			"0161"
			"0162"
			"0163",
			"\"a\" \"b\" \"c\""},
		{"TXT \"a;\\\"\\\\\" \\; \\032",
			"04613b225c"
			"013b"
			"0120",
			NULL},
		{"CNAME a\\\"b\\;\\(\\)\\@\\$\\ \\\\c\\.\\001\\255", "0e6122623b28294024205c632e01ff" EXAMPLE,
			"a\\\"b\\;\\(\\)\\@\\$\\032\\\\c\\.\\001\\255.example.test."},
		{"WKS 192.0.2.1 tcp smtp 80",
			"c0000201"
			"06"
			"00000040"
			"000000000000"
			"80",
			"192.0.2.1 6 25 80"},
		{"WKS 192.0.2.1 17",
			"c0000201"
			"11",
			NULL},
		{"NSAP 0x47.0005", "470005", "0x470005"},
		{"EID 01 02AB", "0102ab", "0102ab"},
		{"NIMLOC 0102ab", "0102ab", NULL},
		{"ATMA 47.0005", "00470005", "470005"},
		{"ATMA +12.3", "01313233", "+123"},
		{"NID 10 0:01:FF20:ee64", "000a00000001ff20ee64", "10 0000:0001:ff20:ee64"},
		{"L32 10 10.1.2.0", "000a0a010200", NULL},
		{"L64 10 2001:0DB8:1140:1000", "000a20010db811401000", "10 2001:0db8:1140:1000"},
		{"EUI48 0-00-5E-0-53-2a", "00005e00532a", "00-00-5e-00-53-2a"},
		{"EUI64 00-00-5e-ef-10-00-00-2a", "00005eef1000002a", "00-00-5e-ef-10-00-00-2a"},
		{"APL 1:192.0.2.0/24 !2:2001:db8::/32",
			"00011803"
			"c00002"
			"00022084"
			"20010db8",
			NULL},
		{"A6 0 ::1", "0000000000000000000000000000000001", NULL},
		{"A6 128 gw", "80" GW, "128 gw.example.test."},
		{"A6 64 ::1 a.",
			"40"
			"0000000000000001"
			"016100",
			NULL},
		{"A6 65 ::ffff:0:0:1 gw",
			"41"
			"7fff000000000001" GW,
			"65 ::7fff:0:0:1 gw.example.test."},
		{"A \\# 4 01 0203 04", "01020304", "1.2.3.4"},
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

static void text_that_its_type_does_not_allow_is_refused(void **state)
{
	static const char *const lines[] = {
		"LOC 1 2 3 N 24 39 E",
		"LOC 1 2 60 N 3 W 1m",
		"LOC 1 60 N 3 W 1m",
		"LOC 90 0 0.001 N 3 W 1m",
		"LOC 1 N 180 0 1 E 1m",
		"LOC 1 2 3.5555 N 3 W 1m",
		"LOC 1 N 3 W 1.255m",
		"LOC 1 N 3 W 42849672.96m",
		"LOC 1 N 3 W -100000.01m",
		"LOC N 3 W 1m",
		"LOC 1 E 3 W 1m",
		"LOC 1 n 3 W 1m",
		"A6 0 ::1 gw",
		"A6 64 ::1",
		"A6 129 gw",
		"A6 128 ::1 gw",
		"LOC 1 N 3 W 1m 90000000.01m",
		"LOC 1 N 3 W 1m 1m 1m 1m 1m",
		"LOC 1 2 3 4 N 3 W 1m",
		"CAA 256 issue a",
		"CAA 0 is-sue a",
		"CAA 0 issue a b",
		"CAA 0 issue",
		"CAA 0 \"issue\" a",
		"IPSECKEY 10 0 2 gw AAEC",
		"IPSECKEY 10 4 2 . AAEC",
		"IPSECKEY 10 129 2 1.2.3.4 AAEC",
		"AMTRELAY 10 2 0 .",
		"AMTRELAY 10 0 5 .",
		"AMTRELAY 10 0 1 gw",
		"HIP 2 200 AAEC",
		"HIP 2 2001 AAE",
		"HIP 2 - AAEC",
		"SSHFP 1 1 123",
		"SSHFP 1 1 12x4",
		"SSHFP 1 1",
		"SSHFP 1 1 \"12\"",
		"SSHFP 1 1 \"\"",
		"TLSA 3 1 1 0",
		"SMIMEA 3 1 1 0g",
		"DS 1 8 2 000",
		"CDS 1 8 2 0",
		"ZONEMD 1 1 1 0",
		"NSEC3 1 1 12 aab " LONG_HASH,
		"NSEC3 1 1 12 xx " LONG_HASH,
		"NSEC3 1 1 12 - 0p9mhavw",
		"NSEC3 1 1 12 - 0p9mhavv1",
		"NSEC3PARAM 1 0 12 a",
		"NSEC gw",
		"NSEC gw NONSENSE",
		"NSEC gw \"A\"",
		"CSYNC 1 3 A nonsense",
		"DNSKEY 257 3 8",
		"DNSKEY 257 3 8 AAE",
		"DNSKEY 257 3 8 AwEAAc+=",
		"DHCID AA=A",
		"DHCID A===",
		"OPENPGPKEY \"AAEC\"",
		"HTTPS 1",
		"HTTPS 1 . no-default-alpn",
		"HTTPS 1 . mandatory=alpn",
		"HTTPS 1 . alpn=h2 alpn=h3",
		"HTTPS 1 . alpn=h2 key1=\\002h3",
		"HTTPS 1 . alpn=h2 mandatory=mandatory",
		"HTTPS 1 . mandatory=port,port port=1",
		"HTTPS 1 . \"port=53\"",
		"HTTPS 1 . PORT=53",
		"HTTPS 1 . key00003=\\000\\053",
		"HTTPS 1 . key3=\\053",
		"HTTPS 1 . port",
		"HTTPS 1 . dohpath=/q",
		"HTTPS 1 . alpn=",
		"HTTPS 1 . alpn",
		"HTTPS 1 . alpn=a,,b",
		"HTTPS 1 . alpn=a,",
		"HTTPS 1 . alpn=a\\\\",
		"HTTPS 1 . ipv4hint=1.2.3",
		"HTTPS 1 . ipv4hint=",
		"HTTPS 1 . ipv6hint=::1,",
		"HTTPS 1 . ech=AAE",
		"HTTPS 1 . port=65536",
		"HTTPS 1 . ohttp=x",
		"HTTPS 1 . key65536=x",
		"HTTPS 1 . key=x",
		"HTTPS 1 . port=5\"3\"",
		"HTTPS 1 . port\"53\"",
		"HTTPS 1 . key9=\\25",
		"HTTPS 65536 .",
		"URI 1 2 ftp://x",
		"URI 1 2 \"a\" \"b\"",
		"A \"1.2.3.4\"",
		"A \\# 3 010203",
		"NSAP 0x4",
		"NSAP 0x",
		"NSAP 4700",
		"EID 012",
		"EID \"01\"",
		"ATMA 4",
		"ATMA +",
		"ATMA +1a",
		"ATMA 47 00",
		"NID 10 ::1",
		"NID 10 0:0:0",
		"NID 10 0:0:0:0:0",
		"NID 10 0:0:0:0:",
		"NID 10 00014:0:0:0",
		"NID 10 0x1:0:0:0",
		"NID 10 \"0:0:0:0\"",
		"NID 65536 0:0:0:0",
		"L32 10 10.1.2",
		"EUI48 00-00-5e-00-53",
		"EUI48 00-00-5e-00-53-2a-11",
		"EUI48 00:00:5e:00:53:2a",
		"EUI48 \\# 3 000102",
		"APL 1:192.0.2.0/33",
		"APL 2:192.0.2.0/24",
		"APL 1:192.0.2.0",
		"APL 3:aa/4",
		"WKS 192.0.2.1 tcp 65536",
		"WKS 192.0.2.1",
		"A \\# 4 010203",
		"A \\# 4 01020304 0",
		"MX \"10\" gw",
		"MX 10 \"gw\"",
		"MX 65536 gw",
		"MX -1 gw",
		"MX 0x1 gw",
		"CNAME a\"b",
		"CNAME \"\"",
		"CNAME a\\25",
		"TXT",
		"TXT a\\256",
		"RRSIG A 8 2 60 20301301000000 0 1 . AAEC",
		"RRSIG A 8 2 60 20230229000000 0 1 . AAEC",
		"DSYNC CDS ASK 1 .",
		"IPN 18446744073709551616",
		"SVCB \\# 7 0001 00 0003 0000",
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(lines); i++) {
		uint16_t type;
		size_t length;
		if (read_line(lines[i], &type, &length))
			fail_msg("%s is read, as %zu bytes", lines[i], length);
	}
}

static void what_has_no_room_is_refused(void **state)
{
	static const char *const texts[] = {"TXT abc", "MX 10 gw", "NSEC gw A", "HTTPS 1 . alpn=h2", "LOC 1 N 1 E 1m",
		"HIP 2 2001 AAEC", "DNSKEY 257 3 8 AAEC", "A \\# 4 01020304"};
	struct name origin;
	(void)state;
	assert_true(name_read("example.test", &origin));
	for (size_t i = 0; i < LENGTH(texts); i++) {
		uint16_t type;
		size_t whole;
		assert_true(read_line(texts[i], &type, &whole));
		for (size_t room = 0; room <= whole; room++) {
			struct rdata_source source = {
				.at = strchr(texts[i], ' '), .origin = &origin, .out = malloc(room + 1), .room = room};
			assert_int_equal(record_text_read_data(type, &source), room == whole);
			free(source.out);
		}
	}
}

static void an_at_sign_needs_an_origin(void **state)
{
	struct rdata_source at = {.at = "@", .out = data, .room = sizeof(data)};
	struct rdata_source name = {.at = "a", .out = data, .room = sizeof(data)};
	(void)state;
	assert_false(record_text_read_data(RRTYPE_CNAME, &at));
	assert_true(record_text_read_data(RRTYPE_CNAME, &name));
	assert_int_equal(name.length, 3);
}

// Invalid data from a server is shown in the generic format of RFC 3597.
static void data_that_the_text_would_not_say_have_none(void **state)
{
	static const struct {
		const char *type, *data;
		size_t length;
	} rows[] = {
		{"SVCB", "\0\1\0\0\3\0\2\0\65\0\1\0\3\2h2", 16},   // keys out of order
		{"SVCB", "\0\1\0\0\3\0\2\0\65\0\3\0\2\0\65", 15},  // a key twice
		{"SVCB", "\0\1\0\0\0\0\2\0\1", 9},                 // mandatory, and missing
		{"SVCB", "\0\1\0\0\3\0\3\0\65", 9},                // longer than the record
		{"NSEC", "\0\0\1\0", 4},
		{"NSEC", "\0\1\1\100\0\1\100", 7},
		{"NSEC", "\0\0\2\100\0", 5},
		{"NSEC", "\0", 1},
		{"LOC", "\0\2\26\23\200\0\0\0\200\0\0\0\0\230\226\200", 16},  // no digit in front of the zeros
		{"LOC", "\1\22\26\23\200\0\0\0\200\0\0\0\0\230\226\200", 16},
		{"LOC", "\0\22\26\23\0\0\0\0\200\0\0\0\0\230\226\200", 16},
		{"CNAME", "\300\0", 2},
		{"APL", "", 0},
		{"SOA", "\0\300\0\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1", 23},
		{"A", "\1\2\3", 3},
		{"IPSECKEY", "\1\4\2\1", 4},
		{"IPSECKEY", "\1", 1},
		{"AMTRELAY", "\1\5", 2},
		{"HIP", "\0\2\0\1\1", 5},
		{"NSEC3", "\1\0\0\0\0\0", 6},
		{"CAA", "\0\0x", 3},
		{"CAA", "\0\1-x", 4},
		{"SSHFP", "\1\1", 2},
		{"DNSKEY", "\1\1\3\10", 4},
		{"ATMA", "\1x", 2},
		{"ATMA", "\1", 1},
		{"ATMA", "\0", 1},
		{"ATMA", "\2\1", 2},
		{"EUI48", "\0\1\2", 3},
		{"NID", "\0\1", 2},
		{"EID", "", 0},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char *text = record_text_own_data(type_of(rows[i].type), (const uint8_t *)rows[i].data, rows[i].length);
		if (text)
			fail_msg("%s: %s", rows[i].type, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_read_as_the_bytes_of_its_type),
		cmocka_unit_test(text_that_its_type_does_not_allow_is_refused),
		cmocka_unit_test(what_has_no_room_is_refused),
		cmocka_unit_test(an_at_sign_needs_an_origin),
		cmocka_unit_test(data_that_the_text_would_not_say_have_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
